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


def offset_of(here: NDArray[np.float32], there: NDArray[np.float32]) -> int | None:
    """Answer by how many samples `here` lags behind `there`; None where either is silent.

    Both have the shape `(frames, channels)`. The peak of their cross-correlation tells, taken of
    the differences between samples, which makes it narrow.
    """
    length = min(len(here), len(there))
    one, other = (np.diff(sound[:length].mean(axis=1), prepend=0.0) for sound in (here, there))
    if not length or min(np.square(one).mean(), np.square(other).mean()) < _SILENT:
        return None
    size = next_fast_len(2 * length, real=True)
    products = irfft(rfft(one, size) * np.conj(rfft(other, size)), size)
    reach = min(_REACH, length - 1)
    lags = np.concatenate([products[: reach + 1], products[-reach:] if reach else products[:0]])
    if lags[0] >= lags.max() - _TIE * abs(lags.max()):
        return 0
    best = int(lags.argmax())
    return best if best <= reach else best - len(lags)
