import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from base.clock import ManualClock
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job, JobAttempt
from catalog.states import JobState
from tests.support.catalog import NOON
from tests.support.working import do, workshop
from workers.holding import Holding
from workers.housekeeping import forget_old_jobs
from workers.leases import finish_all, take
from workers.schedule import SCHEDULE, Periodic, due, schedule_due

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
HOURLY = Periodic(kind=Kind.TIDY, every=AN_HOUR, at=timedelta(minutes=7))
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock, database_url: str) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, clock=clock, database_url=database_url) as opened:
        yield opened


async def jobs(holding: Holding, kind: Kind) -> list[Job]:
    async with holding.tools.database.read() as session:
        query = select(Job).where(Job.kind == kind).order_by(Job.dedupe_key)
        return list(await session.scalars(query))


@given(times)
def test_the_period_of_a_job_is_the_last_whose_time_has_come(now: datetime) -> None:
    for each in SCHEDULE:
        [(_, period)] = due(now, [each])

        its_time = datetime.strptime(period, "%Y-%m-%dT%H:%M%z") + each.at
        assert its_time <= now < its_time + each.every


def test_a_period_is_named_after_its_beginning() -> None:
    nearly = datetime(2026, 11, 26, 1, 6, 59, tzinfo=UTC)

    assert list(due(nearly, [HOURLY])) == [(Kind.TIDY, "2026-11-26T00:00Z")]
    assert list(due(nearly + timedelta(seconds=1), [HOURLY])) == [(Kind.TIDY, "2026-11-26T01:00Z")]


async def test_any_number_of_schedulers_add_a_period_once(
    holding: Holding, clock: ManualClock
) -> None:
    for _ in range(3):
        await asyncio.gather(*(schedule_due(holding.tools) for _ in range(8)))
        await do(holding, Kind.TIDY)
        await asyncio.gather(*(schedule_due(holding.tools) for _ in range(8)))
        clock.advance(AN_HOUR)

    assert [one.dedupe_key for one in await jobs(holding, Kind.TIDY)] == [
        "tidy:2026-11-24T11:00Z",
        "tidy:2026-11-24T12:00Z",
        "tidy:2026-11-24T13:00Z",
    ]
    assert {one.state for one in await jobs(holding, Kind.TIDY)} == {JobState.DONE}


async def test_what_was_missed_while_all_was_down_is_made_up_for_once(
    holding: Holding, clock: ManualClock
) -> None:
    await schedule_due(holding.tools)
    clock.advance(30 * AN_HOUR)

    await schedule_due(holding.tools)  # the old one is still to be done
    assert len(await jobs(holding, Kind.TIDY)) == 1
    await do(holding, Kind.TIDY)
    await schedule_due(holding.tools)
    await do(holding, Kind.TIDY)
    await schedule_due(holding.tools)

    assert len(await jobs(holding, Kind.TIDY)) == 2


async def test_a_clock_that_goes_back_does_nothing_twice(
    holding: Holding, clock: ManualClock
) -> None:
    await schedule_due(holding.tools)
    await do(holding, Kind.TIDY)
    clock.advance(AN_HOUR)
    await schedule_due(holding.tools)
    await do(holding, Kind.TIDY)

    await schedule_due(replace(holding.tools, clock=ManualClock(NOON)))

    assert len(await jobs(holding, Kind.TIDY)) == 2


async def test_done_ones_are_forgotten_after_days(holding: Holding, clock: ManualClock) -> None:
    for _ in range(10):
        await schedule_due(holding.tools)
        await do(holding, Kind.TIDY)
        clock.advance(A_DAY)

    kept = await jobs(holding, Kind.TIDY)

    assert len(kept) == 8
    assert kept[-1].dedupe_key == "tidy:2026-12-03T11:00Z"


async def test_done_jobs_that_cannot_come_again_are_forgotten_with_their_attempts(
    holding: Holding, clock: ManualClock
) -> None:
    passing, lasting = (Kind.DELIVER, Kind.PIECE, Kind.JOIN), (Kind.EXAMINE, Kind.LADDER)
    for kind in (*passing, *lasting):
        async with holding.tools.database.begin() as session:
            await add(session, NewJob(kind=kind, subject="1", request_id="test"), now=clock())
            job = (await session.scalars(select(Job).where(Job.kind == kind))).one()
            leased = await take(session, [job.id], worker="w", now=clock(), lease=AN_HOUR)
            await finish_all(session, leased, now=clock())

    clock.advance(A_DAY * (holding.tools.settings.job_days + 1))
    await forget_old_jobs(holding.tools)

    async with holding.tools.database.read() as session:
        assert set(await session.scalars(select(Job.kind))) == set(lasting)
        assert list(await session.scalars(select(JobAttempt.id))) == []
