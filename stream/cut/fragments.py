"""The heads of our fragments (`transcode.cmaf` prints them): which frames there are, and when.

`moof(mfhd traf(tfhd tfdt trun [sbgp]))`, then `mdat` with the frames (ISO/IEC 14496-12, 8.8).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from base.errors import Broken

_HEADER = struct.Struct(">I4s")
_MDAT_BYTES = 8
#: The head of a fragment with so many frames is no longer than this: they last for seven seconds.
MOST_HEAD_BYTES = 16 << 10
#: Where the boxes of a fragment begin: all before `trun` are of one size.
_TFDT_AT, _TRUN_AT = 8 + 16 + 8 + 16, 8 + 16 + 8 + 16 + 20
_TIME_AT = _TFDT_AT + 12
_TRUN_HEAD = struct.Struct(">I4sIIi")
_DURATIONS, _KNOWN_FLAGS = 0x100, 0x301
_SBGP = struct.Struct(">I4sI4sIII")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The frames of a fragment: when the first is decoded, how large they are, how long each lasts.

    `durations` are empty where all last as long; `roll` says that a decoder begins before them.
    """

    number: int
    begins_at: int
    sizes: Sequence[int]
    durations: Sequence[int] = ()
    has_roll: bool = False

    @property
    def head_bytes(self) -> int:
        """How long everything is before the frames."""
        columns = 2 if self.durations else 1
        table = _TRUN_HEAD.size + 4 * columns * len(self.sizes)
        return _TRUN_AT + table + (_SBGP.size if self.has_roll else 0) + _MDAT_BYTES

    @property
    def size_bytes(self) -> int:
        """How long the fragment is."""
        return self.head_bytes + sum(self.sizes)

    def places(self) -> Iterator[tuple[int, int]]:
        """Answer where in the fragment each frame begins and ends."""
        at = self.head_bytes
        for size in self.sizes:
            yield at, at + size
            at += size

    def without(self, skipped: int, frame: int) -> Frames:
        """Answer them without the first ones, each of which lasts for `frame`."""
        return replace(
            self,
            begins_at=self.begins_at + skipped * frame,
            sizes=self.sizes[skipped:],
            durations=self.durations[skipped:],
        )

    def earlier(self, by: int) -> Frames:
        """Answer them decoded that much earlier."""
        return replace(self, begins_at=self.begins_at - by)

    def head(self) -> bytes:
        """Print what stands before the frames."""
        tfhd = _HEADER.pack(16, b"tfhd") + struct.pack(">II", 0x020000, 1)
        tfdt = _HEADER.pack(20, b"tfdt") + struct.pack(">IQ", 1 << 24, self.begins_at)
        rows = self.sizes
        if self.durations:
            rows = [one for pair in zip(self.durations, self.sizes, strict=True) for one in pair]
        flags = _KNOWN_FLAGS if self.durations else _KNOWN_FLAGS & ~_DURATIONS
        length = _TRUN_HEAD.size + 4 * len(rows)
        trun = _TRUN_HEAD.pack(length, b"trun", flags, len(self.sizes), self.head_bytes)
        trun += struct.pack(f">{len(rows)}I", *rows)
        roll = _SBGP.pack(_SBGP.size, b"sbgp", 0, b"roll", 1, len(self.sizes), 1)
        traf = tfhd + tfdt + trun + (roll if self.has_roll else b"")
        moof = _HEADER.pack(16, b"mfhd") + struct.pack(">II", 0, self.number)
        moof += _HEADER.pack(8 + len(traf), b"traf") + traf
        mdat = _HEADER.pack(_MDAT_BYTES + sum(self.sizes), b"mdat")
        return _HEADER.pack(8 + len(moof), b"moof") + moof + mdat


def frames_of(fragment: bytes) -> Frames:
    """Read the frames of a fragment, of which all that stands before them has to be there.

    Raises:
        Broken: it is none of ours.

    """
    try:
        _, _, flags, count, _ = _TRUN_HEAD.unpack_from(fragment, _TRUN_AT)
        columns = 2 if flags & _DURATIONS else 1
        rows = struct.unpack_from(f">{columns * count}I", fragment, _TRUN_AT + _TRUN_HEAD.size)
        (length,) = struct.unpack_from(">I", fragment)
        found = Frames(
            number=struct.unpack_from(">I", fragment, 8 + 12)[0],
            begins_at=struct.unpack_from(">Q", fragment, _TIME_AT)[0],
            sizes=rows[columns - 1 :: columns],
            durations=rows[::2] if columns > 1 else (),
            has_roll=length > _TRUN_AT + _TRUN_HEAD.size + 4 * len(rows),
        )
    except struct.error:
        raise not_ours("a fragment is cut off") from None
    head = found.head()
    if fragment[: len(head)] != head:
        raise not_ours("a fragment has another head")
    return found


def moved(fragment: bytes, by: int) -> bytes:
    """Answer a fragment whose frames are decoded that much earlier."""
    (begins_at,) = struct.unpack_from(">Q", fragment, _TIME_AT)
    said = struct.pack(">Q", begins_at - by)
    return fragment[:_TIME_AT] + said + fragment[_TIME_AT + len(said) :]


def not_ours(why: str) -> Broken:
    """Say that an object is not as ours are."""
    return Broken("malformed-media", f"The object is not one that we made: {why}.")


def fragment_at(fragments: Sequence[Sequence[int]], time: int) -> tuple[int, int]:
    """Answer which fragment has a time, and when that begins; they are `[offset, size, duration]`.

    Raises:
        Broken: none has it.

    """
    begin = 0
    for number, (_, _, duration) in enumerate(fragments):
        if time < begin + duration:
            return number, begin
        begin += duration
    raise not_ours("it ends before its end")
