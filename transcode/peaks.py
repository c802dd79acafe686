"""The highest sample of each channel, and the highest point of the curve through its samples.

Source: ITU-R BS.1770-5 annex 2 (oversampling by a polyphase FIR filter of 48 taps). No point
between samples can lie further from zero than the largest of the samples that it is computed
from, times the sum of the filter's magnitudes; where that is below the peak so far, nothing is
computed at all. In most music that is nearly everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from base.units import Dbtp
from transcode.passage import Passage
from transcode.true_peak import oversampling

#: Samples that a point between two samples is computed from, as in annex 2.
_TAPS = 12
_HISTORY = _TAPS - 1
#: Samples whose following points one row of a matrix product finds.
_ROW = 16
_WIDTH = _ROW + _HISTORY
#: Rows are filled up to a multiple of this: every product has the same inner loop, and a sum
#: does not depend, in its last bit, on how many rows were worth computing.
_ROWS = 64
#: For the rounding of a bound that is compared with what was rounded elsewhere.
_MARGIN = np.float32(1.0001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """One channel's peaks; None where it is digitally silent."""

    sample_peak_dbfs: float | None
    true_peak_dbtp: Dbtp | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeaksSoFar:
    """Linear peaks up to here, and the last samples, of shape `(channels, 11)`."""

    between: NDArray[np.float32] | None
    before: NDArray[np.float32]
    sample_peaks: tuple[float, ...]
    true_peaks: tuple[float, ...]

    def after(self, passage: Passage) -> PeaksSoFar:
        """Listen on; the passage must not be empty."""
        joined = np.concatenate([self.before, passage.samples], axis=1)
        here = passage.magnitudes.max(axis=1).tolist()
        samples = tuple(map(max, self.sample_peaks, here))
        return replace(
            self,
            before=joined[:, -_HISTORY:],
            sample_peaks=samples,
            true_peaks=self._true(joined, tuple(map(max, self.true_peaks, here))),
        )

    def result(self) -> tuple[Peak, ...]:
        """Answer what a track that ends here has, as if silence came next."""
        joined = np.pad(self.before, ((0, 0), (0, _TAPS)))
        true_peaks = self._true(joined, self.true_peaks)
        return tuple(
            Peak(sample_peak_dbfs=_db(sample), true_peak_dbtp=Dbtp(true) if true else None)
            for sample, true in zip(self.sample_peaks, map(_db, true_peaks), strict=True)
        )

    def _true(self, joined: NDArray[np.float32], peaks: tuple[float, ...]) -> tuple[float, ...]:
        if self.between is None:
            return peaks
        between = self.between
        return tuple(_peak(row, between, peak) for row, peak in zip(joined, peaks, strict=True))


def no_peaks(sample_rate: int, channels: int) -> PeaksSoFar:
    """Answer the state before a track begins, before which there was silence."""
    factor = oversampling(sample_rate)
    return PeaksSoFar(
        between=_interpolation(factor) if factor > 1 else None,
        before=np.zeros((channels, _HISTORY), np.float32),
        sample_peaks=(0.0,) * channels,
        true_peaks=(0.0,) * channels,
    )
