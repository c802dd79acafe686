"""The highest sample of each channel, and the highest point of the curve through its samples.

Source: ITU-R BS.1770-5 annex 2 (oversampling by a polyphase FIR filter of 48 taps). No point
between samples can lie further from zero than the largest of the samples that it is computed
from, times the sum of the filter's magnitudes; where that is below the peak so far, nothing is
computed at all. In most music that is nearly everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from base.units import Dbtp
from transcode.passage import Meter, Passage

#: Annex 2 asks for points at 192 kHz or closer: below which rate, how many a sample.
_FACTORS = ((96_000, 4), (192_000, 2))
#: Samples that a point between two samples is computed from, as in annex 2.
_TAPS = 12
_HISTORY = _TAPS - 1
#: Samples whose following points one row of a matrix product finds.
_ROW = 16
_WIDTH = _ROW + _HISTORY
#: Rows are filled up to a multiple of this: every product has the same inner loop, and a sum
#: does not depend, in its last bit, on how many rows were worth computing.
_ROWS = 64
#: Where more than one sample in so many is high, choosing rows costs more than it saves.
_MANY = 8
#: For the rounding of a bound that is compared with what was rounded elsewhere.
_MARGIN = np.float32(1.0001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """One channel's peaks; None where it is digitally silent."""

    sample_peak_dbfs: float | None
    true_peak_dbtp: Dbtp | None


class PeakMeter(Meter[tuple[Peak, ...]]):
    """Ends with the peaks of each channel of a track."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin a track."""
        super().__init__(channels)
        self._heard = no_peaks(sample_rate, channels)

    def hear(self, passage: Passage) -> None:
        """Listen on."""
        self._heard = self._heard.after(passage)

    @property
    def true_peak_dbtp(self) -> Dbtp | None:
        """The highest of all channels so far, but for the last passage: it costs nothing to ask.

        None while there was nothing but digital silence.
        """
        return _dbtp(max(self._heard.true_peaks))

    def ended(self, rest: Passage) -> tuple[Peak, ...]:
        """Answer the peaks of a track that ends here."""
        return (self._heard.after(rest) if rest.samples.size else self._heard).result()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interpolator:
    """The points between the samples of a row, as a matrix that yields all of them.

    `reach` bounds them: how many times the largest sample of a row they can be.
    """

    matrix: NDArray[np.float32]
    reach: np.float32

    def highest(self, rows: Sequence[NDArray[np.float32]]) -> tuple[float, ...]:
        """Answer how far from zero the points between samples come, of the rows of each channel.

        0 where a channel has none.
        """
        bounds = list(accumulate(map(len, rows), initial=0))
        if not bounds[-1]:
            return (0.0,) * len(rows)
        tiles = np.zeros((-(-bounds[-1] // _ROWS), _ROWS, _WIDTH), np.float32)
        np.concatenate(rows, out=tiles.reshape(-1, _WIDTH)[: bounds[-1]])
        points = (tiles @ self.matrix).reshape(-1, self.matrix.shape[1])
        of_channels = (points[start:end] for start, end in pairwise(bounds))
        return tuple(float(max(each.max(initial=0), -each.min(initial=0))) for each in of_channels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeaksSoFar:
    """Linear peaks up to here, and the samples that the next points need, a row a channel."""

    interpolator: Interpolator
    waiting: NDArray[np.float32]
    sample_peaks: tuple[float, ...]
    true_peaks: tuple[float, ...]

    def after(self, passage: Passage) -> PeaksSoFar:
        """Listen on; the passage must not be empty."""
        joined = np.concatenate([self.waiting, passage.samples], axis=1)
        here = passage.peaks.tolist()
        heard = (joined.shape[1] - _HISTORY) // _ROW * _ROW
        return replace(
            self,
            waiting=joined[:, heard:],
            sample_peaks=tuple(map(max, self.sample_peaks, here)),
            true_peaks=self._true(joined, tuple(map(max, self.true_peaks, here))),
        )

    def result(self) -> tuple[Peak, ...]:
        """Answer what a track that ends here has, as if silence came next."""
        ended = np.pad(self.waiting, ((0, 0), (0, _TAPS + _ROW)))
        true_peaks = self._true(ended, self.true_peaks)
        return tuple(
            Peak(sample_peak_dbfs=_db(sample), true_peak_dbtp=_dbtp(true))
            for sample, true in zip(self.sample_peaks, true_peaks, strict=True)
        )

    def _true(self, joined: NDArray[np.float32], peaks: tuple[float, ...]) -> tuple[float, ...]:
        if not self.interpolator.matrix.size or joined.shape[1] < _WIDTH:
            return peaks
        rows = sliding_window_view(joined, _WIDTH, axis=1)[:, ::_ROW]
        lowest = np.array(peaks, np.float32)[:, np.newaxis] / self.interpolator.reach
        needed = list(map(_needed, rows, np.abs(joined) > lowest))
        return tuple(map(max, peaks, self.interpolator.highest(needed)))


def no_peaks(sample_rate: int, channels: int) -> PeaksSoFar:
    """Answer the state before a track begins, before which there was silence."""
    return PeaksSoFar(
        interpolator=_interpolator(oversampling(sample_rate)),
        waiting=np.zeros((channels, _HISTORY), np.float32),
        sample_peaks=(0.0,) * channels,
        true_peaks=(0.0,) * channels,
    )


def oversampling(sample_rate: int) -> int:
    """Answer how many points a sample BS.1770-5 annex 2 asks for at this rate."""
    return next((factor for below, factor in _FACTORS if sample_rate < below), 1)


def _needed(rows: NDArray[np.float32], is_high: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Answer the rows of a channel that hold a sample high enough for a point above its peak."""
    high = np.flatnonzero(is_high)
    if len(high) > len(is_high) // _MANY:
        return rows
    is_needed = np.zeros(len(is_high) // _ROW + 1, np.bool_)
    # Rows overlap: a sample belongs to the one it begins in, and perhaps to the one before.
    is_needed[high // _ROW] = True
    is_needed[np.maximum(high - _HISTORY, 0) // _ROW] = True
    return rows[np.flatnonzero(is_needed[: len(rows)])]


def _interpolator(factor: int) -> Interpolator:
    # A sinc under a Hann window; its phase at the samples themselves is the identity, left out.
    offsets = np.arange(1, factor) / factor
    distance = np.arange(_TAPS)[:, np.newaxis] - (_TAPS / 2 - 1) - offsets
    phases = np.sinc(distance) * np.cos(np.pi * distance / _TAPS) ** 2
    matrix = np.zeros((_WIDTH, _ROW, factor - 1), np.float32)
    for sample in range(_ROW):
        matrix[sample : sample + _TAPS, sample] = phases
    reach = np.abs(phases).sum(axis=0).max(initial=0)
    return Interpolator(matrix=matrix.reshape(_WIDTH, -1), reach=np.float32(reach) * _MARGIN)


def _db(peak: float) -> float | None:
    return 20 * math.log10(peak) if peak > 0 else None


def _dbtp(peak: float) -> Dbtp | None:
    return Dbtp(20 * math.log10(peak)) if peak > 0 else None
