"""What the channels have to do with each other, and with zero.

The correlation is Pearson's: 1 where left and right are the same, 0 where they have nothing in
common, -1 where a cable was soldered the wrong way round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Passage

Floats = NDArray[np.float64]

#: How far below the sound the difference of its channels must be to be no difference: a lossy
#: encoder leaves about this much of a mono recording in its side channel.
MONO_DB = -60.0
#: The part of a channel's energy below which its sound is lost beside its offset, in the rounding.
_LOST = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChannelsSoFar:
    """Sums over the samples up to here, each of shape `(channels,)`.

    `differences` holds the energy of what each channel has that the first has not.
    """

    samples: int
    sums: Floats
    energies: Floats
    differences: Floats

    def after(self, passage: Passage) -> ChannelsSoFar:
        """Listen on."""
        samples = passage.samples
        differences = self.differences.copy()
        differences[1:] += _energies(samples[1:] - samples[0])
        return ChannelsSoFar(
            samples=self.samples + samples.shape[1],
            sums=self.sums + samples.sum(axis=1),
            energies=self.energies + _energies(samples),
            differences=differences,
        )

    def dc_offsets(self) -> tuple[float, ...]:
        """Answer the mean of each channel, 1.0 being full scale."""
        return tuple((self.sums / max(1, self.samples)).tolist())

    def levels_dbfs(self) -> tuple[float | None, ...]:
        """Answer the root mean square of each channel; None where it is digitally silent."""
        powers = (self.energies / max(1, self.samples)).tolist()
        return tuple(10 * math.log10(power) if power > 0 else None for power in powers)

    def is_mono(self) -> bool:
        """Tell whether every channel carries the same sound."""
        return bool((self.differences <= 10 ** (MONO_DB / 10) * self.energies[0]).all())

    def correlation(self) -> float | None:
        """Answer that of the front pair; None where there is no pair, or one of it is silent."""
        if len(self.sums) == 1 or not self.samples:
            return None
        means = self.sums[:2] / self.samples
        variances = self.energies[:2] / self.samples - means**2
        if (variances <= _LOST * self.energies[:2] / self.samples).any():
            return None
        product = (self.energies[0] + self.energies[1] - self.differences[1]) / 2 / self.samples
        correlation = (product - means[0] * means[1]) / math.sqrt(variances[0] * variances[1])
        return float(np.clip(correlation, -1, 1))


def no_channels(channels: int) -> ChannelsSoFar:
    """Answer the state before a track begins."""
    zeros = np.zeros(channels)
    return ChannelsSoFar(samples=0, sums=zeros, energies=zeros, differences=zeros)


def _energies(samples: NDArray[np.float32]) -> Floats:
    energies: Floats = np.vecdot(samples, samples).astype(np.float64)
    return energies
