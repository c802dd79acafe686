"""The highest point of the curve that a converter draws through the samples.

Source: ITU-R BS.1770-5 annex 2 (oversampling by a polyphase FIR filter of 48 taps). The peaks
of the oversampled signal are found, the signal itself is never kept.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from transcode.chunks import Chunks

#: Samples that a point between two samples is computed from, as in annex 2.
_TAPS = 12
#: Annex 2 asks for points at 192 kHz or closer: below which rate, how many a sample.
_FACTORS = ((96_000, 4), (192_000, 2))
#: A matrix product of this shape does sixteen samples with each row and stays, at 64 rows, small
#: enough that BLAS does not wake its threads for it.
_SAMPLES_PER_ROW = 16
_ROWS = 64
_TILE_FRAMES = _SAMPLES_PER_ROW * _ROWS
_CHUNK_FRAMES = 16 * _TILE_FRAMES


class TruePeakMeter:
    """Takes blocks and ends with the true peak of all channels."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin a track, before which there was silence."""
        self._between = _interpolation(oversampling(sample_rate))
        self._before = np.zeros((channels, _TAPS - 1), np.float32)
        self._chunks = Chunks(_CHUNK_FRAMES, channels)
        self._peak = 0.0

    def block(self, frames: NDArray[np.float32]) -> None:
        """Take the next samples, `(frames, channels)`, float32."""
        for chunk in self._chunks.take(frames):
            joined = np.concatenate([self._before, chunk.T], axis=1)
            self._peak = max(self._peak, self._peak_of(joined))
            self._before = joined[:, -(_TAPS - 1) :]

    def result(self) -> float:
        """Answer the peak so far, linear (1.0 is full scale), as if silence came next."""
        rest = self._chunks.rest
        silence = _TAPS + (-(len(rest) + _TAPS)) % _TILE_FRAMES
        padded = np.pad(rest.T, ((0, 0), (0, silence)))
        return max(self._peak, self._peak_of(np.concatenate([self._before, padded], axis=1)))

    def _peak_of(self, joined: NDArray[np.float32]) -> float:
        # Rows of samples that overlap by the filter's length, times the filter: all points
        # between all samples of a row in one product.
        width = _SAMPLES_PER_ROW + _TAPS - 1
        rows = sliding_window_view(joined, width, axis=1)[:, ::_SAMPLES_PER_ROW]
        between = np.ascontiguousarray(rows).reshape(-1, _ROWS, width) @ self._between
        return max(_highest(joined), _highest(between))


def oversampling(sample_rate: int) -> int:
    """Answer how many points a sample BS.1770-5 annex 2 asks for at this rate."""
    return next((factor for below, factor in _FACTORS if sample_rate < below), 1)


def _highest(values: NDArray[np.float32]) -> float:
    return float(max(values.max(initial=0.0), -values.min(initial=0.0)))


def _interpolation(factor: int) -> NDArray[np.float32]:
    """Answer the filter's phases as a matrix from a row of samples to the points between them.

    A sinc under a Hann window; its phase at the samples themselves is the identity and left out.
    """
    offsets = np.arange(1, factor) / factor
    distance = np.arange(_TAPS)[:, np.newaxis] - (_TAPS / 2 - 1) - offsets
    phases = np.sinc(distance) * np.cos(np.pi * distance / _TAPS) ** 2
    matrix = np.zeros((_SAMPLES_PER_ROW + _TAPS - 1, _SAMPLES_PER_ROW, factor - 1), np.float32)
    for sample in range(_SAMPLES_PER_ROW):
        matrix[sample : sample + _TAPS, sample] = phases
    return matrix.reshape(len(matrix), -1)
