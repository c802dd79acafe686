"""Which blocks of a stretch of bytes are here, which are coming, and what is to be fetched next."""

from __future__ import annotations

from dataclasses import dataclass

_MISSING, _COMING, _HERE = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a cache cuts objects: into stretches that come and go whole, and those into blocks."""

    block_bytes: int = 1 << 18
    #: The most that one request brings, and half of it is how far a reader looks ahead.
    run_bytes: int = 1 << 22
    stretch_bytes: int = 1 << 26

    @classmethod
    def within(cls, limit_bytes: int) -> Shape:
        """Answer a shape of which so many bytes hold several stretches."""
        usual = cls()
        blocks = max(1, limit_bytes // 8 // usual.block_bytes)
        return cls(stretch_bytes=min(usual.stretch_bytes, blocks * usual.block_bytes))


class Blocks:
    """The blocks of a stretch; places are counted from its beginning, in bytes."""

    def __init__(self, size_bytes: int, *, block_bytes: int) -> None:
        """Nothing is here yet."""
        self._size = size_bytes
        self._block = block_bytes
        self._states = bytearray(-(-size_bytes // block_bytes))

    def has(self, start: int, length: int) -> bool:
        """Tell whether all of these bytes are here."""
        first, last = start // self._block, -(-(start + length) // self._block)
        return self._states.count(_HERE, first, last) == last - first

    def until(self, at: int, end: int) -> int:
        """Answer how far bytes are here without a gap, from `at` and at most to `end`."""
        block = at // self._block
        while block * self._block < end and self._states[block] == _HERE:
            block += 1
        return max(at, min(end, block * self._block))

    def missing(self, at: int, end: int, *, soon: int, most_bytes: int) -> tuple[int, int] | None:
        """Answer the next bytes to fetch of those up to `end`, if they begin before `soon`.

        They are whole blocks, of which none is here or coming, and at most `most_bytes` long.
        """
        first = self._states.find(_MISSING, at // self._block, -(-soon // self._block))
        if first < 0:
            return None
        most = min(first + max(1, most_bytes // self._block), -(-end // self._block))
        last = first + 1
        while last < most and self._states[last] == _MISSING:
            last += 1
        return first * self._block, min(self._size, last * self._block)

    def claim(self, start: int, end: int) -> None:
        """Note that these bytes, which were missing, are coming."""
        self._mark(start, end, _COMING)

    def land(self, start: int, end: int) -> int:
        """Note that what was coming is here from `start` to `end`; answer to where that is blocks.

        A block counts as here when it is whole.
        """
        whole = end if end == self._size else end // self._block * self._block
        if whole > start:
            self._mark(start, whole, _HERE)
        return max(start, whole)

    def release(self, start: int, end: int) -> None:
        """Note that these bytes are not coming any more."""
        self._mark(start, end, _MISSING)

    def _mark(self, start: int, end: int, state: int) -> None:
        first, last = start // self._block, -(-end // self._block)
        self._states[first:last] = bytes([state]) * (last - first)
