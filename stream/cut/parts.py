"""A file that begins within another: a head of its own, and fragments of the object, made anew.

How long it is, and each part of it, is known before any of them is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from stream.kept.composition import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`length` bytes of the object from `offset` on, of which `make` makes `size_bytes`.

    Of the first `unused` of them nothing is sent.
    """

    offset: int
    length: int
    size_bytes: int
    unused: int = 0
    make: Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """`head`, then what is made of `parts` in their order; none of it is empty."""

    head: bytes
    parts: tuple[Part, ...]

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return self._ends[-1]

    def between(self, start: int, end: int) -> Iterator[tuple[Part, int, int]]:
        """Answer which parts an interval of the file needs, and from where to where of each."""
        for number, first, last in self._met(start, end):
            yield self.parts[number], first, last

    def stretches(self, start: int, length: int) -> Iterator[Stretch]:
        """Answer which bytes of the object an interval of the file is made of.

        Within a part, as much of what is used of the object counts as of what is made of it.
        """
        for number, first, last in self._met(start, start + length):
            part = self.parts[number]
            used = part.length - part.unused
            begin = used * first // part.size_bytes
            until = -(-used * last // part.size_bytes)
            yield part.offset + part.unused + begin, until - begin

    def _met(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        at = max(start, self._ends[0])
        end = min(end, self._ends[-1])
        number = bisect_right(self._ends, at) - 1
        while at < end:
            begin, until = self._ends[number], min(end, self._ends[number + 1])
            yield number, at - begin, until - begin
            at, number = until, number + 1

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate((one.size_bytes for one in self.parts), initial=len(self.head)))
