"""Traces of a lossy encoder in sound that pretends to be lossless.

An encoder sets most of what it looks at to zero, and decoding does not fill it again: looked at
through the same filter bank, from the same sample on, coefficients vanish that are there from the
samples beside it. Nothing that was never encoded has such a sample. So every sample of a block is
tried, and the one that is emptier than its neighbours is held against what all the others say: a
track is its own control, and its loudness, its instruments or an honest low-pass do not matter.
Music that is made in steps as long as a block has special samples, too, but not for the cosines of
a filter bank alone: what its sines find as well is no encoder.

The idea is that of J. Herre and M. Schug, "Analysis of Decompressed Audio: The Inverse Decoder",
AES convention paper 5256 (2000). What was resampled since must be brought back to the rate that it
was encoded at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from transcode.filterbanks import OPUS_EMPHASIS, OPUS_RATE, Bank, opus_bank, ordinary_banks
from transcode.snippets import Snippet

Floats = NDArray[np.float64]
Signal = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

#: What lossy encoders are usually fed at.
_USUAL_RATES = (44_100, 48_000)
#: The most samples before two rates meet again (384 and 44.1 kHz): a filter for odder rates would
#: be longer than a snippet.
_MOST_PHASES = 1_280
#: Room for a snippet and a function, so that neither runs into itself.
_TRANSFORM = 1 << 13
#: The power that rounding to 16 bits leaves of a zero, about: what is less says no more.
_ROUNDING = np.float32(2.0**-30)
#: A sample's neighbours: near enough to hear the same, too far to share its zeros.
_NEAR, _FAR = 4, 16
#: How much one block may add to what its sample is accused of. An attack, before which there is
#: silence, makes one block emptier than all others; an encoder, most of them.
_MOST = 8.0
#: From here on it is worth asking whether the sines find as much of it as this; a periodic signal
#: or one with silence every so many samples has 0.63 or more, an encoder 0.56 or less.
_CHANCE, _ALIKE = 5.0, 0.6
#: Logarithms are taken of so many powers at once.
_FACTORS = 4
#: A standard deviation, in median deviations.
_SIGMA = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """The codec whose filter bank finds most, the rate it worked at, and how much is found.

    `strength` is in standard deviations of what is found where no block begins; chance alone
    makes 3 to 5.4, see docs/quality-report.md.
    """

    codec: str
    sample_rate: int
    strength: float


def traces_in(snippets: Sequence[Snippet], sample_rate: int, *, is_suspect: bool) -> Traces | None:
    """Answer the strongest traces; None where there are none, or sines find them as well.

    Where its spectrum makes a track suspect, it is brought back to other rates than its own, too.
    """
    trials = [
        trial
        for rate, banks in _worth_trying(sample_rate, is_suspect=is_suspect)
        for trial in _tried(snippets, banks, sample_rate=sample_rate, rate=rate)
    ]
    best = max(trials, key=lambda trial: trial.strength, default=None)
    if best is None or (best.strength > _CHANCE and best.by_sines() > _ALIKE * best.strength):
        return None
    return Traces(codec=best.bank.codec, sample_rate=best.rate, strength=best.strength)


def _worth_trying(sample_rate: int, *, is_suspect: bool) -> Iterator[tuple[int, tuple[Bank, ...]]]:
    is_usual = sample_rate in _USUAL_RATES
    if sample_rate <= max(_USUAL_RATES):
        yield sample_rate, ordinary_banks()
    others = [rate for rate in _USUAL_RATES if rate != sample_rate and _divides(sample_rate, rate)]
    if is_usual or (is_suspect and OPUS_RATE in others and sample_rate > OPUS_RATE):
        yield OPUS_RATE, (opus_bank(),)
    if is_suspect and sample_rate >= min(_USUAL_RATES):
        yield from ((rate, ordinary_banks()) for rate in others)


def _divides(sample_rate: int, rate: int) -> bool:
    return sample_rate // gcd(sample_rate, rate) <= _MOST_PHASES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Excerpt:
    """Where a signal begins, how long it is, and its transform."""

    start: int
    frames: int
    spectrum: Spectrum

    @classmethod
    def of(cls, start: int, signal: Signal | Floats) -> Self:
        return cls(start=start, frames=len(signal), spectrum=rfft(signal, _TRANSFORM))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trial:
    """What a bank finds in all excerpts together, at a rate."""

    bank: Bank
    rate: int
    excerpts: Sequence[_Excerpt]
    strength: float

    def by_sines(self) -> float:
        """Answer what is found by what no encoder uses."""
        return _strength(self.bank, _functions(self.bank)[1], self.excerpts)


def _tried(
    snippets: Sequence[Snippet], banks: Sequence[Bank], *, sample_rate: int, rate: int
) -> Iterator[_Trial]:
    if not snippets:
        return
    heard: list[tuple[int, Signal | Floats]] = [
        _resampled(_signal(snippet, place), snippet.start, sample_rate, rate)
        for place, snippet in enumerate(snippets)
    ]
    if opus_bank() in banks:
        heard = [(start, _emphasised(signal)) for start, signal in heard]
    excerpts = [_Excerpt.of(*each) for each in heard]
    for bank in banks:
        strength = _strength(bank, _functions(bank)[0], excerpts)
        yield _Trial(bank=bank, rate=rate, excerpts=excerpts, strength=strength)


def _emphasised(signal: Signal | Floats) -> Floats:
    """Answer what the encoder of Opus makes of a signal before it looks at it."""
    exact: Floats = signal.astype(np.float64)
    return np.concatenate([exact[:1], exact[1:] - OPUS_EMPHASIS * exact[:-1]])


def _signal(snippet: Snippet, place: int) -> Signal:
    """Answer one of the signals that encoders make of a pair of channels: left, or the middle."""
    if place % 2 and len(snippet.samples) > 1:
        middle: Signal = (snippet.samples[0] + snippet.samples[1]) * np.float32(np.sqrt(0.5))
        return middle
    left: Signal = snippet.samples[0]
    return left


def _resampled(signal: Signal, start: int, sample_rate: int, rate: int) -> tuple[int, Signal]:
    """Answer where a signal begins at another rate, and the signal from there on.

    It is cut to begin between no two samples.
    """
    divisor = gcd(sample_rate, rate)
    up, down = rate // divisor, sample_rate // divisor
    if up == down:
        return start, signal
    from scipy.signal import resample_poly  # noqa: PLC0415 - 50 MB and half a second of a worker

    skipped = -start % down
    resampled: Signal = resample_poly(signal[skipped:], up, down)
    return (start + skipped) // down * up, resampled


def _strength(bank: Bank, functions: Spectrum, excerpts: Sequence[_Excerpt]) -> float:
    accused = [_accused(bank, functions, excerpt) for excerpt in excerpts]
    return float(_standardised(np.sum(accused, axis=0)).max())


def _accused(bank: Bank, functions: Spectrum, excerpt: _Excerpt) -> Floats:
    """Answer how much speaks for a block to begin at each sample of `shift`."""
    positions = excerpt.frames - bank.length + 1
    correlated = irfft(functions * excerpt.spectrum, _TRANSFORM, axis=1)[:, :positions]
    correlated *= correlated
    correlated += _ROUNDING
    depths = _depths(_levels(correlated))
    blocks = len(depths) // bank.hop
    accused = np.clip(_standardised(depths), -_MOST, _MOST)[: blocks * bank.hop]
    in_turn = np.roll(
        accused.reshape(blocks, bank.hop).sum(axis=0), (excerpt.start + _FAR) % bank.hop
    )
    highest: Floats = in_turn.reshape(-1, bank.shift).max(axis=0)
    return highest


def _levels(powers: Signal) -> Floats:
    """Answer the mean logarithm of some powers, a multiple of four at each sample."""
    # The logarithm of a product costs as much as that of one factor; of four of them float32
    # holds the smallest (2^-120) and the largest.
    products = np.prod(powers.reshape(-1, _FACTORS, powers.shape[1]), axis=1)
    levels: Floats = np.log(products).sum(axis=0, dtype=np.float64) / len(powers)
    return levels


def _depths(levels: Floats) -> Floats:
    """Answer how far each level is below the means of its neighbours, on either side.

    The first and last `_FAR` have too few of them.
    """
    sums = np.concatenate([[0.0], np.cumsum(levels)])
    means = (sums[_FAR - _NEAR :] - sums[: _NEAR - _FAR]) / (_FAR - _NEAR)
    middle = levels[_FAR:-_FAR]
    before, after = means[: len(middle)], means[_FAR + _NEAR + 1 :][: len(middle)]
    depths: Floats = np.minimum(before, after) - middle
    return depths


def _standardised(values: Floats) -> Floats:
    """Answer values in standard deviations from their median; both unmoved by a few of them."""
    apart = values - np.median(values)
    deviation = _SIGMA * float(np.median(np.abs(apart)))
    return apart / deviation if deviation else np.zeros_like(apart)


@cache
def _functions(bank: Bank) -> tuple[Spectrum, Spectrum]:
    """Answer cosines and sines as what a signal's transform is to be multiplied by."""
    # A correlation, not a convolution: hence conjugate.
    both = np.stack([bank.cosines, bank.sines])
    cosines, sines = rfft(both, _TRANSFORM, axis=2).conj().astype(np.complex64)
    return cosines, sines
