"""Encoded frames as ffmpeg hands them over: in fragments, next to each other.

ffmpeg's own file is only the wrapping that frames travel in; what is kept of it is the frames and
what its sample entry says of their codec. Source: ISO/IEC 14496-12, 8.8 (fragments).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transcode.boxes import Box, children, malformed, top_level

Counts = NDArray[np.int64]
#: tfhd and trun, 8.8.7 and 8.8.8: which flag says that which field is there.
_TFHD_BASE, _TFHD_ENTRY, _TFHD_DURATION, _TFHD_SIZE = 0x1, 0x2, 0x8, 0x10
_TRUN_OFFSET, _TRUN_FIRST = 0x1, 0x4
_TRUN_FIELDS = (0x100, 0x200, 0x400, 0x800)
_TRUN_SIZE = 0x200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packets:
    """Frames of one encoder, in order: where each lies in `data`."""

    data: memoryview
    offsets: Counts
    sizes: Counts

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self.sizes)

    def between(self, first: int, end: int) -> Packets:
        """Answer some of them."""
        return Packets(data=self.data, offsets=self.offsets[first:end], sizes=self.sizes[first:end])

    def frame(self, number: int) -> memoryview:
        """Answer the bytes of one."""
        return self.data[self.offsets[number] : self.offsets[number] + self.sizes[number]]

    def bytes(self) -> Iterator[memoryview]:
        """Answer their bytes, as few pieces as lie apart."""
        if not len(self):
            return
        ends = self.offsets + self.sizes
        breaks = np.flatnonzero(self.offsets[1:] != ends[:-1]) + 1
        bounds = [0, *breaks.tolist(), len(self)]
        for first, after in pairwise(bounds):
            yield self.data[self.offsets[first] : ends[after - 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Frames of one track, in order, wherever its pieces lie."""

    parts: tuple[Packets, ...]

    def __len__(self) -> int:
        """How many frames there are."""
        return sum(map(len, self.parts))

    @property
    def sizes(self) -> Counts:
        """Their sizes in bytes."""
        return np.concatenate([np.empty(0, np.int64), *(part.sizes for part in self.parts)])

    def between(self, first: int, end: int) -> Frames:
        """Answer some of them."""
        chosen, at = [], 0
        for part in self.parts:
            inside = part.between(max(0, first - at), max(0, end - at))
            chosen += [inside] if len(inside) else []
            at += len(part)
        return Frames(tuple(chosen))

    def bytes(self) -> Iterator[memoryview]:
        """Answer their bytes."""
        for part in self.parts:
            yield from part.bytes()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wrapped:
    """What was read of a file: the sample entry of its one track, and its frames."""

    sample_entry: bytes
    packets: Packets


def read_wrapped(data: memoryview) -> Wrapped:
    """Read a fragmented file with one track, as ffmpeg writes it with `empty_moov`.

    Raises:
        Broken: it is not such a file.

    """
    entry, runs = b"", []
    moof: Box | None = None
    for box in top_level(data):
        if box.kind == "moov":
            entry = _sample_entry(data, box)
        elif box.kind == "moof":
            moof = box
        elif box.kind == "mdat" and moof is not None:
            runs.append(_run(data, moof, box))
            moof = None
    if not entry:
        raise malformed("it has no sample entry")
    offsets = np.concatenate([np.empty(0, np.int64), *(offsets for offsets, _ in runs)])
    sizes = np.concatenate([np.empty(0, np.int64), *(sizes for _, sizes in runs)])
    return Wrapped(sample_entry=entry, packets=Packets(data=data, offsets=offsets, sizes=sizes))


def _sample_entry(data: memoryview, moov: Box) -> bytes:
    box = moov
    for kind in ("trak", "mdia", "minf", "stbl", "stsd"):
        box = _child(data, box, kind)
    # A full box, and how many entries follow: the first is ours.
    entry = next(children(data, box, skip=8), None)
    if entry is None:
        raise malformed("it has no sample entry")
    return bytes(data[entry.offset : entry.end])


def _run(data: memoryview, moof: Box, mdat: Box) -> tuple[Counts, Counts]:
    """Answer where the frames of a fragment are, and how large; all of them lie in its `mdat`."""
    traf = _child(data, moof, "traf")
    default_size = _default_size(data, _child(data, traf, "tfhd"))
    trun = _child(data, traf, "trun")
    flags, count = _numbers(">II", data, trun, 0)
    flags &= 0xFFFFFF
    if not flags & _TRUN_OFFSET:
        raise malformed("a fragment does not say where its frames are")
    (offset,) = _numbers(">i", data, trun, 8)
    begin = trun.body + (16 if flags & _TRUN_FIRST else 12)
    width = sum(bool(flags & field) for field in _TRUN_FIELDS)
    if begin + 4 * width * count > trun.end:
        raise malformed("a fragment is cut off")
    if flags & _TRUN_SIZE:
        table = np.frombuffer(data, ">u4", count=width * count, offset=begin)
        sizes = table.reshape(count, width)[:, int(bool(flags & _TRUN_FIELDS[0]))].astype(np.int64)
    elif default_size and count <= (mdat.end - mdat.body) // default_size:
        sizes = np.full(count, default_size, np.int64)
    else:
        raise malformed("a fragment has no room for its frames")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]) + moof.offset + offset
    if starts[0] < mdat.body or starts[-1] > mdat.end:
        raise malformed("a frame lies outside of its fragment")
    return starts[:-1], sizes


def _default_size(data: memoryview, tfhd: Box) -> int:
    (flags,) = _numbers(">I", data, tfhd, 0)
    if flags & _TFHD_BASE:
        raise malformed("its fragments count from the beginning of the file")
    at = 8 + sum(4 for flag in (_TFHD_ENTRY, _TFHD_DURATION) if flags & flag)
    return int(_numbers(">I", data, tfhd, at)[0]) if flags & _TFHD_SIZE else 0


def _numbers(form: str, data: memoryview, box: Box, at: int) -> tuple[int, ...]:
    """Read what stands in a box, so many bytes from the beginning of its body."""
    if box.body + at + struct.calcsize(form) > box.end:
        raise malformed(f"its {box.kind} is cut off")
    return struct.unpack_from(form, data, box.body + at)


def _child(data: memoryview, parent: Box, kind: str) -> Box:
    for box in children(data, parent):
        if box.kind == kind:
            return box
    raise malformed(f"its {parent.kind} has no {kind}")
