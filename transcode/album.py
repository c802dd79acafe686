"""The loudness of an album: its tracks gated as if they were one.

An album is known when its last track has come, perhaps days after the first; what each track
adds to the gating is small enough (80 bytes a second) to be kept until then.
Source: ITU-R BS.1770-5 annex 1 and EBU Tech 3342 over the blocks of all tracks. The powers of
blocks know no sample rate, so that tracks may have different ones; no block spans two tracks,
as their order is the listener's affair.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from base.units import Dbtp, Lufs
from transcode.k_weighting import Floats
from transcode.loudness import Powers, integrated_lufs, range_lu

_HEADER = struct.Struct("<I")
_POWER = np.dtype("<f4")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlbumTrack:
    """What one track adds to its album."""

    powers: Powers
    true_peak_dbtp: Dbtp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumLoudness:
    """What was measured; None where all tracks are too quiet or too short to have it."""

    integrated_lufs: Lufs | None
    range_lu: float | None
    true_peak_dbtp: Dbtp | None


def album_loudness(tracks: Sequence[AlbumTrack]) -> AlbumLoudness:
    """Gate all tracks together; their order does not matter."""
    peaks = [track.true_peak_dbtp for track in tracks if track.true_peak_dbtp is not None]
    return AlbumLoudness(
        integrated_lufs=integrated_lufs(_joined([track.powers.blocks for track in tracks])),
        range_lu=range_lu(_joined([track.powers.windows for track in tracks])),
        true_peak_dbtp=max(peaks, default=None),
    )


def to_bytes(powers: Powers) -> bytes:
    """Print powers to be kept: the number of blocks, blocks, windows, as little-endian float32.

    Its rounding moves a loudness by less than a millionth of a decibel.
    """
    values = np.concatenate([powers.blocks, powers.windows])
    return _HEADER.pack(len(powers.blocks)) + values.astype(_POWER).tobytes()


def from_bytes(data: bytes) -> Powers:
    """Parse what `to_bytes` printed.

    Raises:
        ValueError: nothing that `to_bytes` prints looks like this.

    """
    if len(data) < _HEADER.size or (len(data) - _HEADER.size) % _POWER.itemsize:
        raise ValueError("powers are cut off")
    (blocks,) = _HEADER.unpack_from(data)
    kept = np.frombuffer(data, _POWER, offset=_HEADER.size)
    # Looked at before they are made wider, at which some that are no numbers make numpy warn.
    if blocks > len(kept) or not np.isfinite(kept).all() or kept.min(initial=0) < 0:
        raise ValueError("these are no powers")
    values = kept.astype(np.float64)
    return Powers(blocks=values[:blocks], windows=values[blocks:])


def _joined(powers: list[Floats]) -> Floats:
    # Sorted, so that the sums do not depend on the order of tracks even in the last bit.
    return np.sort(np.concatenate([np.empty(0), *powers]))
