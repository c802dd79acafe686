"""Chromaprint's fingerprint of a recording, in the base64 form that AcoustID takes.

ffmpeg computes it; here is told whether there is anything in it, and its items are unpacked:
one of 32 bits for each 0.124 s of sound.
"""

from __future__ import annotations

import base64
import re

import numpy as np
from numpy.typing import NDArray

#: AcoustID knows recordings by their first two minutes, as its own program listens.
LENGTH_S = 120
#: How far apart items are: a third of a frame of 4096 samples at 11 025 Hz.
ITEM_S = 1365 / 11_025
#: The algorithm, one byte, and the number of items, three.
_HEADER_BYTES = 4
_HEADER_LETTERS = 6
_PRINTED = re.compile(r"[A-Za-z0-9_-]{6,}")
#: Distances between set bits are packed into three bits each, the excess of long ones into five.
_NORMAL_BITS, _EXCESS_BITS = 3, 5
_LONG = (1 << _NORMAL_BITS) - 1

Items = NDArray[np.uint32]


def parse(printed: str) -> str | None:
    """Answer the fingerprint that was printed, or None where it holds no item.

    That is so for less than three seconds of sound.
    """
    if not _PRINTED.fullmatch(printed):
        return None
    header = base64.urlsafe_b64decode(printed[:_HEADER_LETTERS] + "==")[:_HEADER_BYTES]
    return printed if int.from_bytes(header[1:]) else None


def items_of(printed: str) -> Items:
    """Unpack a fingerprint; there are none where it is empty, or promises more than there is.

    Each item is told by the bits in which it differs from the one before: their distances, the
    first from bit 0, and a zero at the end.
    """
    packed = base64.urlsafe_b64decode(printed + "=" * (-len(printed) % 4))
    count = int.from_bytes(packed[1:_HEADER_BYTES])
    bits = np.unpackbits(np.frombuffer(packed[_HEADER_BYTES:], np.uint8), bitorder="little")
    distances = _numbers(bits, _NORMAL_BITS)
    ends = np.flatnonzero(distances == 0)[:count]
    if not count or len(ends) < count:
        return np.zeros(0, np.uint32)
    distances = distances[: ends[-1] + 1]
    long = np.flatnonzero(distances == _LONG)
    begin = -(-len(distances) * _NORMAL_BITS // 8) * 8
    excess = _numbers(bits[begin:], _EXCESS_BITS)[: len(long)]
    if len(excess) < len(long):
        return np.zeros(0, np.uint32)
    distances[long] += excess
    return _items(distances, ends)


def _numbers(bits: NDArray[np.uint8], width: int) -> NDArray[np.int64]:
    rows = bits[: len(bits) // width * width].reshape(-1, width)
    return rows.astype(np.int64) @ (1 << np.arange(width))


def _items(distances: NDArray[np.int64], ends: NDArray[np.int64]) -> Items:
    begins = np.concatenate([[0], ends[:-1] + 1])
    sums = np.cumsum(distances)
    before = np.concatenate([[0], sums[ends[:-1]]])
    which = np.repeat(np.arange(len(ends)), ends - begins + 1)
    positions = sums - before[which]
    is_bit = (distances > 0) & (positions <= 32)  # noqa: PLR2004 - bits of an item
    changed = np.zeros(len(ends), np.uint32)
    set_bits = np.left_shift(np.uint32(1), (positions[is_bit] - 1).astype(np.uint32))
    np.bitwise_xor.at(changed, which[is_bit], set_bits)
    return np.bitwise_xor.accumulate(changed)
