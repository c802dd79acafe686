"""The sample rate that a recording had before it was brought to a higher one.

Above half of its old rate there is nothing but the rounding of the new samples, a floor. A good
converter ends within a kilohertz below that half: a cliff, see `spectrum`. A cheap one, whose
filter is short, lets a mirror image through on the other side, and its slope is wide: what tells
of it is how much deeper the floor lies than the recording's own slope would have led.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: What recordings are usually made at.
_OLD_RATES = (44_100, 48_000, 88_200, 96_000)
#: Where a good converter's cliff stands, in parts of half the old rate. Where the new rate is only
#: a little higher, the 20 kHz of lossy encoders must not be taken for it.
_CLIFF, _NEAR_CLIFF, _NEAR = (0.88, 1.003), (0.935, 1.003), 1.5
#: In the same parts: what the slope is drawn from, and where even a short filter has ended.
_BEFORE, _BESIDE, _BEYOND = (0.70, 0.76), (0.86, 0.92), 1.16
#: How far the floor lies below what is beside the filter, and below where the slope leads, in dB.
_FALL_DB, _EXCESS_DB = 10.0, 7.0
#: No recording's own slope is steeper than this between what it is drawn from, in dB.
_STEEPEST_DB = 12.0
#: The part of the floor that is no higher than what is taken for its level.
_FLOOR_PERCENT = 95
#: The uppermost bands belong to the new converter.
_TOP = 0.97


def old_rate(
    bands: NDArray[np.float64], *, band_hz: int, sample_rate: int, cutoff_hz: float | None
) -> int | None:
    """Answer the rate that a recording with such mean levels, in dB, was brought here from.

    None where it seems to have been made at the rate that it has.
    """
    if cutoff_hz is not None and (rate := _by_cliff(cutoff_hz, sample_rate)):
        return rate
    for rate in _lower(sample_rate):
        has_room = _BEYOND * rate < _TOP * sample_rate
        if has_room and _has_floor(bands, band_hz=band_hz, half_hz=rate / 2):
            return rate
    return None


def _lower(sample_rate: int) -> Iterator[int]:
    return (rate for rate in _OLD_RATES if rate < sample_rate)


def _by_cliff(cutoff_hz: float, sample_rate: int) -> int | None:
    for rate in _lower(sample_rate):
        least, most = _NEAR_CLIFF if sample_rate < _NEAR * rate else _CLIFF
        if least <= cutoff_hz / (rate / 2) <= most:
            return rate
    return None


def _has_floor(bands: NDArray[np.float64], *, band_hz: int, half_hz: float) -> bool:
    """Tell whether the levels beyond a converter's filter are deeper than their slope leads."""

    def mean(part: tuple[float, float]) -> float:
        first, last = (round(edge * half_hz / band_hz) for edge in part)
        return float(bands[first:last].mean())

    floor = bands[round(_BEYOND * half_hz / band_hz) : round(_TOP * len(bands))]
    floor_db = float(np.percentile(floor, _FLOOR_PERCENT))
    before, beside = mean(_BEFORE), mean(_BESIDE)
    apart = (sum(_BESIDE) - sum(_BEFORE)) / 2
    slope_db = min(max(0.0, before - beside), _STEEPEST_DB)
    led_db = slope_db / apart * (_BEYOND - sum(_BESIDE) / 2)
    fall_db = beside - floor_db
    return fall_db > _FALL_DB and fall_db - led_db > _EXCESS_DB
