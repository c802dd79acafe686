"""Do two renditions of a master sound the same, all along? Decoded together, second by second."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transcode.encode import Workbench
from transcode.graphs import decode
from transcode.pcm import Block, frames_of
from transcode.process import failed, started
from transcode.reach import Reach

#: What is softer in a second of a channel may be made of anything.
_AUDIBLE_DBFS = -40.0
_BYTES_A_SAMPLE = 4
_NOTHING = 1e-30


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How two decoded files differ: their samples, and the worst level of a channel's second."""

    samples: int
    other_samples: int
    level_db: float


async def difference(
    bench: Workbench, path: Path, other: Path, *, channels: int, rate: int
) -> Difference:
    """Decode two files and compare them.

    Raises:
        Broken: one of them does not decode.

    """
    size = rate * channels * _BYTES_A_SAMPLE
    lengths, worst_db = [0, 0], 0.0
    argvs = [decode(bench.tools.ffmpeg, each) for each in (path, other)]
    reach = Reach(reads=(path, other))
    async with (
        started(argvs[0], limits=bench.limits, reach=reach) as one,
        started(argvs[1], limits=bench.limits, reach=reach) as two,
    ):
        blocks = one.blocks(size), two.blocks(size)
        while any(pair := [await anext(each, b"") for each in blocks]):
            here, there = (frames_of(memoryview(data), channels) for data in pair)
            lengths = [lengths[0] + len(here), lengths[1] + len(there)]
            worst_db = max(worst_db, await asyncio.to_thread(level_off_db, here, there))
        for outcome in (await one.outcome(), await two.outcome()):
            if outcome.status != 0 or outcome.errors:
                raise failed(outcome)
    return Difference(samples=lengths[0], other_samples=lengths[1], level_db=round(worst_db, 2))


def level_off_db(here: Block, there: Block) -> float:
    """Answer by how many dB the levels of a channel differ at most, where either is heard."""
    length = min(len(here), len(there))
    if not length:
        return 0.0
    powers = [np.square(sound[:length].astype(np.float64)).mean(axis=0) for sound in (here, there)]
    levels = [10 * np.log10(np.maximum(power, _NOTHING)) for power in powers]
    is_heard = np.maximum(*levels) > _AUDIBLE_DBFS
    return float(np.abs(levels[0] - levels[1])[is_heard].max(initial=0.0))
