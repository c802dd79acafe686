from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.jobs import Kind, NewJob, add
from catalog.models.jobs import Job
from catalog.states import JobState
from tests.support.catalog import NOON
from workers.leases import (
    Leased,
    claim_to_send,
    expire,
    extend,
    fail,
    finish,
    give_back,
    has_to_send,
    take,
)

LEASE = timedelta(seconds=10)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def job(database: Database, clock: ManualClock) -> UUID:
    async with database.begin() as session:
        assert await add(session, a_job("1"), now=clock())
        return (await session.scalars(select(Job.id))).one()


def a_job(subject: str) -> NewJob:
    return NewJob(kind=Kind.EXAMINE, subject=subject, request_id="test")


async def taken(database: Database, clock: ManualClock, job: UUID) -> Leased | None:
    async with database.begin() as session:
        return await take(session, job, now=clock(), lease=LEASE)


async def held(database: Database, clock: ManualClock, job: UUID) -> Leased:
    leased = await taken(database, clock, job)
    assert leased is not None
    return leased


async def state(database: Database, job: UUID) -> tuple[str, int]:
    async with database.read() as session:
        row = await session.get_one(Job, job)
        return row.state, row.attempts


@pytest.mark.usefixtures("job")
async def test_the_same_work_is_added_once(database: Database) -> None:
    async with database.begin() as session:
        assert not await add(session, a_job("1"), now=NOON)
        assert await add(session, a_job("2"), now=NOON)


async def test_a_job_is_taken_by_one(database: Database, clock: ManualClock, job: UUID) -> None:
    assert await taken(database, clock, job) is not None
    assert await taken(database, clock, job) is None


async def test_a_job_of_a_silent_worker_goes_to_another_and_the_first_can_write_nothing(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    first = await held(database, clock, job)
    clock.advance(LEASE + A_SECOND)
    async with database.begin() as session:
        expired = await expire(session, now=clock(), most_attempts=5)
    assert [one.id for one in expired] == [job]

    second = await held(database, clock, job)

    assert second.attempt == 2
    with pytest.raises(Refused, match="lease-lost"):
        async with database.begin() as session:
            await finish(session, first, now=clock())
    async with database.begin() as session:
        await finish(session, second, now=clock())
    assert await state(database, job) == (JobState.DONE, 2)


async def test_a_job_that_is_kept_is_not_taken_away(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    leased = await held(database, clock, job)
    clock.advance(LEASE - A_SECOND)
    async with database.begin() as session:
        await extend(session, leased, until=clock() + LEASE)
    clock.advance(LEASE - A_SECOND)

    async with database.begin() as session:
        assert await expire(session, now=clock(), most_attempts=5) == []


async def test_a_job_that_kills_its_workers_is_set_aside(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    for _ in range(3):
        await held(database, clock, job)
        clock.advance(LEASE + A_SECOND)
        async with database.begin() as session:
            await expire(session, now=clock(), most_attempts=3)

    assert await state(database, job) == (JobState.QUARANTINED, 3)
    assert await taken(database, clock, job) is None


async def test_a_failed_job_waits_longer_each_time_and_is_set_aside_in_the_end(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    for wait in (2, 4):
        leased = await held(database, clock, job)
        async with database.begin() as session:
            await fail(session, leased, now=clock(), reason="it rained", most_attempts=3)
        clock.advance(timedelta(seconds=wait) - A_SECOND)
        assert await taken(database, clock, job) is None
        clock.advance(A_SECOND)

    leased = await held(database, clock, job)
    async with database.begin() as session:
        await fail(session, leased, now=clock(), reason="it rained", most_attempts=3)
    assert await state(database, job) == (JobState.QUARANTINED, 3)


async def test_a_job_that_is_given_back_has_not_been_tried(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    leased = await held(database, clock, job)
    async with database.begin() as session:
        await give_back(session, leased)

    assert await state(database, job) == (JobState.WAITING, 0)


async def test_a_message_that_was_lost_is_sent_again(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    async def sent() -> list[UUID]:
        lost_before = clock() - timedelta(seconds=5)
        async with database.begin() as session:
            there_is = await has_to_send(session, now=clock(), lost_before=lost_before)
            found = await claim_to_send(session, now=clock(), lost_before=lost_before)
        assert there_is == bool(found)
        return [job_id for job_id, _ in found]

    assert await sent() == [job]
    assert await sent() == []
    clock.advance(timedelta(seconds=6))
    assert await sent() == [job]
