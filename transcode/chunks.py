"""Blocks of any length in, chunks of one length out.

Whoever measures chunk by chunk computes the same sums in the same order however a decoder cut
its blocks, so the borders of blocks cannot show in a result, not even in the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class Chunks:
    """A buffer between a decoder's blocks and a meter's chunks."""

    def __init__(self, frames: int, channels: int) -> None:
        """Hand out chunks of shape `(frames, channels)`."""
        self._buffer = np.empty((frames, channels), np.float32)
        self._filled = 0

    def take(self, block: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Yield the chunks that `block`, of shape `(any, channels)`, completes.

        A chunk is only valid until the next is asked for, and must not be written to.
        """
        taken = 0
        while taken < len(block):
            part = block[taken : taken + len(self._buffer) - self._filled]
            taken += len(part)
            if len(part) == len(self._buffer):
                yield part
                continue
            self._buffer[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            if self._filled == len(self._buffer):
                self._filled = 0
                yield self._buffer

    @property
    def rest(self) -> NDArray[np.float32]:
        """Frames that wait for their chunk to fill; taking them does not remove them."""
        return self._buffer[: self._filled]
