"""Stretches of a master at the rate of a rendition, to compare it with."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator

import numpy as np
from numpy.typing import NDArray

from transcode.encode import Workbench
from transcode.graphs import excerpt
from transcode.pcm import Block, block_bytes, frames_of
from transcode.pieces import Window
from transcode.process import failed, started
from transcode.timeline import Timeline


class Excerpts:
    """Reads each stretch once, however many renditions are compared with it."""

    def __init__(self, bench: Workbench, channels: int) -> None:
        """Take a master that can be read from the middle."""
        self._bench, self._channels = bench, channels
        self._read: dict[tuple[Window, int], NDArray[np.float32]] = {}
        self._reading = asyncio.Lock()

    async def stretch(self, window: Window, rate: int) -> NDArray[np.float32]:
        """Answer a stretch at a rate, of shape `(frames, channels)`.

        Raises:
            Broken: ffmpeg failed.

        """
        async with self._reading:
            if (window, rate) not in self._read:
                blocks = [block async for block in self._blocks(window, rate)]
                nothing = np.empty((0, self._channels), np.float32)
                self._read[window, rate] = np.concatenate([nothing, *blocks])
        return self._read[window, rate]

    async def peak_dbfs(self, line: Timeline) -> float:
        """Answer the highest sample of the whole master at a rate; below -600 of silence."""
        peak = 1e-30
        whole = Window(start_s=0, length_s=line.samples // line.rate + 2)
        async for block in self._blocks(whole, line.rate):
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
        return 20 * math.log10(peak)

    async def _blocks(self, window: Window, rate: int) -> AsyncIterator[Block]:
        argv = excerpt(self._bench.tools.ffmpeg, self._bench.source, window, rate=rate)
        bench = self._bench
        async with started(argv, limits=bench.limits, reach=bench.reach) as child:
            async for data in child.blocks(block_bytes(self._channels)):
                yield frames_of(data, self._channels)
            outcome = await child.outcome()
        if outcome.status != 0:
            raise failed(outcome)
