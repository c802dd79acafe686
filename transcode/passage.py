"""A stretch of a track as meters hear it, one row a channel, and what it is to be a meter.

Turned round once and made positive once, for all who listen. Passages begin at the same samples
however a decoder cut its blocks, so that the borders of blocks cannot show in a result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from transcode.chunks import Chunks

#: Frames heard at once: many enough to forget what Python costs, few enough that a stereo passage
#: stays in the cache while everybody reads it, and whole windows of a spectrum.
PASSAGE_FRAMES = 1 << 16

#: 90 dB over full scale: no sound is there, and no sum over what is below it overflows.
LIMIT = np.float32(2**15)

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """Samples of shape `(channels, frames)`, and how far each, and the furthest, is from zero.

    All of them are numbers.
    """

    samples: NDArray[np.float32]
    magnitudes: NDArray[np.float32]
    peaks: NDArray[np.float32]

    @classmethod
    def of(cls, frames: NDArray[np.float32]) -> Self:
        """Turn a chunk of shape `(frames, channels)` round; it may be overwritten afterwards."""
        return cls._of_rows(np.array(frames.T, order="C"))

    @classmethod
    def _of_rows(cls, samples: NDArray[np.float32]) -> Self:
        magnitudes = np.abs(samples)
        peaks = magnitudes.max(axis=1, initial=0)
        # A float master may hold NaN and infinity, and one of them in a recursive filter would
        # silence the meter for the rest of the track. NaN fails every comparison.
        if not (peaks <= LIMIT).all():
            return cls._of_rows(np.clip(np.nan_to_num(samples, nan=0.0), -LIMIT, LIMIT))
        return cls(samples=samples, magnitudes=magnitudes, peaks=peaks)


class Meter(ABC, Generic[T_co]):
    """Takes a track and ends with a result.

    Fed with blocks of any length it cuts them itself; several meters of one track are fed by
    whoever cuts for all of them, with `hear` and `ended`. One way or the other, not both.
    """

    def __init__(self, channels: int) -> None:
        """Begin a track."""
        self._chunks = Chunks(PASSAGE_FRAMES, channels)

    def block(self, frames: NDArray[np.float32]) -> None:
        """Take the next samples, `(frames, channels)`, float32; beyond [-1, 1] is welcome."""
        for chunk in self._chunks.take(frames):
            self.hear(Passage.of(chunk))

    def result(self) -> T_co:
        """Answer the result so far; more blocks may follow."""
        return self.ended(self.rest())

    def rest(self) -> Passage:
        """Answer the passage that is not full yet."""
        return Passage.of(self._chunks.rest)

    @abstractmethod
    def hear(self, passage: Passage) -> None:
        """Listen on; the passage has `PASSAGE_FRAMES`."""

    @abstractmethod
    def ended(self, rest: Passage) -> T_co:
        """Answer the result of a track that ends with a passage not full, perhaps empty.

        Disturbs nothing: more may be heard afterwards.
        """
