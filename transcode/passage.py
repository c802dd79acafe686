"""A stretch of a track as the meters of quality hear it: one row a channel.

Turned round once and made positive once, for all who listen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

#: Frames heard at once: many enough to forget what Python costs, few enough that a stereo passage
#: stays in the cache while everybody reads it, and whole windows of a spectrum.
PASSAGE_FRAMES = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """Samples of shape `(channels, frames)`, and how far each is from zero."""

    samples: NDArray[np.float32]
    magnitudes: NDArray[np.float32]

    @classmethod
    def of(cls, frames: NDArray[np.float32]) -> Self:
        """Turn a chunk of shape `(frames, channels)` round; it may be overwritten afterwards."""
        samples = np.array(frames.T, order="C")
        return cls(samples=samples, magnitudes=np.abs(samples))
