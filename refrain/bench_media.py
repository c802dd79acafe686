"""Benchmarks of the media engine, without a house.

Every figure has its reference measured in the same run, turn about, and the best of some runs
counts: what else the machine does is noise on both. Reads /proc and pins threads: Linux only.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from base.errors import Broken
from base.settings import Settings
from refrain.bench_ladder import ladder
from refrain.figures import Better, Measurement, Metric, Subject, say
from refrain.reference import Cost, cpu_s
from refrain.resident import MOST_MEMORY_MB, watched
from transcode.examine import Examination, examine
from transcode.probe import probe
from transcode.process import Limits, run
from transcode.reach import Reach
from transcode.tools import find_tools

_SPEED = Metric(name="measure_speed", unit="x", bar=200, better=Better.MORE)
_WALL = Metric(name="measure_wall", unit="s", bar=1.0)
_CPU = Metric(name="measure_cpu", unit="s", bar=1.0)
_MEMORY = Metric(name="measure_memory", unit="MB", bar=1.0)
T = TypeVar("T")

_RUNS = 3


async def media(files: Sequence[Path]) -> bool:
    """Print every figure of each master; answer whether every bar was met."""
    tools = await find_tools(Settings().tool_path)
    absolute = await asyncio.to_thread(lambda: [path.resolve() for path in files])
    met = True
    for path in absolute:
        for row in ROWS:
            for one in await row(Subject(tools=tools, path=path)):
                say(one)
                met = met and one.ok
    return met


async def measuring(subject: Subject) -> list[Measurement]:
    """Compare all measurements of one decode with ffmpeg's loudness alone, on one core.

    On a machine that does other things, only the CPU seconds tell.
    """
    ours, theirs = [], []
    with one_core():
        for _ in range(_RUNS):
            cost, found = await _cost(_examined(subject))
            ours.append(cost)
            theirs.append((await _cost(_ebur128(subject)))[0])
    duration_s = found.heard.samples / found.info.sample_rate
    (wall_s, cpu_s), (their_wall_s, their_cpu_s) = _least(ours), _least(theirs)
    return [
        _SPEED.measured(duration_s / wall_s, 1.0, file=subject.path.name),
        _WALL.measured(wall_s, their_wall_s, file=subject.path.name),
        _CPU.measured(cpu_s, their_cpu_s, file=subject.path.name),
    ]


async def memory(subject: Subject) -> list[Measurement]:
    """Answer the most memory that this process and its children took while they measured."""
    _, most_mb = await watched(_examined(subject))
    return [_MEMORY.measured(most_mb, MOST_MEMORY_MB, file=subject.path.name)]


#: A row measures one thing of a master, and may print several figures of it.
ROWS: tuple[Callable[[Subject], Awaitable[list[Measurement]]], ...] = (
    measuring,
    memory,
    ladder,
)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep every thread of this process, and what they start, on one core meanwhile."""
    everywhere = os.sched_getaffinity(0)
    _pin({max(everywhere)})
    try:
        yield
    finally:
        _pin(everywhere)


def _pin(cores: set[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), cores)


async def _examined(subject: Subject) -> Examination:
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        info = await probe(subject.tools, subject.path)
        return await examine(subject.tools, subject.path, info, folder=Path(folder))


async def _ebur128(subject: Subject) -> None:
    outcome = await run(
        [
            *(subject.tools.ffmpeg, "-nostdin", "-v", "error", "-i", f"file:{subject.path}"),
            *("-af", "ebur128=peak=true", "-f", "null", "-"),
        ],
        limits=Limits(),
        reach=Reach(reads=(subject.path,)),
    )
    if outcome.status != 0:
        raise Broken("bench-reference", f"The reference failed: {outcome.errors}")


async def _cost(work: Coroutine[Any, Any, T]) -> tuple[Cost, T]:
    begun, used_s = time.monotonic(), cpu_s()
    result = await work
    return Cost(time.monotonic() - begun, cpu_s() - used_s), result


def _least(costs: Sequence[Cost]) -> Cost:
    return Cost(min(cost.wall_s for cost in costs), min(cost.cpu_s for cost in costs))
