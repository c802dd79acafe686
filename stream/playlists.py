"""HLS playlists as values that print and parse (RFC 8216bis; Apple's authoring rules).

Audio only, single-file fMP4 by byte range, video on demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from base.errors import Broken

_VERSION = 7
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)(?:,|$)')


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
        """The longest segment, rounded (4.4.3.1)."""
        return max(1, *(round(float(segment.duration_s)) for segment in self.segments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One rendition as a multivariant playlist tells of it; rates in bits per second."""

    uri: str
    codecs: str
    peak_bps: int
    average_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MultivariantPlaylist:
    """The choice of renditions; a player begins with the first."""

    variants: tuple[Variant, ...]


def print_media(playlist: MediaPlaylist) -> str:
    """Print a media playlist."""
    return "\n".join(_media_lines(playlist)) + "\n"


def _media_lines(playlist: MediaPlaylist) -> Iterator[str]:
    yield from ("#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS")
    yield f"#EXT-X-TARGETDURATION:{playlist.target_s}"
    yield from ("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD")
    yield f'#EXT-X-MAP:URI="{playlist.uri}",BYTERANGE="{playlist.init}"'
    for segment in playlist.segments:
        yield f"#EXTINF:{float(segment.duration_s):.6f},"
        yield f"#EXT-X-BYTERANGE:{segment.bytes}"
        yield playlist.uri
    yield "#EXT-X-ENDLIST"


def print_multivariant(playlist: MultivariantPlaylist) -> str:
    """Print a multivariant playlist."""
    head = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    return "\n".join([*head, *(line for v in playlist.variants for line in _variant(v))]) + "\n"


def _variant(variant: Variant) -> tuple[str, str]:
    rates = f"BANDWIDTH={variant.peak_bps},AVERAGE-BANDWIDTH={variant.average_bps}"
    return f'#EXT-X-STREAM-INF:{rates},CODECS="{variant.codecs}"', variant.uri


def parse_media(text: str) -> MediaPlaylist:
    """Read a media playlist of our own kind.

    Raises:
        Broken: `bad-playlist`: it is not one.

    """
    lines = _lines(text)
    tag = next((line for line in lines if line.startswith("#EXT-X-MAP:")), "")
    attributes = _attributes(tag.partition(":")[2])
    if "URI" not in attributes or lines[-1] != "#EXT-X-ENDLIST":
        raise _bad("it has no map or no end")
    durations = [line[8:].rstrip(",") for line in lines if line.startswith("#EXTINF:")]
    ranges = [line[17:] for line in lines if line.startswith("#EXT-X-BYTERANGE:")]
    if len(durations) != len(ranges) or not durations:
        raise _bad("its segments are not told in full")
    return MediaPlaylist(
        uri=attributes["URI"],
        init=_byte_range(attributes.get("BYTERANGE", "")),
        segments=tuple(
            Segment(duration_s=_seconds(duration), bytes=_byte_range(where))
            for duration, where in zip(durations, ranges, strict=True)
        ),
    )


def parse_multivariant(text: str) -> MultivariantPlaylist:
    """Read a multivariant playlist of our own kind.

    Raises:
        Broken: `bad-playlist`: it is not one.

    """
    lines = _lines(text)
    variants = []
    for tag, uri in pairwise(lines):
        if tag.startswith("#EXT-X-STREAM-INF:"):
            variants.append(_read_variant(_attributes(tag.partition(":")[2]), uri))
    return MultivariantPlaylist(variants=tuple(variants))


def _read_variant(attributes: dict[str, str], uri: str) -> Variant:
    try:
        return Variant(
            uri=uri,
            codecs=attributes["CODECS"],
            peak_bps=int(attributes["BANDWIDTH"]),
            average_bps=int(attributes["AVERAGE-BANDWIDTH"]),
        )
    except (KeyError, ValueError):
        raise _bad("a variant is not told in full") from None


def _lines(text: str) -> Sequence[str]:
    lines = [line for line in text.splitlines() if line]
    if not lines or lines[0] != "#EXTM3U":
        raise _bad("it does not begin as one")
    return lines


def _attributes(text: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(text)}


def _byte_range(text: str) -> ByteRange:
    length, _, offset = text.partition("@")
    try:
        return ByteRange(offset=int(offset), length=int(length))
    except ValueError:
        raise _bad(f"{text!r} is no byte range") from None


def _seconds(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise _bad(f"{text!r} is no duration") from None


def _bad(why: str) -> Broken:
    return Broken("bad-playlist", f"The text is no playlist of ours: {why}.")
