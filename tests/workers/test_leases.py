from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.fleet import Post, report
from catalog.jobs import NewJob, add
from catalog.kinds import Kind, Lane
from catalog.models.jobs import Job, JobAttempt
from catalog.retrying import Patience, Trouble
from catalog.states import Cause, JobState, Outcome
from tests.support.catalog import NOON
from workers.leases import (
    Leased,
    expire,
    expire_of,
    extend,
    fail,
    finish,
    finish_all,
    give_back,
    give_back_all_of,
    leave_to_others,
    leave_unknown,
    still_ours,
    take,
)

LEASE = timedelta(seconds=10)
A_SECOND = timedelta(seconds=1)
PATIENCE = Patience(faults=3, kills=3)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def job(database: Database, clock: ManualClock) -> UUID:
    async with database.begin() as session:
        assert await add(session, a_job("1"), now=clock())
        return (await session.scalars(select(Job.id))).one()


def patient(kind: str) -> Patience:
    del kind
    return PATIENCE


def fault(clock: ManualClock) -> Trouble:
    return Trouble(cause=Cause.FAULT, reason="it rained", at=clock())


def a_job(subject: str) -> NewJob:
    return NewJob(kind=Kind.EXAMINE, subject=subject, request_id="test")


async def taken(database: Database, clock: ManualClock, job: UUID) -> Leased | None:
    async with database.begin() as session:
        found = await take(session, [job], worker="w", now=clock(), lease=LEASE)
    return found[0] if found else None


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
        expired = await expire(session, patient, now=clock())
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
        assert await extend(session, [leased.lease], until=clock() + LEASE) == {leased.lease}
    clock.advance(LEASE - A_SECOND)

    async with database.begin() as session:
        assert await expire(session, patient, now=clock()) == []


async def test_a_job_whose_workers_fall_silent_all_the_time_is_set_aside(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    for _ in range(15):
        await held(database, clock, job)
        clock.advance(LEASE + A_SECOND)
        async with database.begin() as session:
            await expire(session, patient, now=clock())
        clock.advance(timedelta(minutes=5))

    assert await state(database, job) == (JobState.QUARANTINED, 15)
    assert await taken(database, clock, job) is None


async def test_a_failed_job_waits_longer_each_time_and_is_set_aside_in_the_end(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    for wait in (2, 4):
        leased = await held(database, clock, job)
        async with database.begin() as session:
            await fail(session, leased, fault(clock), PATIENCE, output=None)
        clock.advance(timedelta(seconds=wait) - A_SECOND)
        assert await taken(database, clock, job) is None
        clock.advance(A_SECOND + timedelta(seconds=wait / 4))  # not all at once: up to a quarter

    leased = await held(database, clock, job)
    async with database.begin() as session:
        await fail(session, leased, fault(clock), PATIENCE, output=None)
    assert await state(database, job) == (JobState.QUARANTINED, 3)


async def test_an_end_is_written_down_whatever_was_said_of_it(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    said = Trouble(cause=Cause.BAD_INPUT, reason="a\0b\udcff", at=clock())

    leased = await held(database, clock, job)
    async with database.begin() as session:
        await fail(session, leased, said, PATIENCE, output="c\0d\udcff")

    async with database.read() as session:
        attempt = (await session.scalars(select(JobAttempt))).one()
        row = await session.get_one(Job, job)
    assert row.reason == attempt.reason == "a\N{REPLACEMENT CHARACTER}b?"
    assert attempt.output == "c\N{REPLACEMENT CHARACTER}d?"


async def test_a_job_that_is_given_back_has_not_been_tried(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    leased = await held(database, clock, job)
    async with database.begin() as session:
        await give_back(session, leased, now=clock())

    assert await state(database, job) == (JobState.WAITING, 0)


async def test_every_attempt_is_kept_with_how_it_ended(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    first = await held(database, clock, job)
    clock.advance(A_SECOND)
    async with database.begin() as session:
        await fail(session, first, fault(clock), PATIENCE, output="drip")
    clock.advance(timedelta(seconds=3))
    await held(database, clock, job)
    clock.advance(LEASE + A_SECOND)
    async with database.begin() as session:
        await expire(session, patient, now=clock())
    last = await held(database, clock, job)
    async with database.begin() as session:
        await finish(session, last, now=clock())

    async with database.read() as session:
        kept = list(await session.scalars(select(JobAttempt).order_by(JobAttempt.ended_at)))
        row = await session.get_one(Job, job)
    assert [(one.outcome, one.cause, one.worker) for one in kept] == [
        (Outcome.FAILED, Cause.FAULT, "w"),
        (Outcome.EXPIRED, Cause.WORKER_LOST, "w"),
        (Outcome.DONE, None, "w"),
    ]
    assert (kept[0].reason, kept[0].output) == ("it rained", "drip")
    assert kept[0].ended_at - kept[0].started_at == A_SECOND
    assert (row.kills, row.state) == (0, JobState.DONE)


@pytest.mark.usefixtures("job")
async def test_jobs_end_together_except_those_that_are_no_longer_ours(
    database: Database, clock: ManualClock
) -> None:
    async with database.begin() as session:
        await add(session, a_job("2"), now=clock())
        both = list(await session.scalars(select(Job.id)))
        lost, kept = await take(session, both, worker="w", now=clock(), lease=LEASE)
    async with database.begin() as session:
        await give_back(session, lost, now=clock())
        assert await still_ours(session, [lost.lease, kept.lease]) == {kept.lease}
        assert await finish_all(session, [lost, kept], now=clock()) == {kept.id}

    assert await state(database, kept.id) == (JobState.DONE, 1)
    assert await state(database, lost.id) == (JobState.WAITING, 0)


@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_worker_leaves_a_job_to_others_while_there_are_others(
    database: Database, clock: ManualClock, *, is_alone: bool
) -> None:
    async with database.begin() as session:
        await add(session, replace(a_job("3"), avoid="w"), now=clock())
        [job] = await session.scalars(select(Job.id))
        for name in ["w"] if is_alone else ["w", "v"]:
            await report(session, post(name), is_draining=False, now=clock())
        await leave_to_others(session, [job], worker="w", now=clock())

    assert (await taken(database, clock, job) is not None) is is_alone


@pytest.mark.parametrize(
    ("worker", "others", "is_left"),
    [
        ("a:1:f0", ["a:2:f1"], True),
        ("a:2:f1", ["a:1:f0"], False),
        ("a:2:f1", ["a:1:f0", "b:1:f2"], True),
        ("b:1:f2", ["a:1:f0", "a:2:f1"], False),
    ],
)
async def test_another_machine_is_elsewhere_and_where_there_is_none_another_process(
    database: Database, clock: ManualClock, worker: str, others: list[str], *, is_left: bool
) -> None:
    async with database.begin() as session:
        await add(session, replace(a_job("3"), avoid="a:1:f0"), now=clock())
        [job] = await session.scalars(select(Job.id))
        for name in [worker, *others]:
            await report(session, post(name), is_draining=False, now=clock())
        await leave_to_others(session, [job], worker=worker, now=clock())

    assert (await taken(database, clock, job) is None) is is_left


def post(name: str) -> Post:
    return Post(
        name=name,
        host="here",
        pid=1,
        lanes={Lane.FIRST: 1},
        cores=1,
        version="0",
        started_at=NOON,
    )


async def test_what_a_dead_worker_had_is_free_at_once_and_tells_of_what_it_died(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    leased = await held(database, clock, job)
    died = Trouble(cause=Cause.CRASH, reason="the worker crashed (SIGSEGV)", at=clock())

    async with database.begin() as session:
        others = await expire_of(session, "other", died, patient)
    async with database.begin() as session:
        back = await expire_of(session, "w", died, patient)

    assert others == []
    assert [one.id for one in back] == [job]
    async with database.read() as session:
        row = await session.get_one(Job, job)
        attempt = (await session.scalars(select(JobAttempt))).one()
    assert (row.state, row.cause, row.kills) == (JobState.WAITING, Cause.CRASH, 1)
    assert (attempt.worker, attempt.outcome, attempt.cause) == ("w", Outcome.EXPIRED, Cause.CRASH)
    with pytest.raises(Refused, match="lease-lost"):
        async with database.begin() as session:
            await finish(session, leased, now=clock())


@pytest.mark.usefixtures("job")
async def test_neighbours_of_a_job_that_killed_their_worker_are_not_held_to_have_done_so(
    database: Database, clock: ManualClock
) -> None:
    died = Trouble(cause=Cause.CRASH, reason="the worker crashed (SIGSEGV)", at=clock())
    async with database.begin() as session:
        await add(session, a_job("2"), now=clock())
        both = list(await session.scalars(select(Job.id)))
        await take(session, both, worker="w", now=clock(), lease=LEASE)

    async with database.begin() as session:
        back = await expire_of(session, "w", died, patient)

    assert [(one.kills, one.cause) for one in back] == [(0, Cause.WORKER_LOST)] * 2
    assert back[0].reason == "the worker crashed (SIGSEGV), with 2 jobs under way"


async def test_a_job_of_a_worker_that_was_ended_on_purpose_has_not_been_tried(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    await held(database, clock, job)

    async with database.begin() as session:
        assert await give_back_all_of(session, "other", reason="ended", now=clock()) == []
        [back] = await give_back_all_of(session, "w", reason="ended", now=clock())

    assert (back.id, back.cause, back.kills, back.reason) == (job, None, 0, "ended")
    assert await state(database, job) == (JobState.WAITING, 0)
    async with database.read() as session:
        assert (await session.scalars(select(JobAttempt.outcome))).one() == Outcome.GIVEN_BACK
    assert await taken(database, clock, job) is not None


async def test_a_job_of_a_kind_that_a_newer_version_added_is_left_alone(
    database: Database, clock: ManualClock, job: UUID
) -> None:
    async with database.begin() as session:
        (await session.get_one(Job, job)).kind = "from-the-future"

    async with database.begin() as session:
        left = await leave_unknown(session, [job], known={"examine"}, now=clock())
        assert await take(session, [job], worker="w", now=clock(), lease=LEASE) == []

    assert left == {"from-the-future"}
    async with database.read() as session:
        row = await session.get_one(Job, job)
    assert (row.state, row.attempts, row.sent_at) == (JobState.WAITING, 0, None)
    assert row.not_before > clock()
