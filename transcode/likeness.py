"""How alike a rendition and its master are, and how loud beside each other.

Loudness alone cannot tell a fault of ours from the nature of a codec: at 64 kb/s there is no
white noise, and what is not there is not loud. Where a codec kept the wave, it kept its level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: At the edge of an excerpt a resampler heard silence that is not in the track.
_EDGE = 4096
#: In a stretch of fewer samples an encoder that hears one frame only does as it likes.
_LEAST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How a stretch of a rendition compares with the same stretch of its master.

    `correlation` is 1 where they are the same but for their level, which then is `level_db`
    higher; `residual_dbfs` is the highest sample of their difference, None where there is none.
    """

    correlation: float
    level_db: float
    residual_dbfs: float | None


def likeness(here: NDArray[np.float32], there: NDArray[np.float32]) -> Likeness | None:
    """Compare two stretches of shape `(frames, channels)`.

    None where one of them is silent, or too short to tell.
    """
    length = min(len(here), len(there))
    if length < _LEAST:
        return None
    edge = _EDGE if length > 2 * _EDGE else 0
    one, other = (sound[edge : length - edge].astype(np.float64) for sound in (here, there))
    powers = [float(np.square(sound).sum()) for sound in (one, other)]
    if not min(powers):
        return None
    common = float((one * other).sum())
    residual = float(np.abs(one - other).max())
    return Likeness(
        correlation=common / math.sqrt(powers[0] * powers[1]),
        level_db=20 * math.log10(max(abs(common) / powers[1], 1e-9)),
        residual_dbfs=20 * math.log10(residual) if residual else None,
    )
