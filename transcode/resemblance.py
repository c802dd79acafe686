"""Whether a rendition can be of its master at all, whatever a codec made of the sound.

No codec swaps channels, and at any rate of ours it keeps what everybody hears, some dB more or
less, where that sounds: what does not is no codec's nature but a fault of ours, or of a machine's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: What everybody hears, and every rung keeps, in Hz; below it Opus filters.
_LOW_HZ, _HIGH_HZ = 100.0, 4_000.0
#: What is softer there, or so much softer than another channel, may be masked.
_AUDIBLE_DBFS, _MASKED_DB = -50.0, 30.0
_LEVEL_DB = 10.0
#: From which correlation on a channel is another one, and how much more so than itself.
_SAME, _MORE = 0.95, 0.1
_NOTHING = 1e-30
#: At the edge of an excerpt a resampler heard silence that is not in the track.
_EDGE = 4096
_LEAST = 8192


def fault(
    here: NDArray[np.float32], there: NDArray[np.float32], *, rate: int, gain_db: float = 0.0
) -> str | None:
    """Compare a stretch of a rendition with its master's, both of shape `(frames, channels)`.

    Answer what is wrong; None where nothing is, or too little sounds to tell.
    """
    length = min(len(here), len(there))
    if length < 2 * _EDGE + _LEAST:
        return None
    one, other = (sound[_EDGE : length - _EDGE].astype(np.float64) for sound in (here, there))
    return _swapped(one, other) or _muffled(one, other, rate, gain_db)


def is_audible(there: NDArray[np.float32], *, rate: int) -> bool:
    """Whether a stretch has something that everybody hears."""
    return len(there) >= _LEAST and bool((_levels(there, rate) > _AUDIBLE_DBFS).any())


def _swapped(one: NDArray[np.float64], other: NDArray[np.float64]) -> str | None:
    norms = np.linalg.norm(one, axis=0)[:, None] * np.linalg.norm(other, axis=0)[None, :]
    if one.shape[1] < 2 or not norms.all():  # noqa: PLR2004 - channels
        return None
    alike = (one.T @ other) / norms
    order = alike.argmax(axis=1)
    best = alike.max(axis=1)
    is_permuted = len(set(order.tolist())) == len(order) and bool((best >= _SAME).all())
    moved = order != np.arange(len(order))
    if is_permuted and moved.any() and bool((best - np.diag(alike) >= _MORE)[moved].all()):
        return "its channels are in another order"
    return None


def _muffled(
    one: NDArray[np.float64], other: NDArray[np.float64], rate: int, gain_db: float
) -> str | None:
    asked = _levels(other, rate) + gain_db
    is_heard = (asked > _AUDIBLE_DBFS) & (asked > asked.max() - _MASKED_DB)
    off_db = (_levels(one, rate) - asked)[is_heard]
    if len(off_db) and float(np.abs(off_db).max()) > _LEVEL_DB:
        worst = float(off_db[np.abs(off_db).argmax()])
        return f"a channel of it is {max(worst, -99.0):+.1f} dB off where everybody hears"
    return None


def _levels(sound: NDArray[np.floating], rate: int) -> NDArray[np.float64]:
    """Answer the level of each channel between our two frequencies, in dBFS."""
    spectrum = np.abs(np.fft.rfft(sound, axis=0)) / len(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    power = 2 * np.square(spectrum[(hertz >= _LOW_HZ) & (hertz <= _HIGH_HZ)]).sum(axis=0)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, _NOTHING))
    return levels
