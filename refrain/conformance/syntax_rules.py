"""Rules that hold for every playlist: its bytes, its tags, its version (RFC 8216bis, 4 and 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from refrain.conformance.attributes import is_integer
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.hls import MEDIA_TAGS, MULTIVARIANT_TAGS, SEGMENT_TAGS, Playlist, Tag
from refrain.conformance.limits import SAME_FINDINGS

_ONCE = ("EXT-X-INDEPENDENT-SEGMENTS", "EXT-X-START")
#: Section 8, for what a media playlist of audio may hold: which tag needs which version.
_NEEDS = {"EXT-X-BYTERANGE": 4, "EXT-X-I-FRAMES-ONLY": 4, "EXT-X-MAP": 6, "EXT-X-SKIP": 9}
_FRACTIONS, _KEY_FORMATS, _VARIABLES = 3, 5, 8
_QUERY_VARIABLES, _REQUIREMENTS = 11, 12


def check_syntax(playlist: Playlist, where: str) -> Iterator[Finding]:
    """Check what is asked of any playlist."""
    for fault in playlist.faults:
        yield error("RFC 8216bis 4.1", where, f"The text is not well encoded: {fault}.")
    if not playlist.begins_well:
        yield error("RFC 8216bis 4.4.1.1", where, "The first line is not #EXTM3U.")
    yield from _attributes(playlist, where)
    yield from _repeated(playlist, where)
    yield from _mixed(playlist, where)
    yield from _version(playlist, where)


def needed_version(playlist: Playlist) -> int:
    """Answer the lowest version that allows everything in the playlist (section 8)."""
    return max((_needed_by(tag) for tag in playlist.tags), default=1)


def _attributes(playlist: Playlist, where: str) -> Iterator[Finding]:
    faulty = [tag for tag in playlist.tags if tag.attributes.faults]
    for tag in faulty[:SAME_FINDINGS]:
        for fault in tag.attributes.faults[:SAME_FINDINGS]:
            yield error("RFC 8216bis 4.2", where, f"In {tag.name} of line {tag.line}, {fault}.")


def _repeated(playlist: Playlist, where: str) -> Iterator[Finding]:
    counts = Counter(tag.name for tag in playlist.tags)
    clauses = {
        "EXTM3U": "RFC 8216bis 4.4.1.1",
        "EXT-X-VERSION": "RFC 8216bis 4.4.1.2",
        **dict.fromkeys(_ONCE, "RFC 8216bis 4.4.2"),
        **dict.fromkeys(MEDIA_TAGS, "RFC 8216bis 4.4.3"),
    }
    for name, clause in clauses.items():
        if counts[name] > 1:
            yield error(clause, where, f"{name} stands there {counts[name]} times.")


def _mixed(playlist: Playlist, where: str) -> Iterator[Finding]:
    if not playlist.is_multivariant:
        return
    names = dict.fromkeys(tag.name for tag in playlist.tags)
    if misplaced := [name for name in names if name in MEDIA_TAGS]:
        yield error(
            "RFC 8216bis 4.4.3", where, f"A multivariant playlist holds {', '.join(misplaced)}."
        )
    if misplaced := [name for name in names if name in SEGMENT_TAGS]:
        mine = next(name for name in names if name in MULTIVARIANT_TAGS)
        yield error(
            "RFC 8216bis 4.4.4", where, f"It holds {mine} and segment tags: {', '.join(misplaced)}."
        )


def _version(playlist: Playlist, where: str) -> Iterator[Finding]:
    tags, needed = playlist.named("EXT-X-VERSION"), needed_version(playlist)
    if not tags:
        if needed > 1:
            yield error(
                "RFC 8216bis 8", where, f"It needs version {needed}, and has no EXT-X-VERSION."
            )
        return
    if not is_integer(tags[0].value):
        yield error("RFC 8216bis 4.4.1.2", where, f"The version is {tags[0].value[:40]!r}.")
        return
    declared = int(tags[0].value)
    if declared < needed:
        yield error("RFC 8216bis 8", where, f"It needs version {needed}, and says {declared}.")
    elif declared > needed:
        yield warning("RFC 8216bis 6.2.1", where, f"It says version {declared}; {needed} will do.")


def _needed_by(tag: Tag) -> int:
    names = {one.name for one in tag.attributes.attributes}
    needs = [1, _NEEDS.get(tag.name, 1)]
    if tag.name == "EXTINF" and "." in tag.value.partition(",")[0]:
        needs.append(_FRACTIONS)
    if tag.name == "EXT-X-KEY":
        needs += [2] if "IV" in names else []
        needs += [_KEY_FORMATS] if names & {"KEYFORMAT", "KEYFORMATVERSIONS"} else []
    if tag.name == "EXT-X-DEFINE":
        needs.append(_QUERY_VARIABLES if "QUERYPARAM" in names else _VARIABLES)
    if any(name.startswith("REQ-") for name in names):
        needs.append(_REQUIREMENTS)
    return max(needs)
