"""Rules for a media playlist on its own, before any of its media is read (RFC 8216bis, 4.4.3-4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from math import floor

from refrain.conformance.attributes import is_integer
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.hls import (
    Playlist,
    Segment,
    Tag,
    Uri,
    read_byte_range,
    read_duration,
    segments_of,
)
from refrain.conformance.limits import SAME_FINDINGS

#: Apple 7.5 to 7.7, in seconds.
_TARGET_S = 6
_GRACE_S = Fraction(1, 2)
_TYPES = ("VOD", "EVENT")
_FRAGMENT_ENDINGS = (".mp4", ".m4s", ".m4a", ".cmfa", ".cmf", ".fmp4")


def check_media_playlist(playlist: Playlist, where: str) -> Iterator[Finding]:
    """Check a media playlist without reading its media."""
    segments = segments_of(playlist)
    if not segments:
        yield error("RFC 8216bis 4.4.4.1", where, "The playlist has no segments.")
    yield from _target(playlist, segments, where)
    yield from _lengths(segments, where)
    yield from _sequence(playlist, where)
    yield from _kind(playlist, where)
    yield from islice(_durations(playlist, where), SAME_FINDINGS)
    yield from islice(_byte_ranges(playlist, segments, where), SAME_FINDINGS)
    yield from islice(_maps(playlist, segments, where), SAME_FINDINGS)


def target_of(playlist: Playlist) -> int | None:
    """Answer the target duration in seconds, where there is one."""
    tags = playlist.named("EXT-X-TARGETDURATION")
    return int(tags[0].value) if tags and is_integer(tags[0].value) else None


def _target(playlist: Playlist, segments: tuple[Segment, ...], where: str) -> Iterator[Finding]:
    target = target_of(playlist)
    if not target:
        tags = playlist.named("EXT-X-TARGETDURATION")
        said = f"is {tags[0].value[:40]!r}" if tags else "is missing"
        yield error("RFC 8216bis 4.4.3.1", where, f"The target duration {said}.")
        return
    if target != _TARGET_S:
        yield warning("Apple 7.5", where, f"The target duration is {target} s.")
    timed = [(one.line, one.duration_s) for one in segments if one.duration_s is not None]
    long = [one for one in timed if floor(one[1] + Fraction(1, 2)) > target]
    for line, duration in long[:SAME_FINDINGS]:
        sentence = f"The segment of line {line} is {float(duration):.3f} s long; target {target} s."
        yield error("RFC 8216bis 4.4.3.1", where, sentence)
    for line, duration in [one for one in timed if one[1] > target + _GRACE_S][:SAME_FINDINGS]:
        sentence = f"The segment of line {line} exceeds it by {float(duration - target):.3f} s."
        yield error("Apple 7.7", where, sentence)


def _lengths(segments: tuple[Segment, ...], where: str) -> Iterator[Finding]:
    uneven = [
        one
        for one in segments[:-1]
        if one.duration_s is not None and abs(one.duration_s - _TARGET_S) > _GRACE_S
    ]
    if uneven:
        sentence = f"{len(uneven)} segments are not about {_TARGET_S} s long; the first is that of "
        yield warning("Apple 7.6", where, f"{sentence}line {uneven[0].line}.")


def _sequence(playlist: Playlist, where: str) -> Iterator[Finding]:
    first = next((line.line for line in playlist.lines if isinstance(line, Uri)), None)
    for tag in playlist.named("EXT-X-MEDIA-SEQUENCE"):
        if not is_integer(tag.value):
            yield error("RFC 8216bis 4.4.3.2", where, f"The number is {tag.value[:40]!r}.")
        if first is not None and tag.line > first:
            yield error("RFC 8216bis 4.4.3.2", where, f"The tag of line {tag.line} comes too late.")


def _kind(playlist: Playlist, where: str) -> Iterator[Finding]:
    kinds = [tag.value for tag in playlist.named("EXT-X-PLAYLIST-TYPE")]
    if any(kind not in _TYPES for kind in kinds):
        yield error("RFC 8216bis 4.4.3.5", where, f"The type is {kinds[0][:40]!r}.")
    if "VOD" not in kinds:
        yield error("Apple 8.6", where, "The playlist is not marked as VOD.")
    if not playlist.named("EXT-X-ENDLIST"):
        yield error("RFC 8216bis 6.2.1", where, "The playlist has no EXT-X-ENDLIST.")


def _durations(playlist: Playlist, where: str) -> Iterator[Finding]:
    for tag in playlist.named("EXTINF"):
        duration = read_duration(tag.value)
        if duration is None:
            sentence = f"The duration of line {tag.line} is {tag.value[:40]!r}."
            yield error("RFC 8216bis 4.4.4.1", where, sentence)
        elif "," not in tag.value:
            sentence = f"No comma follows the duration of line {tag.line}."
            yield error("RFC 8216bis 4.4.4.1", where, sentence)
    yield from _without_duration(playlist, where)
    if any(map(_is_orphan, playlist.lines[-1:])):
        yield error("RFC 8216bis 4.4.4", where, "A segment tag at the end has no URI.")


def _without_duration(playlist: Playlist, where: str) -> Iterator[Finding]:
    is_timed = False
    for line in playlist.lines:
        if isinstance(line, Tag):
            is_timed = is_timed or line.name == "EXTINF"
            continue
        if not is_timed:
            yield error("RFC 8216bis 4.4.4.1", where, f"No EXTINF stands before line {line.line}.")
        is_timed = False


def _is_orphan(line: Tag | Uri) -> bool:
    return isinstance(line, Tag) and line.name in {"EXTINF", "EXT-X-BYTERANGE"}


def _byte_ranges(
    playlist: Playlist, segments: tuple[Segment, ...], where: str
) -> Iterator[Finding]:
    for tag in playlist.named("EXT-X-BYTERANGE"):
        if read_byte_range(tag.value) is None:
            sentence = f"The range of line {tag.line} is {tag.value[:40]!r}."
            yield error("RFC 8216bis 4.4.4.2", where, sentence)
    for before, one in pairwise((None, *segments)):
        if one is None or one.byte_range is None or one.byte_range.offset is not None:
            continue
        if before is None or before.uri != one.uri or before.byte_range is None:
            sentence = f"The range before line {one.line} has no offset and follows no other."
            yield error("RFC 8216bis 4.4.4.2", where, sentence)


def _maps(playlist: Playlist, segments: tuple[Segment, ...], where: str) -> Iterator[Finding]:
    for tag in playlist.named("EXT-X-MAP"):
        if not tag.attributes.get("URI"):
            yield error("RFC 8216bis 4.4.4.5", where, f"The map of line {tag.line} has no URI.")
        text = tag.attributes.get("BYTERANGE")
        place = read_byte_range(text) if text is not None else None
        if text is not None and (place is None or place.offset is None):
            sentence = f"The range of the map of line {tag.line} is {text[:40]!r}."
            yield error("RFC 8216bis 4.4.4.5", where, sentence)
    unmapped = [one for one in segments if one.map is None and _is_fragment_name(one.uri)]
    if unmapped:
        yield error("Apple 8.20", where, "Segments of fragmented MP4 have no EXT-X-MAP.")
        sentence = f"No map applies to the segment of line {unmapped[0].line}."
        yield error("RFC 8216bis 3.1.2", where, sentence)


def _is_fragment_name(uri: str) -> bool:
    return uri.partition("?")[0].lower().endswith(_FRAGMENT_ENDINGS)
