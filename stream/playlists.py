"""HLS media playlists as values that print and parse (RFC 8216bis; Apple's authoring rules).

Audio only, single-file fMP4 by byte range, video on demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from stream.tags import VERSION, attributes_of, bad, lines_of, quotable

#: Bounds on digits: a number of a playlist is read in no time, whoever wrote it.
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?")
_BYTE_RANGE = re.compile(r"([0-9]{1,18})@([0-9]{1,18})")
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes of a file."""

    offset: int
    length: int

    def __str__(self) -> str:
        """Print as a tag wants it (4.4.4.2)."""
        return f"{self.length}@{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One fragment: seconds, exactly, and where its bytes are."""

    duration_s: Fraction
    bytes: ByteRange


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """A rendition: one file, its initialisation, its segments."""

    uri: str
    init: ByteRange
    segments: tuple[Segment, ...]

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
    return "\n".join(_media_lines(playlist)) + "\n"


def _media_lines(playlist: MediaPlaylist) -> Iterator[str]:
    yield from ("#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS")
    yield f"#EXT-X-TARGETDURATION:{playlist.target_s}"
    yield from ("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD")
    yield f'#EXT-X-MAP:URI="{quotable(playlist.uri)}",BYTERANGE="{playlist.init}"'
    for segment, duration in zip(playlist.segments, _printed(playlist), strict=True):
        yield f"#EXTINF:{duration},"
        yield f"#EXT-X-BYTERANGE:{segment.bytes}"
        yield playlist.uri
    yield "#EXT-X-ENDLIST"


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
    if "URI" not in attributes or lines[-1] != "#EXT-X-ENDLIST":
        raise bad("it has no map or no end")
    if any(line != attributes["URI"] for line in lines if not line.startswith("#")):
        raise bad("its segments are not all in one file")
    durations = [line[8:].partition(",")[0] for line in lines if line.startswith("#EXTINF:")]
    ranges = [line[17:] for line in lines if line.startswith("#EXT-X-BYTERANGE:")]
    if len(durations) != len(ranges) or not durations:
        raise bad("its segments are not told in full")
    return MediaPlaylist(
        uri=attributes["URI"],
        init=_byte_range(attributes.get("BYTERANGE", "")),
        segments=tuple(
            Segment(duration_s=_seconds(duration), bytes=_byte_range(where))
            for duration, where in zip(durations, ranges, strict=True)
        ),
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
