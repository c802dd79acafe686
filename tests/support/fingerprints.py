"""Fingerprints that nobody had to listen for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from transcode.fingerprint import Items


def sound(seed: int, length: int = 400) -> Items:
    """Answer the items of a recording that never was."""
    return np.random.default_rng(seed).integers(0, 2**32, length, dtype=np.uint32)


def worn(items: Items, part: float, seed: int = 1) -> Items:
    """Turn over so many of all bits, by chance."""
    flips = np.random.default_rng(seed).random((len(items), 32)) < part
    return items ^ np.packbits(flips, axis=1).view(np.uint32).ravel()


def packed(items: Sequence[int]) -> str:
    """Print a fingerprint as Chromaprint does: distances in three bits, their excess in five."""
    normal: list[int] = []
    excess: list[int] = []
    for before, item in pairwise([0, *items]):
        last = 0
        for bit in (n for n in range(1, 33) if (before ^ item) >> (n - 1) & 1):
            distance, last = bit - last, bit
            normal.append(min(distance, 7))
            excess += [distance - 7] if distance >= 7 else []
        normal.append(0)
    body = [
        *(n >> bit & 1 for n in normal for bit in range(3)),
        *[0] * (-len(normal) * 3 % 8),
        *(n >> bit & 1 for n in excess for bit in range(5)),
    ]
    data = np.packbits(np.array(body, np.uint8), bitorder="little").tobytes()
    return base64.urlsafe_b64encode(b"\1" + len(items).to_bytes(3) + data).decode().rstrip("=")
