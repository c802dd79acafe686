"""What lossy encoders see of a sound: the basis functions of their filter banks.

An encoder turns a stretch of sound into coefficients, one for each basis function, and sets many
of them to zero. Whoever correlates its output with the same functions, beginning at the same
sample, finds these zeros again. A function here is a row of numbers, a bank some rows that begin
again every `hop` samples.

Sources: ISO/IEC 11172-3, 2.4.3.4 and C.1.3 (MP3: a polyphase filter bank with an MDCT behind each
band); ISO/IEC 14496-3, 4.6.11 (AAC); the Vorbis I specification, 1.3.2 and 4.3; RFC 6716, 4.3.7
(Opus).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: How many functions tell, evenly from the lowest to the highest frequency (parts of half the
#: sample rate) that music and encoders both have much to do with.
_LINES = 24
_LOWEST, _HIGHEST = 0.06, 0.75
#: The polyphase filter's window (11172-3, table C.1) as a sum of cosines: it passes so little
#: above its band that these eight say all of its 512 numbers, to 1.5e-5 of the largest.
_WINDOW = (0.109168, 0.218343, 0.217523, 0.205095, 0.154397, 0.074879, 0.018903, 0.001688)
_WINDOW_TAPS, _BANDS, _BAND_LINES = 512, 32, 18
#: Lines of a band that its neighbours are not mixed into by more than a twentieth (2.4.3.4.10.1).
_UNMIXED = range(4, 14)
#: RFC 6716, 4.3.7: at 48 kHz, of the longest frame.
_OPUS_FRAME, _OPUS_OVERLAP = 960, 120
#: RFC 6716, 4.3.7.2: what is undone before the coefficients are looked for.
OPUS_EMPHASIS = 0.85
OPUS_RATE = 48_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bank:
    """Functions of equal length and energy 1, which begin again every `hop` samples.

    Where a codec's blocks have two lengths, long ones need only begin a multiple of `shift` apart.
    `cosines` are what the encoder correlates with, `sines` the same a quarter of a period later.
    """

    codec: str
    hop: int
    shift: int
    cosines: Floats
    sines: Floats

    @property
    def length(self) -> int:
        """The samples of a function."""
        return len(self.cosines.T)


@cache
def ordinary_banks() -> tuple[Bank, ...]:
    """Answer the banks that know no sample rate. AAC has two windows to choose from."""
    long = 1_024
    return (
        _bank("mp3", _BANDS * _BAND_LINES, _hybrid),
        _bank("aac", long, partial(_mdct, _sine(long))),
        _bank("aac", long, partial(_mdct, _kaiser_bessel(long))),
        _bank("vorbis", long, partial(_mdct, _vorbis(long)), shift=128),
    )


@cache
def opus_bank() -> Bank:
    """Answer the bank of Opus, which works at 48 kHz."""
    idle = (_OPUS_FRAME - _OPUS_OVERLAP) // 2
    rise = _vorbis(_OPUS_OVERLAP)[:_OPUS_OVERLAP]
    half = np.concatenate([np.zeros(idle), rise, np.ones(idle)])
    window = np.concatenate([half, half[::-1]])
    return _bank("opus", _OPUS_FRAME, lambda lag: _mdct(window, lag)[:, idle:-idle])


def _bank(
    codec: str, hop: int, functions: Callable[[float], Floats], *, shift: int | None = None
) -> Bank:
    return Bank(
        codec=codec,
        hop=hop,
        shift=shift or hop,
        cosines=_unit(functions(0.0)),
        sines=_unit(functions(np.pi / 2)),
    )


def _unit(functions: Floats) -> Floats:
    unit: Floats = functions / np.sqrt(np.vecdot(functions, functions))[:, np.newaxis]
    return unit


def _lines(count: int) -> list[int]:
    return [int(line) for line in np.linspace(_LOWEST * count, _HIGHEST * count, _LINES)]


def _mdct(window: Floats, lag: float) -> Floats:
    half = len(window) // 2
    times = np.arange(2 * half) + 0.5 + half / 2
    lines = np.array(_lines(half))[:, np.newaxis] + 0.5
    functions: Floats = window * np.cos(np.pi / half * times * lines - lag)
    return functions


def _sine(half: int) -> Floats:
    window: Floats = np.sin(np.pi * (np.arange(2 * half) + 0.5) / (2 * half))
    return window


def _kaiser_bessel(half: int) -> Floats:
    # 14496-3, 4.6.11.3: alpha is 4 where blocks are long.
    sums = np.cumsum(np.kaiser(half + 1, 4 * np.pi))
    rise = np.sqrt(sums[:-1] / sums[-1])
    return np.concatenate([rise, rise[::-1]])


def _vorbis(half: int) -> Floats:
    window: Floats = np.sin(np.pi / 2 * _sine(half) ** 2)
    return window


def _hybrid(lag: float) -> Floats:
    chosen = [_nearest_unmixed(line) for line in _lines(_BANDS * _BAND_LINES)]
    return np.array([_hybrid_function(*divmod(line, _BAND_LINES), lag) for line in chosen])


def _nearest_unmixed(line: int) -> int:
    band, place = divmod(line, _BAND_LINES)
    return band * _BAND_LINES + min(max(place, _UNMIXED.start), _UNMIXED.stop - 1)


def _hybrid_function(band: int, place: int, lag: float) -> Floats:
    """Answer a band's filter, as often as its MDCT looks at it, weighted as the MDCT does."""
    taps = np.arange(_WINDOW_TAPS)
    cosines = np.cos(2 * np.pi * np.outer(taps - _WINDOW_TAPS // 2, range(8)) / _WINDOW_TAPS)
    tuned = np.cos((2 * band + 1) * (taps - 16) * np.pi / 64)
    band_filter = (cosines @ np.array(_WINDOW) * tuned)[::-1]
    times = np.arange(2 * _BAND_LINES)
    # Every other band comes out of its filter upside down and is turned round (2.4.3.4.10.5).
    flips = (-1.0) ** (band * times)
    phases = np.pi / 72 * (2 * times + 1 + _BAND_LINES) * (2 * place + 1)
    function = np.zeros(_WINDOW_TAPS + _BANDS * (len(times) - 1))
    for time, weight in enumerate(_sine(_BAND_LINES) * np.cos(phases - lag) * flips):
        function[_BANDS * time : _BANDS * time + _WINDOW_TAPS] += weight * band_filter
    return function
