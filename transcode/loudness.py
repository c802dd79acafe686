"""Loudness and true peak of a track, as EBU R 128 asks for them.

Takes blocks and gates what was measured; `k_weighting` filters, `peaks` oversamples.
Sources: ITU-R BS.1770-5 annex 1 (integrated loudness), EBU Tech 3341 (momentary and short-term),
EBU Tech 3342 (loudness range).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from base.units import Dbtp, Lufs
from transcode.k_weighting import STEPS_PER_S, Floats, PowerMeter
from transcode.passage import Meter, Passage
from transcode.peaks import Peak, PeakMeter

#: BS.1770-5 annex 1, equation (2): what makes a 1 kHz sine read its own level.
OFFSET_DB = -0.691
#: BS.1770-5 annex 1, equations (5) and (6).
ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
#: Tech 3342, 3.1: the second gate, and the part of the distribution that counts.
_RANGE_GATE_LU = -20.0
_RANGE_PERCENTILES = (0.10, 0.95)
#: Tech 3341, 2.2: the two sliding windows.
BLOCK_S, WINDOW_S = 0.4, 3.0
#: Gating blocks begin every 100 ms (75 % overlap); so do the windows of the range.
HOP_S = 0.1
_MOMENTARY_STEPS = round(BLOCK_S * STEPS_PER_S)
_SHORT_TERM_STEPS = round(WINDOW_S * STEPS_PER_S)
_GATING_STEPS = round(HOP_S * STEPS_PER_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """What was measured; None where the track is too quiet or too short to have it.

    Digital silence has a level of minus infinity, which neither JSON nor every database can
    say; for a reader it is the same as no level.
    """

    integrated_lufs: Lufs | None
    range_lu: float | None
    max_momentary_lufs: Lufs | None
    max_short_term_lufs: Lufs | None
    true_peak_dbtp: Dbtp | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Powers:
    """The weighted mean squares that loudness is gated from, every 100 ms of a track.

    `blocks` are 400 ms long (integrated loudness), `windows` 3 s (range).
    """

    blocks: Floats
    windows: Floats


class LoudnessMeter(Meter[Loudness]):
    """Ends with a track's loudness."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin a track; channels stand in the order of WAV and FLAC.

        Raises:
            ValueError: there are more than 6 channels, or the rate is below 4 kHz.

        """
        super().__init__(channels)
        self._power = PowerMeter(sample_rate, channels)
        self._peak = PeakMeter(sample_rate, channels)

    def hear(self, passage: Passage) -> None:
        """Listen on."""
        self._power.hear(passage)
        self._peak.hear(passage)

    def ended(self, rest: Passage) -> Loudness:
        """Answer the loudness of a track that ends here."""
        return loudness_of(self._power.ended(rest), self._peak.ended(rest))


def loudness_of(steps: Floats, peaks: Sequence[Peak]) -> Loudness:
    """Answer the loudness of a track from the powers of its steps and the peaks of its channels."""
    momentary = _sliding_mean(steps, _MOMENTARY_STEPS)
    short_term = _sliding_mean(steps, _SHORT_TERM_STEPS)
    true_peaks = [peak.true_peak_dbtp for peak in peaks]
    return Loudness(
        integrated_lufs=integrated_lufs(momentary[::_GATING_STEPS]),
        range_lu=range_lu(short_term[::_GATING_STEPS]),
        max_momentary_lufs=_lufs(momentary.max(initial=0.0)),
        max_short_term_lufs=_lufs(short_term.max(initial=0.0)),
        true_peak_dbtp=max((peak for peak in true_peaks if peak is not None), default=None),
    )


def powers_of(steps: Floats) -> Powers:
    """Answer what an album is gated from, of the powers of a track's steps."""
    return Powers(
        blocks=_sliding_mean(steps, _MOMENTARY_STEPS)[::_GATING_STEPS],
        windows=_sliding_mean(steps, _SHORT_TERM_STEPS)[::_GATING_STEPS],
    )


def integrated_lufs(blocks: Floats) -> Lufs | None:
    """Gate the powers of blocks of 400 ms; None where all of them are too quiet."""
    # BS.1770-5 annex 1, equation (7).
    kept = _gated(blocks, _RELATIVE_GATE_LU)
    return _lufs(kept.mean()) if len(kept) else None


def range_lu(windows: Floats) -> float | None:
    """Gate the powers of windows of 3 s; None where all of them are too quiet."""
    # Tech 3342, 3.1, with the nearest rank as the percentile, as in its reference code.
    kept = np.sort(_gated(windows, _RANGE_GATE_LU))
    if not len(kept):
        return None
    low, high = (kept[round((len(kept) - 1) * part)] for part in _RANGE_PERCENTILES)
    return 10 * math.log10(high / low)


def _sliding_mean(steps: Floats, length: int) -> Floats:
    if len(steps) < length:
        return np.empty(0)
    means: Floats = np.convolve(steps, np.full(length, 1 / length), mode="valid")
    return means


def _gated(powers: Floats, relative_lu: float) -> Floats:
    """Keep what is above the absolute gate, and of that what is near enough to its mean."""
    audible = powers[powers > 10 ** ((ABSOLUTE_GATE_LUFS - OFFSET_DB) / 10)]
    if not len(audible):
        return audible
    gate = float(audible.mean()) * 10 ** (relative_lu / 10)
    return audible[audible > gate]


def _lufs(power: float) -> Lufs | None:
    return Lufs(OFFSET_DB + 10 * math.log10(power)) if power > 0 else None
