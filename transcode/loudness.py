"""Loudness and true peak as EBU R 128 asks for them, in one pass over blocks.

Sources: ITU-R BS.1770-5 (annex 1 loudness, annex 2 true peak), EBU Tech 3341
(momentary, short-term), EBU Tech 3342 (loudness range).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt, upfirdn

from base.units import Dbtp, Lufs
from transcode.pcm import Block

Floats = NDArray[np.float64]

#: BS.1770 annex 1: loudness of a mean square, and the two gates.
_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
#: Tech 3342: the gate and the percentiles of the loudness range.
_RANGE_GATE_LU = -20.0
_RANGE_LOW, _RANGE_HIGH = 0.10, 0.95
#: Everything is counted in steps of 100 ms: 4 make a momentary, 30 a short-term window.
_MOMENTARY_STEPS, _SHORT_TERM_STEPS = 4, 30
_TAPS = 49


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """What was measured; nothing where the signal is too quiet or short to have it."""

    integrated_lufs: Lufs | None
    range_lu: float | None
    max_momentary_lufs: Lufs | None
    max_short_term_lufs: Lufs | None
    true_peak_dbtp: Dbtp | None


class LoudnessMeter:
    """Takes blocks of any length; where they are cut makes no difference."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Prepare for mono or stereo, whose channels weigh the same (BS.1770, table 3)."""
        self._sections = k_weighting(sample_rate)
        self._state = np.zeros((2, 2, channels))
        self._step = (sample_rate + 5) // 10
        self._rest: Floats = np.empty(0)
        self._steps: list[Floats] = []
        self._peaks = _PeakMeter(sample_rate, channels)

    def block(self, frames: Block) -> None:
        """Take float32 samples of shape `(frames, channels)`."""
        if not len(frames):
            return
        weighted, self._state = sosfilt(self._sections, frames, axis=0, zi=self._state)
        # Annex 1, step 2: squares, summed over the channels.
        power = np.concatenate([self._rest, np.einsum("fc,fc->f", weighted, weighted)])
        whole = len(power) // self._step * self._step
        self._steps.append(power[:whole].reshape(-1, self._step).mean(axis=1))
        self._rest = power[whole:]
        self._peaks.block(frames)

    def result(self) -> Loudness:
        """Answer what the blocks so far come to."""
        steps = np.concatenate(self._steps) if self._steps else np.empty(0)
        momentary = _windows(steps, _MOMENTARY_STEPS)
        short_term = _windows(steps, _SHORT_TERM_STEPS)
        return Loudness(
            integrated_lufs=_integrated(momentary),
            range_lu=_range(short_term),
            max_momentary_lufs=_loudest(momentary),
            max_short_term_lufs=_loudest(short_term),
            true_peak_dbtp=self._peaks.result(),
        )


def k_weighting(sample_rate: int) -> Floats:
    """Answer the two sections of the K filter (BS.1770 annex 1, figures 2 and 4) at any rate.

    The standard tabulates 48 kHz; the analogue prototypes behind the table are
    carried to other rates by the bilinear transform.
    """
    # Stage 1: the head, a high shelf of about 4 dB.
    k, quality = math.tan(math.pi * 1681.974450955533 / sample_rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / quality + k * k
    shelf = [
        (high + band * k / quality + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / quality + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / quality + k * k) / a0,
    ]
    # Stage 2: the revised low-frequency B curve, a high pass.
    k, quality = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1 + k / quality + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]
    return np.array([shelf, high_pass])


class _PeakMeter:
    """True peak by oversampling (BS.1770 annex 2): four times, less where the rate is high."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._factor = 4 if sample_rate < 96_000 else 2 if sample_rate < 192_000 else 1  # noqa: PLR2004 - rates
        self._filter = _interpolator(self._factor)
        # The last frames of a block meet the first of the next.
        self._overlap = _TAPS // self._factor + 1
        self._tail = np.zeros((self._overlap, channels), np.float32)
        self._peak = 0.0

    def block(self, frames: Block) -> None:
        joined = np.concatenate([self._tail, frames])
        self._note(joined)
        self._tail = joined[-self._overlap :]

    def result(self) -> Dbtp | None:
        # What rings on after the last sample.
        self._note(np.concatenate([self._tail, np.zeros_like(self._tail)]))
        return Dbtp(20 * math.log10(self._peak)) if self._peak > 0 else None

    def _note(self, frames: Block) -> None:
        peak = float(np.abs(frames).max())
        if self._factor > 1:
            for channel in np.ascontiguousarray(frames.T):
                between = upfirdn(self._filter, channel, up=self._factor)
                # The ends lack neighbours; the overlap shows them again with theirs.
                inner = between[_TAPS - 1 : len(channel) * self._factor]
                peak = max(peak, float(inner.max()), -float(inner.min()))
        self._peak = max(self._peak, peak)


def _interpolator(factor: int) -> NDArray[np.float32]:
    """Answer a low-pass at the old Nyquist rate: a sinc under a Hann window."""
    centre = np.arange(_TAPS) - (_TAPS - 1) / 2
    return np.asarray(np.sinc(centre / factor) * np.hanning(_TAPS), np.float32)


def _windows(steps: Floats, length: int) -> Floats:
    """Answer the mean power of every window of `length` steps."""
    if len(steps) < length:
        return np.empty(0)
    means: Floats = np.lib.stride_tricks.sliding_window_view(steps, length).mean(axis=1)
    return means


def _loudness_of(power: float) -> float:
    return _OFFSET_DB + 10 * math.log10(power) if power > 0 else -math.inf


def _power_of(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))


def _loudest(powers: Floats) -> Lufs | None:
    loudest = _loudness_of(float(powers.max())) if len(powers) else -math.inf
    return Lufs(loudest) if loudest > -math.inf else None


def _gated(powers: Floats, relative_lu: float) -> Floats:
    """Keep what is above the absolute gate, then above the gate relative to its mean."""
    audible = powers[powers > _power_of(_ABSOLUTE_GATE_LUFS)]
    if not len(audible):
        return audible
    gate = _power_of(_loudness_of(float(audible.mean())) + relative_lu)
    return audible[audible >= gate]


def _integrated(momentary: Floats) -> Lufs | None:
    kept = _gated(momentary, _RELATIVE_GATE_LU)
    return Lufs(_loudness_of(float(kept.mean()))) if len(kept) else None


def _range(short_term: Floats) -> float | None:
    kept = np.sort(_gated(short_term, _RANGE_GATE_LU))
    if not len(kept):
        return None
    low, high = (kept[round((len(kept) - 1) * share)] for share in (_RANGE_LOW, _RANGE_HIGH))
    return _loudness_of(float(high)) - _loudness_of(float(low))
