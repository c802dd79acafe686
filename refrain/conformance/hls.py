"""Any HLS playlist as values with line numbers (RFC 8216bis, 4): tolerant, keeps what is unknown.

It reads; whether what it read is right, the rules say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from refrain.conformance.attributes import AttributeList, read_attributes
from refrain.conformance.limits import PLAYLIST_LINES

#: Tags whose value is an attribute list.
_LISTS = frozenset(
    [
        "EXT-X-MAP",
        "EXT-X-KEY",
        "EXT-X-MEDIA",
        "EXT-X-STREAM-INF",
        "EXT-X-I-FRAME-STREAM-INF",
        "EXT-X-SESSION-DATA",
        "EXT-X-SESSION-KEY",
        "EXT-X-START",
        "EXT-X-DEFINE",
        "EXT-X-DATERANGE",
        "EXT-X-PART",
        "EXT-X-PART-INF",
        "EXT-X-SERVER-CONTROL",
        "EXT-X-SKIP",
        "EXT-X-PRELOAD-HINT",
        "EXT-X-RENDITION-REPORT",
        "EXT-X-CONTENT-STEERING",
    ]
)
#: 4.4.3 and 4.4.4: what only a media playlist may hold.
MEDIA_TAGS = frozenset(
    [
        "EXT-X-TARGETDURATION",
        "EXT-X-MEDIA-SEQUENCE",
        "EXT-X-DISCONTINUITY-SEQUENCE",
        "EXT-X-ENDLIST",
        "EXT-X-PLAYLIST-TYPE",
        "EXT-X-I-FRAMES-ONLY",
        "EXT-X-PART-INF",
        "EXT-X-SERVER-CONTROL",
    ]
)
SEGMENT_TAGS = frozenset(
    [
        "EXTINF",
        "EXT-X-BYTERANGE",
        "EXT-X-DISCONTINUITY",
        "EXT-X-KEY",
        "EXT-X-MAP",
        "EXT-X-PROGRAM-DATE-TIME",
        "EXT-X-GAP",
        "EXT-X-BITRATE",
        "EXT-X-PART",
    ]
)
#: 4.4.6: what only a multivariant playlist may hold.
MULTIVARIANT_TAGS = frozenset(
    [
        "EXT-X-MEDIA",
        "EXT-X-STREAM-INF",
        "EXT-X-I-FRAME-STREAM-INF",
        "EXT-X-SESSION-DATA",
        "EXT-X-SESSION-KEY",
        "EXT-X-CONTENT-STEERING",
    ]
)
_BYTE_RANGE = re.compile(r"([0-9]{1,18})(?:@([0-9]{1,18}))?")
_DURATION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag: its line from 1, its name without the mark, and what follows the colon."""

    line: int
    name: str
    value: str
    attributes: AttributeList = field(default_factory=AttributeList)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uri:
    """A line that is a URI."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """The tags and URIs of a playlist in order; `faults` are about its bytes."""

    lines: tuple[Tag | Uri, ...]
    faults: tuple[str, ...]
    begins_well: bool

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags alone."""
        return tuple(line for line in self.lines if isinstance(line, Tag))

    def named(self, name: str) -> tuple[Tag, ...]:
        """Answer the tags of one name."""
        return tuple(tag for tag in self.tags if tag.name == name)

    @property
    def is_multivariant(self) -> bool:
        """Whether it offers variants, rather than segments."""
        return any(tag.name in MULTIVARIANT_TAGS for tag in self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes of an object; `offset` is None where a playlist does not say it."""

    length: int
    offset: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A media segment with the tags that apply to it, as far as they are to be understood."""

    line: int
    uri: str
    duration_s: Fraction | None
    byte_range: ByteRange | None
    map: Tag | None
    is_discontinuous: bool
    is_gap: bool
    is_encrypted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant stream: its tag, and the URI that follows."""

    tag: Tag
    uri: str | None

    @property
    def codecs(self) -> tuple[str, ...]:
        """The formats that it declares."""
        text = self.tag.attributes.get("CODECS") or ""
        return tuple(part.strip() for part in text.split(",") if part.strip())


def read_playlist(data: bytes) -> Playlist:
    """Read the bytes of a playlist."""
    faults = list(_byte_faults(data))
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    raw = text.split("\n")
    if len(raw) > PLAYLIST_LINES:
        faults.append(f"it has {len(raw)} lines, of which {PLAYLIST_LINES} were read")
    lines = [line.removesuffix("\r") for line in raw[:PLAYLIST_LINES]]
    return Playlist(
        lines=tuple(_read_lines(lines)),
        faults=tuple(faults),
        begins_well=lines[0] == "#EXTM3U",
    )


def segments_of(playlist: Playlist) -> tuple[Segment, ...]:
    """Gather the segments of a media playlist."""
    return tuple(_segments(playlist))


def variants_of(playlist: Playlist) -> tuple[Variant, ...]:
    """Gather the variants of a multivariant playlist; a URI is the next line or none."""
    return tuple(
        Variant(tag=line, uri=after.text if isinstance(after, Uri) else None)
        for line, after in zip_longest(playlist.lines, playlist.lines[1:])
        if isinstance(line, Tag) and line.name == "EXT-X-STREAM-INF"
    )


def read_byte_range(text: str) -> ByteRange | None:
    """Read `n` or `n@o`; None where it is neither."""
    match = _BYTE_RANGE.fullmatch(text)
    if match is None:
        return None
    return ByteRange(length=int(match[1]), offset=None if match[2] is None else int(match[2]))


def read_duration(text: str) -> Fraction | None:
    """Read the duration of an EXTINF; None where it is no number."""
    duration = text.partition(",")[0]
    return Fraction(duration) if _DURATION.fullmatch(duration) else None


def _byte_faults(data: bytes) -> Iterator[str]:
    if data.startswith(b"\xef\xbb\xbf"):
        yield "it begins with a byte order mark"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as bad:
        yield f"byte {bad.start} is not UTF-8"
        return
    for number, line in enumerate(text.split("\n")[:PLAYLIST_LINES], 1):
        if re.search(r"[\x00-\x1f\x7f-\x9f]", line.removesuffix("\r")):
            yield f"line {number} has a control character"
            return


def _read_lines(lines: list[str]) -> Iterator[Tag | Uri]:
    for number, line in enumerate(lines, 1):
        if line.startswith("#EXT"):
            yield _read_tag(number, line[1:])
        elif line.strip() and not line.startswith("#"):
            yield Uri(line=number, text=line)


def _read_tag(number: int, text: str) -> Tag:
    name, _, value = text.partition(":")
    attributes = read_attributes(value) if name in _LISTS else AttributeList()
    return Tag(line=number, name=name, value=value, attributes=attributes)


def _segments(playlist: Playlist) -> Iterator[Segment]:
    applied: dict[str, Tag] = {}
    kept: dict[str, Tag] = {}
    for line in playlist.lines:
        if isinstance(line, Uri):
            yield _segment(line, applied, kept)
            applied = {}
        elif line.name in {"EXT-X-MAP", "EXT-X-KEY"}:
            kept[line.name] = line
        elif line.name in SEGMENT_TAGS:
            applied[line.name] = line


def _segment(uri: Uri, applied: dict[str, Tag], kept: dict[str, Tag]) -> Segment:
    duration, place = applied.get("EXTINF"), applied.get("EXT-X-BYTERANGE")
    key = kept.get("EXT-X-KEY")
    return Segment(
        line=uri.line,
        uri=uri.text,
        duration_s=read_duration(duration.value) if duration else None,
        byte_range=read_byte_range(place.value) if place else None,
        map=kept.get("EXT-X-MAP"),
        is_discontinuous="EXT-X-DISCONTINUITY" in applied,
        is_gap="EXT-X-GAP" in applied,
        is_encrypted=key is not None and key.attributes.get("METHOD") != "NONE",
    )
