"""By how many samples one recording is later than another that sounds the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

#: Below this mean square there is nothing to compare: -80 dBFS.
_SILENT = 1e-8
#: How far apart two recordings are looked for: more than any codec's delay.
_REACH = 8192
#: A bass alone hardly changes from one sample to the next: a peak that is not higher than where
#: it should be, by more than this part, is no other peak.
_TIE = 1e-3
#: A tone, or a beat, looks the same a period later, and with an encoder's noise on it may look a
#: little better there: a peak so far away, in samples, must be higher by so much to be believed.
_NEAR, _REPEATED = 48, 0.05
#: Recordings that have nothing in common agree somewhere by chance, of n samples by four or five
#: times 1/sqrt(n) of all there is (its standard deviation, and thousands of places to look at).
#: Only what is well above that tells anything.
_CHANCE = 10.0


def offset_of(here: NDArray[np.float32], there: NDArray[np.float32]) -> int | None:
    """Answer by how many samples `here` lags behind `there`; None where nothing tells.

    That is so where either is silent, or an encoder left too little of what there was. Both have
    the shape `(frames, channels)`. The peak of their cross-correlation tells, all channels
    together, taken of the differences between samples, which makes it narrow.
    """
    length = min(len(here), len(there))
    one, other = (
        np.diff(sound[:length].T, axis=1, prepend=np.float32(0)) for sound in (here, there)
    )
    if not length or min(np.square(one).mean(), np.square(other).mean()) < _SILENT:
        return None
    lags = _correlation(one, other)
    highest = lags.max()
    if highest < _CHANCE / np.sqrt(length):
        return None
    reach = len(lags) // 2
    near = np.concatenate([lags[: _NEAR + 1], lags[len(lags) - min(_NEAR, reach) :]])
    if near.max() >= highest * (1 - _REPEATED):
        lags = near
    if lags[0] >= lags.max() * (1 - _TIE):
        return 0
    best = int(lags.argmax())
    return best if best <= len(lags) // 2 else best - len(lags)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answer how alike they are, 1 at most, at lags from 0 up, and then from the lowest to -1."""
    length = one.shape[1]
    reach = min(_REACH, length - 1)
    # What wraps around comes from further away than anybody looks.
    size = next_fast_len(length + reach, real=True)
    spectrum = rfft(one, size) * np.conj(rfft(other, size))
    products = irfft(spectrum.sum(axis=0), size) / np.sqrt(
        np.square(one).sum() * np.square(other).sum()
    )
    lags: NDArray[np.float32] = np.concatenate(
        [products[: reach + 1], products[-reach:] if reach else products[:0]]
    )
    return lags
