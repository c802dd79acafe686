"""Many workers whose encoders sleep: whether the fleet keeps them busy."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from base.tools import Tools
from catalog.fleet import Post
from catalog.jobs import NewJob, add
from catalog.kinds import LANES, Kind
from catalog.spans import Span, spans
from refrain.bench_house import until
from transcode.tools import Tools as Engine
from workers.actors import perform
from workers.broker import make_broker
from workers.consuming import Consuming
from workers.ends import Ends
from workers.holding import Holding, turns_of
from workers.keeping import keep, say_alive, say_farewell
from workers.leases import Leased
from workers.relay import relay
from workers.scratch import Scratch
from workers.stopping import Stopping

_WORKERS = 64
_JOBS_EACH = 15
_FEW, _CATALOGUE, _LATER_S = 4, 500, 3.0
_SLEEPS_S = (0.5, 2.5)
_NO_ENGINE = Engine(ffmpeg="", ffprobe="", version="0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Which share of their time workers had something to do, while there was something."""

    share: float
    what: str


async def sleepers_at_work(tools: Tools) -> Busy:
    """Let many do what waits; answer how busy they were until the last job was begun."""
    since, count = tools.clock(), _WORKERS * _JOBS_EACH
    await _add(tools, count, owner_id=None)
    async with _sleepers(tools, _WORKERS):
        await until(partial(_are_done, tools, since, count), look_s=0.2)
        done = await _spans(tools, since)
    begun, ended = done[0].started_at, done[-1].started_at
    passed_s = (ended - begun).total_seconds()
    worked_s = sum((min(one.ended_at, ended) - one.started_at).total_seconds() for one in done)
    return Busy(share=worked_s / passed_s / _WORKERS, what=f"{count} jobs of {_SLEEPS_S} s")


async def single_behind_a_label(tools: Tools) -> float:
    """Send the single of one behind the catalogue of another; answer what it waits, in seconds."""
    await _add(tools, _CATALOGUE, owner_id=uuid4())
    async with _sleepers(tools, _FEW):
        await asyncio.sleep(_LATER_S)
        since = tools.clock()
        await _add(tools, 1, owner_id=uuid4())
        await until(partial(_are_done, tools, since, 1), look_s=0.2)
        [single] = await _spans(tools, since)
    return (single.started_at - single.added_at).total_seconds()


async def _add(tools: Tools, count: int, *, owner_id: UUID | None) -> None:
    chance = random.Random(7)  # noqa: S311 - for variety, and seeded
    async with tools.database.begin() as session:
        for _ in range(count):
            sleep_s = chance.uniform(*_SLEEPS_S)
            job = NewJob(
                kind=Kind.NOTHING,
                subject=f"{sleep_s}/{uuid4().hex}",
                request_id="bench",
                owner_id=owner_id,
                cost_s=sleep_s,
            )
            await add(session, job, now=tools.clock())


async def _are_done(tools: Tools, since: datetime, count: int) -> bool:
    return len(await _spans(tools, since)) >= count


async def _spans(tools: Tools, since: datetime) -> Sequence[Span]:
    async with tools.database.read() as session:
        return await spans(session, Kind.NOTHING, since=since)


async def _sleep(holding: Holding, leased: Leased) -> None:
    await asyncio.sleep(float(leased.subject.partition("/")[0]))
    await holding.ends.finish(leased)


@asynccontextmanager
async def _sleepers(tools: Tools, count: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for number in range(count):
            await stack.enter_async_context(_sleeper(tools, number))
        yield


@asynccontextmanager
async def _sleeper(tools: Tools, number: int) -> AsyncIterator[None]:
    """Run a worker as it is but for its encoder."""
    post = Post(
        name=f"sleeper-{number}",
        host="bench",
        pid=os.getpid(),
        lanes={LANES[Kind.NOTHING]: 1},
        cores=1,
        version="bench",
        started_at=tools.clock(),
    )
    ends = Ends(tools.database, tools.clock)
    holding = Holding(
        tools=tools,
        engine=_NO_ENGINE,
        scratch=Scratch(root=Path(), own=Path(), most_bytes=0),
        post=post,
        ends=ends,
        turns=turns_of(1),
    )
    work = partial(perform, holding, work={Kind.NOTHING: _sleep})
    await say_alive(holding)
    tasks = [
        asyncio.create_task(one)
        for one in (
            keep(holding, Stopping()),
            relay(tools, make_broker(tools.settings), post.name),
            Consuming(make_broker(tools.settings), post.lanes, work).run(tools.valkey),
        )
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await say_farewell(holding)
