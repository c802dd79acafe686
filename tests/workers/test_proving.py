"""What is booked is chained by whoever works, and days get their roots at night."""

import asyncio
from pathlib import Path

from accounting.chain import head_of
from accounting.roots import roots
from base.clock import ManualClock
from base.tools import Tools
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from tests.support.chained import DAY, NOON, posted, sale
from tests.support.working import do, workshop
from workers.proving import keep_chained
from workers.schedule import schedule_due


async def links(tools: Tools) -> int:
    async with tools.database.read() as session:
        return (await head_of(session)).position


async def test_what_is_booked_is_chained_while_work_goes_on(
    tmp_path: Path, database_url: str
) -> None:
    async with workshop(tmp_path, database_url=database_url) as holding:
        workers = [asyncio.create_task(keep_chained(holding.tools)) for _ in range(2)]
        for number in range(3):
            await posted(holding.tools.database, [sale(number)], now=NOON)
            async with asyncio.timeout(20):
                while await links(holding.tools) <= number:  # noqa: ASYNC110 - of a database
                    await asyncio.sleep(0.02)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

        assert await links(holding.tools) == 3


async def test_at_night_what_was_missed_is_chained_and_days_get_roots(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock, database_url=migrated_sqlite_url) as holding:
        for night in range(2):
            await posted(holding.tools.database, [sale(night)], now=clock())
            async with holding.tools.database.begin() as session:
                job = NewJob(kind=Kind.PROVE, subject=f"night {night}", request_id="test")
                await add(session, job, now=clock())
            await do(holding, Kind.PROVE)
            clock.advance(DAY)
        await schedule_due(holding.tools)
        await do(holding, Kind.PROVE)

        async with holding.tools.database.read() as session:
            assert [(root.first, root.size) for root in await roots(session)] == [(1, 1), (2, 1)]
