"""The waveform data that BBC's audiowaveform would write, byte for byte.

Peaks of the mono mix in 16-bit integers; printed as `.dat` (versions 1 and 2) and as JSON.
Source: doc/DataFormat.md of audiowaveform, and for the rounding the files that it made.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Meter, Passage

_LOWEST, _HIGHEST = -32768, 32767
_FLAG_8_BIT = 1
_SMALLEST_PIXEL = 2


class Origin(Enum):
    """What a master's samples were before they became float32, see `_to_16_bit`."""

    INTEGER = "integer"
    FLOAT = "float"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waveform:
    """The peaks of a whole track.

    `peaks` has the shape `(pixels, 2)`, lowest and highest 16-bit sample of each pixel.
    """

    sample_rate: int
    samples_per_pixel: int
    peaks: NDArray[np.int16]


class WaveformMeter(Meter[Waveform]):
    """Ends with a track's waveform."""

    def __init__(
        self,
        sample_rate: int,
        channels: int,
        *,
        samples_per_pixel: int = 256,
        origin: Origin = Origin.INTEGER,
    ) -> None:
        """Begin a track.

        Raises:
            ValueError: `samples_per_pixel` is below 2, which audiowaveform does not know.

        """
        if samples_per_pixel < _SMALLEST_PIXEL:
            raise ValueError(f"a pixel has at least {_SMALLEST_PIXEL} samples")
        super().__init__(channels)
        self._sample_rate = sample_rate
        self._pixel = samples_per_pixel
        self._origin = origin
        self._peaks: list[NDArray[np.int16]] = []
        self._open = _Open(samples=0, peaks=np.empty((0, 2), np.int16))

    def hear(self, passage: Passage) -> None:
        """Listen on."""
        pixels, self._open = self._pixels(passage)
        self._peaks.append(pixels)

    def ended(self, rest: Passage) -> Waveform:
        """Answer the waveform; the last pixel may have fewer samples than the others."""
        pixels, last = self._pixels(rest)
        return Waveform(
            sample_rate=self._sample_rate,
            samples_per_pixel=self._pixel,
            peaks=np.concatenate([*self._peaks, pixels, last.peaks]),
        )

    def _pixels(self, passage: Passage) -> tuple[NDArray[np.int16], _Open]:
        """Answer the pixels that a passage completes, and the one that it leaves open."""
        frames = passage.samples.shape[1]
        if not frames:
            return np.empty((0, 2), np.int16), self._open
        first = -self._open.samples % self._pixel
        starts = np.arange(first, frames, self._pixel)
        if first:
            starts = np.concatenate([[0], starts])
        peaks = _peaks(passage, starts, self._origin)
        if first:
            peaks[0] = _joined(peaks[0], self._open.peaks[0])
        left = (self._open.samples + frames) % self._pixel
        whole = len(peaks) - bool(left)
        return peaks[:whole], _Open(samples=left, peaks=peaks[whole:])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Open:
    """The pixel that goes on in the next passage: its samples so far, and their peaks, if any."""

    samples: int
    peaks: NDArray[np.int16]


def to_dat(waveform: Waveform, *, version: Literal[1, 2], bits: Literal[8, 16]) -> bytes:
    """Print the binary form; version 2 also says that there is one channel."""
    flags = _FLAG_8_BIT if bits == 8 else 0  # noqa: PLR2004 - the format has two widths
    header = struct.pack(
        "<iIiiI",
        version,
        flags,
        waveform.sample_rate,
        waveform.samples_per_pixel,
        len(waveform.peaks),
    )
    channels = {1: b"", 2: struct.pack("<i", 1)}[version]
    return header + channels + _scaled(waveform, bits).astype(f"<i{bits // 8}").tobytes()


def to_json(waveform: Waveform, *, bits: Literal[8, 16]) -> str:
    """Print the JSON form, which exists in version 2 only."""
    data = ",".join(map(str, _scaled(waveform, bits).ravel().tolist()))
    return (
        f'{{"version":2,"channels":1,"sample_rate":{waveform.sample_rate}'
        f',"samples_per_pixel":{waveform.samples_per_pixel},"bits":{bits}'
        f',"length":{len(waveform.peaks)},"data":[{data}]}}\n'
    )


def _scaled(waveform: Waveform, bits: Literal[8, 16]) -> NDArray[np.int16]:
    # Division as C does it, towards zero; a shift would make every negative peak one larger.
    return np.trunc(waveform.peaks / (1 << (16 - bits))).astype(np.int16)


def _joined(one: NDArray[np.int16], other: NDArray[np.int16]) -> tuple[np.int16, np.int16]:
    return min(one[0], other[0]), max(one[1], other[1])


def _peaks(passage: Passage, starts: NDArray[np.intp], origin: Origin) -> NDArray[np.int16]:
    # Whole numbers below 2^24 in float32: every sum is exact, and its quotient is too far from
    # the next whole number to be rounded across it.
    total = _to_16_bit(passage, origin).sum(axis=0)
    # Dividing and truncating keep the order, so they can wait until two samples are left.
    ends = np.minimum.reduceat(total, starts), np.maximum.reduceat(total, starts)
    return np.trunc(np.stack(ends, axis=1) / np.float32(len(passage.samples))).astype(np.int16)


def _to_16_bit(passage: Passage, origin: Origin) -> NDArray[np.float32]:
    # libsndfile drops the low bits of wider integers (an arithmetic shift, hence floor);
    # floats audiowaveform multiplies by 32767 itself and casts (hence trunc). Where a float is
    # beyond full scale that cast wraps around, which we do not imitate: it is clipped here.
    whole: NDArray[np.float32]
    if origin is Origin.INTEGER:
        whole = passage.samples * np.float32(32768)
        np.floor(whole, out=whole)
    else:
        whole = passage.samples * np.float32(32767)
        np.trunc(whole, out=whole)
    if (passage.peaks >= 1).any():
        whole.clip(np.float32(_LOWEST), np.float32(_HIGHEST), out=whole)
    return whole
