"""A worker without a queue: jobs are done here and now, when a test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from base.clock import Clock, ManualClock
from base.settings import Settings
from base.storage.port import Key
from base.tools import Tools, open_tools
from catalog.fleet import Post
from catalog.job_control import replay
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.states import JobState
from ingest.receive import Received, receive
from tests.support.catalog import NOON, with_tables
from transcode.tools import Tools as Engine
from transcode.tools import find_tools
from workers.actors import perform
from workers.ends import Ends
from workers.holding import Holding, turns_of
from workers.lanes import all_lanes
from workers.scratch import Scratch

_NO_ENGINE = Engine(ffmpeg="/nowhere", ffprobe="/nowhere", version="0")


@asynccontextmanager
async def workshop(
    folder: Path, *, clock: Clock | None = None, encodes: bool = False, **settings: object
) -> AsyncIterator[Holding]:
    """Open a house's tools and a worker's; without an engine unless it `encodes`."""
    # Nobody listens there: progress that is told goes untold.
    given = {"data_dir": folder, "redis_url": f"unix://{folder}/no.sock", **settings}
    scratch = folder / "scratch"
    scratch.mkdir()
    engine = await find_tools() if encodes else _NO_ENGINE
    async with open_tools(Settings.model_validate(given), clock or ManualClock(NOON)) as tools:
        await with_tables(tools.database)
        holding = holding_of(tools, engine, scratch)
        with closing(holding.copies):
            yield holding


def holding_of(tools: Tools, engine: Engine, scratch: Path, name: str = "worker") -> Holding:
    """Answer what a worker holds that does every lane."""
    post = Post(
        name=name,
        host="here",
        pid=1,
        lanes=all_lanes(cores=2),
        cores=2,
        version="0",
        started_at=tools.clock(),
    )
    ends = Ends(tools.database, tools.clock)
    return Holding(
        tools=tools,
        engine=engine,
        scratch=Scratch(root=scratch.parent, own=scratch, most_bytes=1 << 34),
        post=post,
        ends=ends,
        turns=turns_of(2),
    )


async def do(holding: Holding, *kinds: Kind) -> int:
    """Do the jobs of these kinds that wait, and those that they add; answer how many."""
    done = 0
    while jobs := await waiting(holding, *kinds):
        for job in jobs:
            await perform(holding, [job])
        done += len(jobs)
    return done


async def waiting(holding: Holding, *kinds: Kind) -> list[UUID]:
    """Answer the jobs of these kinds that wait, the oldest first."""
    query = select(Job.id).where(Job.state == JobState.WAITING, Job.kind.in_(kinds))
    async with holding.tools.database.read() as session:
        return list(await session.scalars(query.order_by(Job.created_at)))


async def replayed(holding: Holding, kind: Kind) -> None:
    """Let all jobs of a kind be done again, and do them."""
    async with holding.tools.database.begin() as session:
        for job_id in list(await session.scalars(select(Job.id).where(Job.kind == kind))):
            await replay(session, job_id, now=holding.tools.clock())
    await do(holding, kind)


async def sent(holding: Holding, data: bytes) -> Received:
    """Store what an artist sends."""

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    return await receive(
        holding.tools.storage,
        chunks(),
        limit_bytes=len(data),
        expected_bytes=len(data),
        claim=holding.claims.claim,
    )


async def objects(holding: Holding) -> set[Key]:
    """Answer all objects that are stored."""
    return {one.key async for one in holding.tools.storage.walk("")}
