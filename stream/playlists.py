"""HLS media playlists as values that print and parse (RFC 8216bis; Apple's authoring rules).

Audio only, fMP4 by byte range: video on demand in a single file, or an event that grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from stream.tags import attributes_of, bad, lines_of, quotable

#: Bounds on digits: a number of a playlist is read in no time, whoever wrote it.
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?")
_BYTE_RANGE = re.compile(r"([0-9]{1,18})@([0-9]{1,18})")
_MICROS = 1_000_000
#: EXT-X-MAP outside of I-frame playlists asks for it (8).
_VERSION = 6
_END = "#EXT-X-ENDLIST"
_EVENT = "#EXT-X-PLAYLIST-TYPE:EVENT"
#: Or a player would take it for a broadcast, and join near its end (4.4.2.2).
_FROM_THE_BEGINNING = "#EXT-X-START:TIME-OFFSET=0"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes of a file."""

    offset: int
    length: int

    def __str__(self) -> str:
        """Print as a tag wants it (4.4.4.2)."""
        return f"{self.length}@{self.offset}"


class Kind(StrEnum):
    """Whether segments may still be added (4.4.3.5)."""

    VOD = "VOD"
    EVENT = "EVENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One fragment: seconds, exactly, and where its bytes are: in the file of its playlist.

    In an event they may be in a file of another `uri`.
    """

    duration_s: Fraction
    bytes: ByteRange
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """A rendition: one file, its initialisation, its segments; of an event, those there are."""

    uri: str
    init: ByteRange
    segments: tuple[Segment, ...]
    kind: Kind = Kind.VOD
    is_ended: bool = True

    @property
    def target_s(self) -> int:
        """The longest segment, rounded to the nearest second, half of one upwards (4.4.3.1)."""
        longest = max(segment.duration_s for segment in self.segments)
        return max(1, floor(longest + Fraction(1, 2)))


def print_media(playlist: MediaPlaylist) -> str:
    """Print a media playlist.

    Raises:
        Broken: `bad-playlist`: it has no segments, or a name that cannot be quoted.

    """
    if not playlist.segments:
        raise bad("it has no segments")
    if playlist.kind is Kind.VOD and not _is_whole(playlist):
        raise bad("only an event is in several files, or has no end")
    return "\n".join(_media_lines(playlist)) + "\n"


def _media_lines(playlist: MediaPlaylist) -> Iterator[str]:
    # That segments are independent the multivariant playlist says for all (4.4.2).
    yield from ("#EXTM3U", f"#EXT-X-VERSION:{_VERSION}")
    yield f"#EXT-X-TARGETDURATION:{playlist.target_s}"
    yield from ("#EXT-X-MEDIA-SEQUENCE:0", f"#EXT-X-PLAYLIST-TYPE:{playlist.kind}")
    if playlist.kind is Kind.EVENT:
        yield _FROM_THE_BEGINNING
    yield f'#EXT-X-MAP:URI="{quotable(playlist.uri)}",BYTERANGE="{playlist.init}"'
    for segment, duration in zip(playlist.segments, _printed(playlist), strict=True):
        yield f"#EXTINF:{duration},"
        yield f"#EXT-X-BYTERANGE:{segment.bytes}"
        yield playlist.uri if segment.uri is None else quotable(segment.uri)
    if playlist.is_ended:
        yield _END


def _is_whole(playlist: MediaPlaylist) -> bool:
    return playlist.is_ended and all(segment.uri is None for segment in playlist.segments)


def _printed(playlist: MediaPlaylist) -> Iterator[str]:
    """Print durations in microseconds; ends are rounded, so that errors do not add up."""
    end_s, printed = Fraction(0), 0
    for segment in playlist.segments:
        end_s += segment.duration_s
        micros = round(end_s * _MICROS) - printed
        printed += micros
        yield f"{micros // _MICROS}.{micros % _MICROS:06}"


def parse_media(text: str) -> MediaPlaylist:
    """Read a media playlist of our own kind.

    Raises:
        Broken: `bad-playlist`: it is not one.

    """
    lines = lines_of(text)
    tag = next((line for line in lines if line.startswith("#EXT-X-MAP:")), "")
    attributes = attributes_of(tag)
    kind, is_ended = Kind.EVENT if _EVENT in lines else Kind.VOD, lines[-1] == _END
    if "URI" not in attributes or not (is_ended or kind is Kind.EVENT):
        raise bad("it has no map or no end")
    uris = [None if line == attributes["URI"] else line for line in lines if line[0] != "#"]
    if kind is Kind.VOD and any(uris):
        raise bad("its segments are not all in one file")
    durations = [line[8:].partition(",")[0] for line in lines if line.startswith("#EXTINF:")]
    ranges = [line[17:] for line in lines if line.startswith("#EXT-X-BYTERANGE:")]
    if not len(durations) == len(ranges) == len(uris) or not durations:
        raise bad("its segments are not told in full")
    return MediaPlaylist(
        uri=attributes["URI"],
        init=_byte_range(attributes.get("BYTERANGE", "")),
        segments=tuple(
            Segment(duration_s=_seconds(duration), bytes=_byte_range(where), uri=uri)
            for duration, where, uri in zip(durations, ranges, uris, strict=True)
        ),
        kind=kind,
        is_ended=is_ended,
    )


def _byte_range(text: str) -> ByteRange:
    match = _BYTE_RANGE.fullmatch(text)
    if match is None:
        raise bad(f"{text!r} is no byte range")
    return ByteRange(offset=int(match[2]), length=int(match[1]))


def _seconds(text: str) -> Fraction:
    if _DECIMAL.fullmatch(text) is None:
        raise bad(f"{text!r} is no duration")
    return Fraction(text)
