"""Ranks: where entries stand in a list that is changed at any place without numbering it anew.

A rank is a fraction, written as bytes in base 256, that compares as bytes do; so between any two
there is another. None ends in a zero, below which there would be nothing. What is put at an end
counts on in the first four bytes, so lists that only grow have ranks of four; what is put in the
middle takes the shortest that fits, a bit more each time somebody insists on the same gap.
"""

from __future__ import annotations

from itertools import pairwise

#: One that would be longer is not used: the list is spread anew then, under its own lock.
LONGEST = 64
_DIGITS, _STEP, _ODD = 4, 256, 0x80
_MIDDLE, _END = 0x8000_0000, 0x1_0000_0000


def between(low: bytes | None, high: bytes | None) -> bytes:
    """Answer a rank behind one and before another; None is the beginning, or the end."""
    if high is None:
        counted = _first(low) // _STEP * _STEP + _STEP if low else _MIDDLE
    elif low is None:
        counted = _first(high) // _STEP * _STEP - _STEP
    else:
        return _halfway(low, high)
    if 0 <= counted < _END:
        return _written(counted)
    return _halfway(low or b"", high)


def several(low: bytes | None, high: bytes | None, number: int) -> list[bytes]:
    """Answer so many ranks in order, all between two."""
    if number < 1:
        return []
    if low is not None and high is not None:
        middle = between(low, high)
        before = several(low, middle, (number - 1) // 2)
        return [*before, middle, *several(middle, high, number // 2)]
    found: list[bytes] = []
    for _ in range(number):
        if high is None:
            low = between(low, None)
            found.append(low)
        else:
            high = between(None, high)
            found.insert(0, high)
    return found


def spread(number: int) -> list[bytes]:
    """Answer so many ranks in order, short ones with room everywhere."""
    return [_written(_MIDDLE + (at - number // 2) * _STEP) for at in range(number)]


def are_fit(ranks: list[bytes]) -> bool:
    """Whether ranks are in order and none is too long."""
    in_order = all(one < next_ for one, next_ in pairwise(ranks))
    return in_order and all(len(one) <= LONGEST for one in ranks)


def _first(rank: bytes) -> int:
    return int.from_bytes(rank[:_DIGITS].ljust(_DIGITS, b"\0"))


def _written(number: int) -> bytes:
    return (number | _ODD).to_bytes(_DIGITS)


def _halfway(low: bytes, high: bytes | None) -> bytes:
    """Answer the shortest rank that is about halfway."""
    digits, at = bytearray(), 0
    while True:
        floor = low[at] if at < len(low) else 0
        ceiling = high[at] if high is not None else 256
        if ceiling - floor > 1:
            return bytes([*digits, (floor + ceiling) // 2])
        if ceiling > floor:
            high = None  # whatever follows is below it
        digits.append(floor)
        at += 1
