"""Positions in a track as half-open intervals of integer milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]

#: Stretches of one session that are remembered; who asks for more leaps about, and hears little.
_MOST = 500


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Answer the same positions as disjoint intervals in order."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def intersection(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """Answer the positions that are in both; each side disjoint and in order."""
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        (a, b), (c, d) = left[i], right[j]
        found.append((max(a, c), min(b, d)))
        if b < d:
            i += 1
        else:
            j += 1
    return union(found)


def total(intervals: Iterable[Interval]) -> int:
    """Answer the length of disjoint intervals."""
    return sum(end - start for start, end in intervals)


def kept(intervals: Iterable[Interval]) -> list[Interval]:
    """Answer the same positions, and of very many stretches only the longest."""
    merged = union(intervals)
    if len(merged) > _MOST:
        merged = sorted(sorted(merged, key=_length)[-_MOST:])
    return merged


def _length(interval: Interval) -> int:
    return interval[1] - interval[0]
