"""Where in a master something that was heard is."""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

#: What is heard is compared with the master at this rate: all its bells ring below a quarter of it.
COARSE = 8_000


def coarse(sound: NDArray[np.floating], rate: int) -> NDArray[np.floating]:
    """Answer sound of shape `(frames, channels)` as one channel at the coarse rate."""
    common = gcd(rate, COARSE)
    return resample_poly(sound.mean(axis=1), COARSE // common, rate // common)


def place_of(heard: NDArray[np.floating], master: NDArray[np.floating]) -> tuple[float, float]:
    """Answer where in the master something is heard, in seconds, and how like it is, up to 1."""
    size = 1 << (len(master) + len(heard)).bit_length()
    spectra = np.fft.rfft(master, size), np.fft.rfft(heard, size)
    likeness = np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)[: len(master)]
    best = int(likeness.argmax())
    there = master[best : best + len(heard)]
    energy = np.linalg.norm(heard) * np.linalg.norm(there)
    return best / COARSE, float(likeness[best] / energy) if energy else 0.0
