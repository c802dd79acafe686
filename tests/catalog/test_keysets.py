from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from base.database import Database
from catalog.job_list import Wanted, jobs_like
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from tests.support.catalog import NOON


async def test_a_list_is_gone_through_once_even_where_many_have_the_same_time(
    database: Database,
) -> None:
    async with database.begin() as session:
        for i in range(9):
            job = NewJob(kind=Kind.NOTHING, subject=str(UUID(int=i)), request_id="test")
            await add(session, job, now=NOON + timedelta(seconds=i // 4))
        whole = [job.id for job in await jobs_like(session, Wanted(), limit=100)]

        told: list[UUID] = []
        after: tuple[datetime, UUID] | None = None
        while found := await jobs_like(session, Wanted(), limit=2, after=after):
            told += [job.id for job in found]
            after = (found[-1].created_at, found[-1].id)

    assert (told, len(told)) == (whole, 9)
