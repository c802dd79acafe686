"""Rules for a multivariant playlist on its own (RFC 8216bis, 4.4.6; Apple, section 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from refrain.conformance.attributes import is_decimal, is_integer
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.hls import Playlist, Tag, Variant, variants_of
from refrain.conformance.limits import SAME_FINDINGS, VARIANTS

_TYPES = frozenset({"AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"})
_LOW_PEAK_BPS = 192_000
_Groups = set[tuple[str | None, str | None]]


def check_multivariant(playlist: Playlist, where: str) -> Iterator[Finding]:
    """Check a multivariant playlist without reading what it names."""
    variants = variants_of(playlist)
    if not variants:
        yield error("RFC 8216bis 4.4.6.2", where, "The playlist has no variants.")
    groups = _groups(playlist)
    for variant in variants[:VARIANTS]:
        yield from _variant(variant, where)
        yield from _groups_exist(variant, groups, where)
    yield from islice(_scores(variants, where), SAME_FINDINGS)
    yield from _low_rate(variants, where)
    for tag in playlist.named("EXT-X-MEDIA")[:VARIANTS]:
        yield from _media(tag, where)
    yield from islice(_group_members(playlist, where), SAME_FINDINGS)
    yield from islice(_session_data(playlist, where), SAME_FINDINGS)


def bandwidth_of(tag: Tag, name: str = "BANDWIDTH") -> int | None:
    """Answer a rate of a tag in bits per second, where it is a number."""
    text = tag.attributes.get(name)
    return int(text) if text is not None and is_integer(text) else None


def _variant(variant: Variant, where: str) -> Iterator[Finding]:
    line = variant.tag.line
    if variant.uri is None:
        yield error("RFC 8216bis 4.4.6.2", where, f"No URI follows the variant of line {line}.")
    if bandwidth_of(variant.tag) is None:
        yield error("RFC 8216bis 4.4.6.2", where, f"The variant of line {line} has no BANDWIDTH.")
        yield error("Apple 9.13", where, f"The variant of line {line} has no BANDWIDTH.")
    if bandwidth_of(variant.tag, "AVERAGE-BANDWIDTH") is None:
        sentence = f"The variant of line {line} has no AVERAGE-BANDWIDTH."
        yield error("Apple 9.14", where, sentence)
    if not variant.codecs:
        yield error("Apple 9.1", where, f"The variant of line {line} has no CODECS.")


def _groups(playlist: Playlist) -> _Groups:
    members = [tag.attributes for tag in playlist.named("EXT-X-MEDIA")]
    return {(one.get("TYPE"), one.get("GROUP-ID")) for one in members}


def _groups_exist(variant: Variant, groups: _Groups, where: str) -> Iterator[Finding]:
    for one in variant.tag.attributes.attributes:
        is_none = one.name == "CLOSED-CAPTIONS" and not one.is_quoted
        if one.name in _TYPES and not is_none and (one.name, one.value) not in groups:
            sentence = f"The variant of line {variant.tag.line} names a group {one.value[:40]!r}"
            yield error(
                "RFC 8216bis 4.4.6.2", where, f"{sentence} of {one.name} that is not there."
            )


def _scores(variants: tuple[Variant, ...], where: str) -> Iterator[Finding]:
    scores = [variant.tag.attributes.get("SCORE") for variant in variants]
    if any(scores) and not all(scores):
        yield warning("RFC 8216bis 4.4.6.2", where, "Some variants have a SCORE, others have not.")
    for score in scores:
        if score is not None and not (is_decimal(score) and float(score) > 0):
            yield error("RFC 8216bis 4.4.6.2", where, f"The SCORE {score[:40]!r} is not positive.")


def _low_rate(variants: tuple[Variant, ...], where: str) -> Iterator[Finding]:
    peaks = [peak for variant in variants if (peak := bandwidth_of(variant.tag)) is not None]
    if peaks and min(peaks) > _LOW_PEAK_BPS:
        sentence = f"The lowest peak that is offered is {min(peaks)} bit/s."
        yield error("Apple 9.21", where, sentence)


def _media(tag: Tag, where: str) -> Iterator[Finding]:
    attributes = tag.attributes
    missing = [name for name in ("TYPE", "GROUP-ID", "NAME") if not attributes.get(name)]
    if missing:
        sentence = f"EXT-X-MEDIA of line {tag.line} has no {', '.join(missing)}."
        yield error("RFC 8216bis 4.4.6.1", where, sentence)
    kind, uri = attributes.get("TYPE"), attributes.get("URI")
    if kind is not None and kind not in _TYPES:
        yield error("RFC 8216bis 4.4.6.1", where, f"Line {tag.line} has the TYPE {kind[:40]!r}.")
    if kind == "SUBTITLES" and uri is None:
        yield error("RFC 8216bis 4.4.6.1", where, f"The subtitles of line {tag.line} have no URI.")
    if kind == "CLOSED-CAPTIONS" and uri is not None:
        yield error("RFC 8216bis 4.4.6.1", where, f"The captions of line {tag.line} have a URI.")
    if attributes.get("DEFAULT") == "YES" and attributes.get("AUTOSELECT") == "NO":
        sentence = f"Line {tag.line} is a default that must not be selected by itself."
        yield error("RFC 8216bis 4.4.6.1", where, sentence)


def _group_members(playlist: Playlist, where: str) -> Iterator[Finding]:
    members = [tag.attributes for tag in playlist.named("EXT-X-MEDIA")]
    names = Counter((one.get("TYPE"), one.get("GROUP-ID"), one.get("NAME")) for one in members)
    for (_, group, name), count in names.items():
        if count > 1 and name is not None:
            sentence = f"{count} members of the group {group!r} are called {name[:40]!r}."
            yield error("RFC 8216bis 4.4.6.1.1", where, sentence)
    defaults = Counter(
        (one.get("TYPE"), one.get("GROUP-ID")) for one in members if one.get("DEFAULT") == "YES"
    )
    for (_, group), count in defaults.items():
        if count > 1:
            sentence = f"The group {group!r} has {count} defaults."
            yield error("RFC 8216bis 4.4.6.1.1", where, sentence)


def _session_data(playlist: Playlist, where: str) -> Iterator[Finding]:
    tags = playlist.named("EXT-X-SESSION-DATA")
    for tag in tags:
        attributes = tag.attributes
        if not attributes.get("DATA-ID"):
            yield error(
                "RFC 8216bis 4.4.6.4", where, f"The data of line {tag.line} has no DATA-ID."
            )
        if (attributes.get("VALUE") is None) == (attributes.get("URI") is None):
            sentence = f"The data of line {tag.line} has not exactly one of VALUE and URI."
            yield error("RFC 8216bis 4.4.6.4", where, sentence)
    known = Counter((tag.attributes.get("DATA-ID"), tag.attributes.get("LANGUAGE")) for tag in tags)
    for (name, _), count in known.items():
        if count > 1:
            sentence = f"{name!r} is told {count} times in one language."
            yield error("RFC 8216bis 4.4.6.4", where, sentence)
