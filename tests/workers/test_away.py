"""The database is away, or does not answer: nothing is forgotten, and no lease is lost for it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from base.clock import system_clock
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.states import JobState
from tests.support.lines import line_to
from tests.support.postgres import backends
from tests.support.working import workshop
from workers.actors import perform
from workers.holding import Holding
from workers.keeping import keep
from workers.leases import Leased
from workers.stopping import Stopping


async def a_job(holding: Holding) -> UUID:
    async with holding.tools.database.begin() as session:
        job = NewJob(kind=Kind.NOTHING, subject="1", request_id="test")
        await add(session, job, now=system_clock())
        return (await session.scalars(select(Job.id))).one()


async def row(holding: Holding, job: UUID) -> Job:
    async with holding.tools.database.read() as session:
        return await session.get_one(Job, job)


class Work:
    """A job that lasts until it is told to fail."""

    def __init__(self) -> None:
        self.begun, self.fails = asyncio.Event(), asyncio.Event()

    async def do(self, holding: Holding, leased: Leased) -> None:
        del holding, leased
        self.begun.set()
        await self.fails.wait()
        raise RuntimeError("it rained")

    @asynccontextmanager
    async def under_way(self, holding: Holding, job: UUID) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(perform(holding, [job], {Kind.NOTHING: self.do}))
        await self.begun.wait()
        yield task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_how_an_attempt_ended_is_written_when_the_database_is_back(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    work = Work()
    server, _, rest = migrated_postgres_url.rpartition(":")
    port, _, name = rest.partition("/")
    async with line_to(int(port)) as line:
        url = f"{server}:{line.port}/{name}"
        async with workshop(tmp_path, clock=system_clock, database_url=url) as holding:
            job = await a_job(holding)
            async with work.under_way(holding, job) as task:
                line.down = True
                line.break_now()
                work.fails.set()
                await asyncio.sleep(0.2)
                assert not task.done()

                line.down = False

                await asyncio.wait_for(task, 10)
            found = await row(holding, job)
    assert (found.state, found.attempts, found.kills) == (JobState.WAITING, 1, 0)
    assert "it rained" in (found.reason or "")


@pytest.mark.chaos
async def test_a_lease_is_kept_though_a_connection_does_not_answer(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    settings = {"database_url": migrated_postgres_url, "lease_s": 6}
    async with workshop(tmp_path, clock=system_clock, **settings) as holding:
        job = await a_job(holding)
        keeping = asyncio.create_task(keep(holding, Stopping()))
        async with Work().under_way(holding, job):
            await asyncio.sleep(1)
            stopped = backends(migrated_postgres_url)
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            begun = system_clock()

            try:
                await asyncio.wait_for(_extended_after(holding, job, begun), 20)
            finally:
                for pid in stopped:
                    os.kill(pid, signal.SIGCONT)
                keeping.cancel()


async def _extended_after(holding: Holding, job: UUID, begun: datetime) -> None:
    """Wait until a lease was extended, without a moment in which it had run out."""
    first: datetime | None = None
    while True:
        try:
            async with asyncio.timeout(3):
                found = await row(holding, job)
        except TimeoutError:
            continue
        until = found.lease_until
        assert until is not None
        first = first or until
        if until > first and system_clock() > begun:
            return
        await asyncio.sleep(0.1)
