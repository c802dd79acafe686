"""From bytes of a child to blocks of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
SAMPLE_BYTES = 4
#: About a second and a half of stereo at 44.1 kHz.
_BLOCK_FRAMES = 1 << 16


def block_bytes(channels: int) -> int:
    """Answer how many bytes make one full block."""
    return _BLOCK_FRAMES * channels * SAMPLE_BYTES


def frames_of(data: bytes | memoryview, channels: int) -> Block:
    """Read interleaved little-endian float32; a frame that was cut off is dropped."""
    whole = len(data) // (channels * SAMPLE_BYTES) * channels
    return np.frombuffer(data, dtype="<f4", count=whole).reshape(-1, channels)


def integers_of(frames: NDArray[np.float32], bits: int) -> bytes:
    """Answer samples as the integers of 16 or 24 bits that they were, little-endian, interleaved.

    FLAC says the MD5 of these (RFC 9639, 8.2); a float32 holds every one of them.
    """
    scaled = frames * np.float32(1 << bits - 1)
    if bits == 16:  # noqa: PLR2004 - bits
        return scaled.astype("<i2").tobytes()
    return scaled.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
