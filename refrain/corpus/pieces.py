"""Pieces of music, noise and speech, each another for each seed: stereo, in floats."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.signal import butter, firwin, lfilter, oaconvolve, sosfilt

from refrain.corpus.notes import Chance, Sound, brass, drum, flute, piano, string

#: A seed, a sample rate and a length in seconds make a piece of shape `(frames, 2)`.
Piece = Callable[[int, int, float], Sound]
Note = Callable[[Chance, float, int], Sound]

_PEAK = 0.8


def solo(note: Note, gap_s: tuple[float, float], seed: int, rate: int, seconds: float) -> Sound:
    """Play notes of one instrument by chance, each from its own place on the stage."""
    chance = np.random.default_rng(seed)
    sound = np.zeros((round(seconds * rate), 2))
    at_s = 0.0
    while at_s < seconds - 0.2:
        pan = chance.uniform(0.2, 1.3)
        played = note(chance, 110 * 2 ** (chance.integers(0, 36) / 12), rate)
        part = sound[round(at_s * rate) :][: len(played)]
        part += np.outer(played[: len(part)], [np.cos(pan), np.sin(pan)])
        at_s += chance.uniform(*gap_s)
    # Every other player sits before a microphone, the others come out of a computer.
    hiss = chance.normal(0, 1e-4, sound.shape) * (seed // 10 % 2)
    return _level(sound) + hiss


def band(seed: int, rate: int, seconds: float) -> Sound:
    """Play brass, strings and drums together."""
    parts = (
        0.4 * solo(brass, (0.3, 0.6), seed, rate, seconds),
        0.5 * solo(string, (0.15, 0.3), seed + 1, rate, seconds),
        0.7 * solo(drum, (0.1, 0.3), seed + 2, rate, seconds),
    )
    return _level(np.sum(parts, axis=0))


def faded(seed: int, rate: int, seconds: float) -> Sound:
    """Let a band fade out to nothing."""
    sound = band(seed, rate, seconds)
    return sound * np.linspace(1, 0, len(sound))[:, np.newaxis] ** 2


def white(seed: int, rate: int, seconds: float) -> Sound:
    """Make noise of equal power at all frequencies."""
    return np.random.default_rng(seed).normal(0, 0.15, (round(seconds * rate), 2))


def pink(seed: int, rate: int, seconds: float) -> Sound:
    """Make noise that falls by about 3 dB an octave."""
    numerator = [0.049922035, -0.095993537, 0.050612699, -0.004408786]
    denominator = [1, -2.494956002, 2.017265875, -0.522189400]
    return _level(np.asarray(lfilter(numerator, denominator, white(seed, rate, seconds), axis=0)))


class Medium(NamedTuple):
    """Where the treble ends, how steeply (6 dB an octave an order), and how loud it hisses."""

    hertz: float
    order: int
    hiss: float


def old(medium: Medium, seed: int, rate: int, seconds: float) -> Sound:
    """Record a band as shellac or tape would: one channel, a soft end of the treble, and hiss."""
    hertz, order, hiss = medium
    filters = butter(order, hertz, fs=rate, output="sos")
    mono = sosfilt(filters, band(seed, rate, seconds).mean(axis=1))
    noise = np.random.default_rng(seed + 9).normal(0, hiss, (len(mono), 2))
    return _level(mono[:, np.newaxis].repeat(2, axis=1)) + noise


def restored(hertz: float, seed: int, rate: int, seconds: float) -> Sound:
    """Cut a band off as a restorer or a radio station would, within a few hundred Hz."""
    steep = firwin(rate // 170 | 1, hertz, fs=rate)[:, np.newaxis]
    return np.asarray(oaconvolve(band(seed, rate, seconds), steep, mode="same", axes=0))


def speech(seed: int, rate: int, seconds: float) -> Sound:
    """Say syllables by chance: a buzz or a hiss through the resonances of a mouth."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    pitch = 110 * 2 ** (0.3 * np.sin(4.4 * time + chance.uniform(0, 6)))
    buzz = lfilter([1], [1, -0.97], np.diff(np.floor(np.cumsum(pitch) / rate), prepend=0))
    sound = np.zeros(len(time))
    length, overlap = round(0.14 * rate), round(0.02 * rate)
    window = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / overlap)
    for first in range(0, len(sound) - length, length - overlap):
        sound[first : first + length] += window * _syllable(
            chance, buzz[first : first + length], rate
        )
    room = chance.normal(0, 5e-4, (len(sound), 2))
    return _level(sound[:, np.newaxis].repeat(2, axis=1)) + room


def _syllable(chance: Chance, buzz: Sound, rate: int) -> Sound:
    kind = chance.uniform()
    if kind < 0.15:  # noqa: PLR2004 - a pause
        return np.zeros(len(buzz))
    if kind < 0.35:  # noqa: PLR2004 - an s
        return np.asarray(lfilter([1, -0.95], [1], chance.normal(0, 0.08, len(buzz))))
    sound = buzz
    for least, most, width in ((300, 800, 80), (900, 2200, 110), (2300, 3000, 160)):
        pole, angle = np.exp(-np.pi * width / rate), 2 * np.pi * chance.uniform(least, most) / rate
        sound = lfilter([1 - pole], [1, -2 * pole * np.cos(angle), pole**2], sound)
    said: Sound = sound / (np.abs(sound).max() + 1e-9)
    return said


def _level(sound: Sound) -> Sound:
    levelled: Sound = sound * (_PEAK / np.abs(sound).max())
    return levelled


#: Everything that there is to be heard.
PIECES: dict[str, Piece] = {
    "flute": partial(solo, flute, (0.3, 0.6)),
    "brass": partial(solo, brass, (0.25, 0.5)),
    "piano": partial(solo, piano, (0.15, 0.5)),
    "guitar": partial(solo, string, (0.2, 0.5)),
    "drums": partial(solo, drum, (0.08, 0.3)),
    "band": band,
    "faded": faded,
    "white": white,
    "pink": pink,
    "speech": speech,
    "old-5k": partial(old, Medium(5_000, 4, 2e-3)),
    "old-8k": partial(old, Medium(8_000, 2, 1e-3)),
    "old-12k": partial(old, Medium(12_000, 6, 5e-4)),
    "restored-10k": partial(restored, 10_000),
    "restored-16k": partial(restored, 16_000),
}
