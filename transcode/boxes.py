"""Boxes of an ISO base media file (ISO/IEC 14496-12): where a player finds what.

Reads and prints boxes, and reads the segment index (8.16.3); it never follows a size further
than the file goes, so a hostile file costs no more than its own length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from base.errors import Broken
from base.units import Samples, SizeBytes

_MOST_BOXES = 100_000
_HEADER_BYTES = 8
_LARGE_HEADER_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box; the payload begins at `body`."""

    kind: str
    offset: SizeBytes
    body: SizeBytes
    end: SizeBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """One `moof` and its `mdat`: bytes of the file, and samples at the timescale."""

    offset: SizeBytes
    size_bytes: SizeBytes
    duration: Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A fragmented file with one track: initialisation, index, fragments in order."""

    init_bytes: SizeBytes
    index_offset: SizeBytes
    index_bytes: SizeBytes
    timescale: int
    fragments: tuple[Fragment, ...]

    @classmethod
    def without_fragments(cls, timescale: int) -> Self:
        """Answer that of a file that is read from its beginning to its end."""
        nothing = SizeBytes(0)
        return cls(
            init_bytes=nothing,
            index_offset=nothing,
            index_bytes=nothing,
            timescale=timescale,
            fragments=(),
        )


def top_level(data: bytes | memoryview) -> Iterator[Box]:
    """Answer the boxes of a file, one after another.

    Raises:
        Broken: a box ends past the file, is shorter than its own header, or
            there are absurdly many.

    """
    return _boxes(data, 0, len(data))


def children(data: bytes | memoryview, parent: Box, *, skip: int = 0) -> Iterator[Box]:
    """Answer the boxes in a box, behind `skip` bytes of its own.

    Raises:
        Broken: as of a file; a box ends past its parent.

    """
    return _boxes(data, parent.body + skip, parent.end)


def _boxes(data: bytes | memoryview, offset: int, end: int) -> Iterator[Box]:
    for _ in range(_MOST_BOXES):
        if offset == end:
            return
        box = _box_at(data, offset, end)
        yield box
        offset = box.end
    raise malformed("it has too many boxes")


def read_layout(data: bytes | memoryview) -> Layout:
    """Read the layout of a file made with one global segment index.

    Raises:
        Broken: the file is not such a file, or its index does not match its boxes.

    """
    boxes = list(top_level(data))
    kinds = [box.kind for box in boxes]
    if kinds[:2] != ["ftyp", "moov"] or kinds.count("sidx") != 1:
        raise malformed("it does not begin with ftyp, moov and one sidx")
    index = boxes[kinds.index("sidx")]
    timescale, fragments = _read_index(bytes(data[index.body : index.end]), index.end)
    _require_match(boxes, fragments)
    return Layout(
        init_bytes=boxes[1].end,
        index_offset=index.offset,
        index_bytes=SizeBytes(index.end - index.offset),
        timescale=timescale,
        fragments=fragments,
    )


def _box_at(data: bytes | memoryview, offset: int, end: int) -> Box:
    header = bytes(data[offset : min(offset + _LARGE_HEADER_BYTES, end)])
    if len(header) < _HEADER_BYTES:
        raise malformed("it ends within a box header")
    size, kind = struct.unpack_from(">I4s", header)
    body = _HEADER_BYTES
    if size == 1:
        if len(header) < _LARGE_HEADER_BYTES:
            raise malformed("it ends within a box header")
        size = struct.unpack_from(">Q", header, _HEADER_BYTES)[0]
        body = _LARGE_HEADER_BYTES
    elif size == 0:  # to the end of the file
        size = end - offset
    if size < body or offset + size > end:
        raise malformed("a box is longer than what it stands in")
    return Box(
        kind=kind.decode("latin-1"),
        offset=SizeBytes(offset),
        body=SizeBytes(offset + body),
        end=SizeBytes(offset + size),
    )


def _read_index(body: bytes, anchor: int) -> tuple[int, tuple[Fragment, ...]]:
    """Read a SegmentIndexBox; offsets count from its own end (`anchor`)."""
    try:
        version = body[0]
        timescale = struct.unpack_from(">I", body, 8)[0]
        times = ">QQ" if version else ">II"
        first_offset = struct.unpack_from(times, body, 12)[1]
        after = 12 + struct.calcsize(times) + 2
        count = struct.unpack_from(">H", body, after)[0]
        entries = [struct.unpack_from(">III", body, after + 2 + 12 * n) for n in range(count)]
    except (struct.error, IndexError):
        raise malformed("its index is cut off") from None
    if timescale == 0 or not entries:
        raise malformed("its index is empty")
    return timescale, tuple(_fragments(entries, anchor + first_offset))


def _fragments(entries: list[tuple[int, int, int]], offset: int) -> Iterator[Fragment]:
    for reference, duration, _ in entries:
        if reference >> 31:
            raise malformed("its index points at another index")
        yield Fragment(
            offset=SizeBytes(offset), size_bytes=SizeBytes(reference), duration=Samples(duration)
        )
        offset += reference


def _require_match(boxes: list[Box], fragments: tuple[Fragment, ...]) -> None:
    """Every entry must be exactly one moof and one mdat."""
    starts = [box.offset for box in boxes if box.kind == "moof"]
    ends = [box.end for box in boxes if box.kind == "mdat"]
    if starts != [fragment.offset for fragment in fragments] or ends != [
        fragment.offset + fragment.size_bytes for fragment in fragments
    ]:
        raise malformed("its index does not match its fragments")


def malformed(why: str) -> Broken:
    """Say that a file is not what it was meant to be."""
    return Broken("malformed-media", f"The file is not the media file we meant to make: {why}.")


def box(kind: str, *parts: bytes) -> bytes:
    """Print a box (4.2)."""
    body = b"".join(parts)
    return struct.pack(">I4s", _HEADER_BYTES + len(body), kind.encode("latin-1")) + body


def full_box(kind: str, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Print a box that begins with a version and flags (4.2)."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)
