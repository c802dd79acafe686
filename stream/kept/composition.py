"""A file that is a head of its own and stretches of a stored object: which byte of it is where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

#: Where it begins, and how long it is.
Stretch = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Composition:
    """`head`, then `stretches` of the object in their order; none of them is empty."""

    head: bytes
    stretches: tuple[Stretch, ...]

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return len(self.head) + self._ends[-1]

    def between(self, start: int, end: int) -> tuple[bytes, tuple[Stretch, ...]]:
        """Answer what bytes of the file are made of: some of the head, and stretches."""
        at = len(self.head)
        return self.head[start:end], tuple(self._behind(max(0, start - at), end - at))

    def _behind(self, start: int, end: int) -> Iterator[Stretch]:
        """Answer the stretches of an interval that counts from the end of the head."""
        number = bisect_right(self._ends, start) - 1
        while start < min(end, self._ends[-1]):
            skipped = start - self._ends[number]
            offset, whole = self.stretches[number]
            length = min(whole - skipped, end - start)
            yield offset + skipped, length
            start, number = start + length, number + 1

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate((length for _, length in self.stretches), initial=0))


def kept_of(stretches: tuple[Stretch, ...], at: int, piece: memoryview) -> Iterator[memoryview]:
    """Answer what stretches in order take of a piece of the object that begins at `at`."""
    number = max(0, bisect_right(stretches, (at, 0)) - 1)
    for offset, length in stretches[number:]:
        if offset >= at + len(piece):
            return
        kept = piece[max(0, offset - at) : max(0, offset + length - at)]
        if kept:
            yield kept
