"""Loudness over time, as a meter would have shown it, in few enough points for a picture.

Source: EBU Tech 3341, 2.2 (momentary and short-term loudness).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcode.k_weighting import Floats
from transcode.loudness import (
    ABSOLUTE_GATE_LUFS,
    BLOCK_S,
    HOP_S,
    OFFSET_DB,
    WINDOW_S,
    Powers,
)

POINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoudnessCurve:
    """What a meter showed at most in each step, in LUFS; nothing is below -70."""

    step_s: float
    momentary_lufs: NDArray[np.float32]
    short_term_lufs: NDArray[np.float32]


def curve_of(powers: Powers) -> LoudnessCurve:
    """Answer both curves of a track over the same steps, at most `POINTS` of them.

    A meter tells of what it just heard: a window belongs to the step that it ends in, and
    before the first has ended there is nothing to be shown.
    """
    momentary = _shown(powers.blocks, BLOCK_S)
    short_term = _shown(powers.windows, WINDOW_S)
    moments = max(len(momentary), len(short_term))
    hops = max(1, -(-moments // POINTS))
    return LoudnessCurve(
        step_s=hops * HOP_S,
        momentary_lufs=_highest(momentary, moments, hops),
        short_term_lufs=_highest(short_term, moments, hops),
    )


def _shown(powers: Floats, length_s: float) -> Floats:
    if not len(powers):
        return powers
    return np.concatenate([np.zeros(round(length_s / HOP_S) - 1), powers])


def _highest(powers: Floats, moments: int, hops: int) -> NDArray[np.float32]:
    points = -(-moments // hops)
    padded = np.pad(powers, (0, points * hops - len(powers)))
    highest = padded.reshape(points, hops).max(axis=1)
    least = 10 ** ((ABSOLUTE_GATE_LUFS - OFFSET_DB) / 10)
    lufs: Floats = OFFSET_DB + 10 * np.log10(np.maximum(highest, least))
    return lufs.astype(np.float32)
