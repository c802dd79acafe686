"""What the fleet itself takes: how soon a job is begun, how many are done, and how they spread.

Wants a PostgreSQL that nobody needs: it is filled.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from uuid import uuid4

from base.settings import Settings
from base.tools import Tools
from catalog.jobs import NewJob, add, counts
from catalog.kinds import Kind
from catalog.spans import Span, spans
from catalog.states import JobState
from refrain.bare_queue import bare_broker, enqueue, left
from refrain.bench_house import on_postgresql, running, until
from refrain.bench_sleepers import single_behind_a_label, sleepers_at_work
from refrain.bench_spread import ladders_a_second
from refrain.figures import Better, Measurement, Metric, say
from refrain.listeners.tally import percentile

_SINGLES = 100
#: Looking costs the database something as well.
_LOOK_S = 0.1
_TOGETHER = 1_000
_MIDDLE = (0.1, 0.9)
_START_P50 = Metric(name="fleet_start_p50_idle", unit="ms")
_START_P99 = Metric(name="fleet_start_p99_idle", unit="ms")
_JOBS = Metric(name="fleet_jobs", unit="/s", bar=0.5, better=Better.MORE)
_SPREAD = Metric(name="fleet_ladders_two_workers", unit="x", bar=1.8, better=Better.MORE)
#: A single shall wait no more than a few seconds; of jobs of 0.5 to 2.5 s.
_SINGLE = Metric(name="fleet_single_behind_a_label", unit="s", bar=3.0)
_BUSY = Metric(name="fleet_64_workers_busy", unit="", bar=0.9, better=Better.MORE)


async def fleet(*, database_url: str, jobs: int, masters: int) -> bool:
    """Measure all; answer whether every bar was met.

    Raises:
        Refused: the database is no PostgreSQL, or a program is missing.

    """
    async with on_postgresql(database_url) as tools:
        return await _measure(tools, jobs=jobs, masters=masters)


async def _measure(tools: Tools, *, jobs: int, masters: int) -> bool:
    results = [*await _starting(tools), await _jobs_a_second(tools, jobs)]
    busy = await sleepers_at_work(tools)
    results.append(_BUSY.measured(busy.share, 1.0, file=busy.what))
    say(results[-1])
    waited_s = await single_behind_a_label(tools)
    results.append(_SINGLE.measured(waited_s, 1.0, file="500 jobs of a label"))
    say(results[-1])
    one, two = await ladders_a_second(tools, masters)
    results.append(_SPREAD.measured(two / one, 1.0, file=f"{masters} masters"))
    say(results[-1])
    return all(result.ok for result in results)


async def _starting(tools: Tools) -> list[Measurement]:
    """Add jobs one at a time, at any moment, to a worker that has nothing else to do."""
    chance, since = random.Random(7), tools.clock()  # noqa: S311 - for variety, and seeded
    async with _worker(tools.settings):
        for _ in range(_SINGLES):
            await asyncio.sleep(chance.uniform(0.1, 0.3))
            await _add_nothing(tools, 1)
        await until(partial(_are_left, partial(_rest, tools, _SINGLES), 0))
    took_ms = [
        (one.started_at - one.added_at).total_seconds() * 1000 for one in await _spans(tools, since)
    ]
    results = [
        _START_P50.measured(percentile(took_ms, 0.5), 1.0, file=f"{_SINGLES} jobs"),
        _START_P99.measured(percentile(took_ms, 0.99), 1.0, file=f"{_SINGLES} jobs"),
    ]
    for one in results:
        say(one)
    return results


async def _jobs_a_second(tools: Tools, jobs: int) -> Measurement:
    """Let one process do what waits, ours and a bare one: in the middle, when both are at it."""
    await _add_nothing(tools, jobs)
    before = await _count(tools)
    async with _worker(tools.settings):
        ours = await _rate(jobs, partial(_rest, tools, before + jobs))
        await until(partial(_are_left, partial(_rest, tools, before + jobs), 0))
    broker = bare_broker(tools.settings.redis_url)
    await asyncio.to_thread(enqueue, broker, jobs)
    argv = [sys.executable, "-m", "refrain.bare_queue", tools.settings.redis_url]
    async with running(argv, speaks=True):
        bare = await _rate(jobs, partial(asyncio.to_thread, left, broker))
    measured = _JOBS.measured(ours, bare, file=f"{jobs} jobs that do nothing")
    say(measured)
    return measured


async def _rate(jobs: int, rest: Callable[[], Awaitable[int]]) -> float:
    """Answer how many were done a second, between one tenth and nine."""
    seen: list[tuple[float, int]] = []
    for part in _MIDDLE:
        await until(partial(_are_left, rest, jobs - int(jobs * part)), look_s=_LOOK_S)
        seen.append((time.perf_counter(), await rest()))
    (begun_s, more), (ended_s, less) = seen
    return (more - less) / (ended_s - begun_s)


async def _are_left(rest: Callable[[], Awaitable[int]], most: int) -> bool:
    return await rest() <= most


async def _add_nothing(tools: Tools, count: int) -> None:
    for begin in range(0, count, _TOGETHER):
        async with tools.database.begin() as session:
            for _ in range(min(_TOGETHER, count - begin)):
                job = NewJob(kind=Kind.NOTHING, subject=uuid4().hex, request_id="bench")
                await add(session, job, now=tools.clock())


async def _count(tools: Tools) -> int:
    """Answer how many jobs were done."""
    async with tools.database.read() as session:
        found = await counts(session)
    return sum(number for (_, state), number in found.items() if state == JobState.DONE)


async def _rest(tools: Tools, all_: int) -> int:
    return all_ - await _count(tools)


async def _spans(tools: Tools, since: datetime) -> Sequence[Span]:
    async with tools.database.read() as session:
        return await spans(session, Kind.NOTHING, since=since)


@asynccontextmanager
async def _worker(settings: Settings) -> AsyncIterator[None]:
    argv = [sys.executable, "-m", "refrain", "work"]
    async with running(argv, speaks=True, env=settings.environment()):
        yield
