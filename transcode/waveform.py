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

from transcode.chunks import Chunks

_LOWEST, _HIGHEST = -32768, 32767
_FLAG_8_BIT = 1
#: Frames worked on at once: enough to forget Python's cost, few enough to stay in the cache.
_CHUNK_FRAMES = 1 << 15
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


class WaveformMeter:
    """Takes a track's blocks and ends with its waveform."""

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
        self._sample_rate = sample_rate
        self._pixel = samples_per_pixel
        self._origin = origin
        self._chunks = Chunks(max(1, _CHUNK_FRAMES // samples_per_pixel) * self._pixel, channels)
        self._peaks: list[NDArray[np.int16]] = []

    def block(self, frames: NDArray[np.float32]) -> None:
        """Take the next samples, `(frames, channels)`, float32 in [-1, 1]."""
        self._peaks += [self._pixels(chunk) for chunk in self._chunks.take(frames)]

    def result(self) -> Waveform:
        """Answer the waveform so far; the last pixel may have fewer samples than the others."""
        rest = self._chunks.rest
        whole = len(rest) // self._pixel * self._pixel
        parts = [*self._peaks, self._pixels(rest[:whole])]
        if len(rest) > whole:
            parts.append(_peaks(rest[whole:], len(rest) - whole, self._origin))
        return Waveform(
            sample_rate=self._sample_rate,
            samples_per_pixel=self._pixel,
            peaks=np.concatenate(parts),
        )

    def _pixels(self, frames: NDArray[np.float32]) -> NDArray[np.int16]:
        return _peaks(frames, self._pixel, self._origin)


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


def _peaks(frames: NDArray[np.float32], pixel: int, origin: Origin) -> NDArray[np.int16]:
    channels = frames.shape[1]
    # Whole numbers below 2^24 in float32: every sum is exact, and its quotient is too far from
    # the next whole number to be rounded across it.
    total = np.zeros(len(frames), np.float32)
    for samples in _to_16_bit(frames, origin).T:
        total += samples
    rows = total.reshape(-1, pixel)
    # Dividing and truncating keep the order, so they can wait until two samples are left.
    lowest_highest = np.stack([rows.min(axis=1), rows.max(axis=1)], axis=1)
    return np.trunc(lowest_highest / np.float32(channels)).astype(np.int16)


def _to_16_bit(frames: NDArray[np.float32], origin: Origin) -> NDArray[np.float32]:
    # libsndfile drops the low bits of wider integers (an arithmetic shift, hence floor);
    # floats audiowaveform multiplies by 32767 itself and casts (hence trunc). Where a float is
    # beyond full scale that cast wraps around, which we do not imitate: it is clipped here.
    whole: NDArray[np.float32]
    if origin is Origin.INTEGER:
        whole = np.floor(frames * np.float32(32768))
    else:
        whole = np.trunc(frames * np.float32(32767))
    return whole.clip(np.float32(_LOWEST), np.float32(_HIGHEST))
