import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from catalog.job_control import cancel
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from tests.support.catalog import NOON
from tests.support.working import workshop
from workers.holding import Holding, Running
from workers.keeping import let_go_of_lost
from workers.leases import finish, take

LEASE = timedelta(seconds=10)


async def begun(holding: Holding) -> list[Running]:
    """Begin two jobs that take long."""
    async with holding.tools.database.begin() as session:
        for subject in ("a", "b"):
            job = NewJob(kind=Kind.NOTHING, subject=subject, request_id="test")
            await add(session, job, now=NOON)
        jobs = list(await session.scalars(select(Job.id)))
        taken = await take(session, jobs, worker=holding.post.name, now=NOON, lease=LEASE)
    for leased in taken:
        task = asyncio.create_task(asyncio.sleep(60))
        holding.running[leased.lease] = Running(leased=leased, task=task)
    return list(holding.running.values())


async def test_who_is_done_may_clean_up_and_who_was_cancelled_ends(tmp_path: Path) -> None:
    async with workshop(tmp_path) as holding:
        done, cancelled = await begun(holding)
        async with holding.tools.database.begin() as session:
            await finish(session, done.leased, now=NOON)
            await cancel(session, cancelled.leased.id, reason="a hand did it", now=NOON)

        await let_go_of_lost(holding, extends=False)

        assert (done.task.cancelling(), cancelled.task.cancelling()) == (0, 1)
        done.task.cancel()
        await asyncio.gather(done.task, cancelled.task, return_exceptions=True)
