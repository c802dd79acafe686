"""From floats to the integers of a file."""

from __future__ import annotations

import numpy as np

from refrain.corpus.notes import Sound


def rounded(sound: Sound, bits: int, *, seed: int) -> Sound:
    """Answer the nearest values that so many bits have, still as floats.

    Even seeds are dithered, as they should be; odd ones are not, as many are.
    """
    half = 2.0 ** (bits - 1)
    chance = np.random.default_rng(seed)
    scaled = sound * half
    if seed % 2 == 0:
        scaled = scaled + chance.uniform(-0.5, 0.5, scaled.shape)
        scaled += chance.uniform(-0.5, 0.5, scaled.shape)
    whole: Sound = np.clip(np.rint(scaled), -half, half - 1) / half
    return whole
