"""One note of an instrument, or one hit of a drum, at any sample rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Sound = NDArray[np.float64]
Chance = np.random.Generator

#: Partials end here, in parts of the sample rate: below what a converter's filter would take.
_HIGHEST = 0.47


def string(chance: Chance, hertz: float, rate: int) -> Sound:
    """Pluck a string (K. Karplus and A. Strong, Computer Music Journal 7/2, 1983)."""
    period = int(rate / hertz)
    plucked = np.zeros(round(1.5 * rate))
    plucked[:period] = chance.uniform(-1, 1, period)
    loop = np.zeros(period + 2)
    loop[0], loop[period:] = 1, -0.498
    return np.asarray(lfilter([1], loop, plucked))


def flute(chance: Chance, hertz: float, rate: int) -> Sound:
    """Blow a few partials with vibrato, and breath."""
    time = np.arange(round(rate * chance.uniform(0.4, 0.9))) / rate
    vibrato = 0.02 * np.sin(2 * np.pi * 5 * time)
    partials = [
        level * np.sin(number * (2 * np.pi * hertz * time + vibrato))
        for number, level in ((1, 1.0), (2, 0.3), (3, 0.1), (4, 0.03))
    ]
    breath = lfilter([1, -1], [1, -0.5], chance.normal(0, 0.02, len(time)))
    return _swelled(np.sum(partials, axis=0) + breath, time, 15)


def brass(chance: Chance, hertz: float, rate: int) -> Sound:
    """Blow all partials that there are, brighter as it swells."""
    time = np.arange(round(rate * chance.uniform(0.3, 0.8))) / rate
    bright = 0.96 - 0.1 * np.exp(-8 * time)
    # All partials at once: the sum of a geometric series.
    first = bright * np.exp(2j * np.pi * hertz * time)
    last = first ** int(_HIGHEST * rate / hertz)
    return _swelled((first * (1 - last) / (1 - first)).imag, time, 20)


def piano(chance: Chance, hertz: float, rate: int) -> Sound:
    """Strike stiff strings, whose partials are too high and die the sooner."""
    time = np.arange(round(1.2 * rate)) / rate
    sound = chance.normal(0, 0.3, len(time)) * np.exp(-200 * time)
    dying, decay = np.exp(-1.5 * time), np.exp(-0.4 * time)
    for number in range(1, 30):
        dying *= decay
        partial = hertz * number * np.sqrt(1 + 3e-4 * number**2)
        if partial < _HIGHEST * rate:
            phase = 2 * np.pi * partial * time + chance.uniform(0, 6)
            sound += dying * np.sin(phase) / number**1.3
    return sound * np.minimum(1, 400 * time)


def drum(chance: Chance, _: float, rate: int) -> Sound:
    """Hit a bass drum, a snare or a cymbal."""
    time = np.arange(round(0.4 * rate)) / rate
    noise = chance.normal(0, 0.6, len(time))
    hits = (
        2 * np.sin(100 * np.pi * time + 30 * np.exp(-30 * time)) * np.exp(-12 * time),
        noise * np.exp(-18 * time),
        0.5 * np.asarray(lfilter([1, -1], [1, 0.2], noise)) * np.exp(-25 * time),
    )
    return hits[chance.integers(len(hits))]


def _swelled(sound: Sound, time: Sound, speed: float) -> Sound:
    swelled: Sound = sound * np.minimum(1, speed * np.minimum(time, time[-1] - time))
    return swelled
