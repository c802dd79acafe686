"""Where a recording hit the ceiling and went flat.

One sample at full scale is a loud sample; several in a row, on the same side of zero, are a
curve that somebody cut off. What was limited below full scale is not found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from base.units import Samples
from transcode.passage import Passage
from transcode.runs import runs

#: The largest positive number of 16 bits. Wider masters clip above it and are held to it too:
#: the difference is 0.0003 dB.
FULL_SCALE = np.float32(32767 / 32768)
#: Two neighbours at the top may be honest; converters and editors warn from three.
SHORTEST_RUN_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """The flat tops of one channel: how many, the longest, and all of them together."""

    runs: int
    longest_samples: Samples
    total_samples: Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingSoFar:
    """One side of one channel up to here; begins as `ClippingSoFar()`."""

    count: int = 0
    longest: int = 0
    total: int = 0
    open: int = 0

    def after(self, is_full: NDArray[np.bool_]) -> ClippingSoFar:
        """Go on with the samples that are at full scale marked."""
        ended, still_open = runs(is_full, before=self.open)
        long = ended[ended >= SHORTEST_RUN_SAMPLES]
        return ClippingSoFar(
            count=self.count + len(long),
            longest=max(self.longest, int(long.max(initial=0))),
            total=self.total + int(long.sum()),
            open=still_open,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingOfChannels:
    """The two sides of every channel up to here."""

    sides: tuple[tuple[ClippingSoFar, ClippingSoFar], ...]

    def after(self, passage: Passage) -> ClippingOfChannels:
        """Listen on; the passage must not be empty."""
        heard = zip(self.sides, passage.samples, passage.peaks, strict=True)
        return ClippingOfChannels(
            sides=tuple(_after(sides, samples, peak) for sides, samples, peak in heard)
        )

    def result(self) -> tuple[Clipping, ...]:
        """Answer what a track that ends here has, channel by channel."""
        # A sample that is not at full scale ends a run; so does the end of the track.
        end = np.zeros(1, np.bool_)
        return tuple(_both(over.after(end), under.after(end)) for over, under in self.sides)


def no_clipping(channels: int) -> ClippingOfChannels:
    """Answer the state before a track begins."""
    return ClippingOfChannels(sides=((ClippingSoFar(), ClippingSoFar()),) * channels)


def _after(
    sides: tuple[ClippingSoFar, ClippingSoFar], samples: NDArray[np.float32], peak: np.float32
) -> tuple[ClippingSoFar, ClippingSoFar]:
    over, under = sides
    # Most music never gets here, and then one look at its peak is enough.
    if peak < FULL_SCALE and not over.open and not under.open:
        return sides
    return over.after(samples >= FULL_SCALE), under.after(samples <= -FULL_SCALE)


def _both(over: ClippingSoFar, under: ClippingSoFar) -> Clipping:
    return Clipping(
        runs=over.count + under.count,
        longest_samples=Samples(max(over.longest, under.longest)),
        total_samples=Samples(over.total + under.total),
    )
