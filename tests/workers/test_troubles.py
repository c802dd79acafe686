"""What becomes of jobs that fail, with children that really die."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from base.clock import ManualClock
from base.errors import Broken, Unavailable
from catalog.attempts import attempts_of
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.roles import Role
from catalog.states import Cause, JobState, Outcome
from tests.support.catalog import NOON, accepted, person
from tests.support.working import workshop
from transcode.process import Limits, failed, run
from workers.actors import perform
from workers.holding import Holding
from workers.leases import Leased

PYTHON = str(Path(sys.executable).resolve())
Work = Callable[[Holding, Leased], Awaitable[None]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, clock=clock, job_kills=2) as opened:
        yield opened


async def a_job(holding: Holding) -> UUID:
    async with holding.tools.database.begin() as session:
        job = NewJob(kind=Kind.NOTHING, subject="x", request_id="test")
        assert await add(session, job, now=NOON)
        return (await session.scalars(select(Job.id))).one()


async def tried(holding: Holding, job: UUID, work: Work) -> Job:
    async def done(holding: Holding, leased: Leased) -> None:
        await work(holding, leased)

    await perform(holding, [job], {Kind.NOTHING: done, Kind.EXAMINE: done})
    async with holding.tools.database.read() as session:
        return await session.get_one(Job, job)


def child(program: str, limits: Limits) -> Work:
    async def work(holding: Holding, leased: Leased) -> None:
        del holding, leased
        raise failed(await run([PYTHON, "-c", program], limits=limits))

    return work


def raising(error: Exception) -> Work:
    async def work(holding: Holding, leased: Leased) -> None:
        del holding, leased
        raise error

    return work


@pytest.mark.parametrize(
    ("program", "limits", "cause"),
    [
        ("x = bytearray(1 << 30)", Limits(memory_bytes=1 << 29), Cause.OUT_OF_MEMORY),
        ("import os; os.kill(os.getpid(), 11)", Limits(), Cause.CRASH),
        ("while True: pass", Limits(cpu_s=1), Cause.TIMEOUT),
        ("import time; time.sleep(60)", Limits(stall_s=0.4), Cause.TIMEOUT),
    ],
)
async def test_a_job_that_kills_its_children_is_set_aside_with_its_cause_and_their_last_words(
    holding: Holding, clock: ManualClock, program: str, limits: Limits, cause: Cause
) -> None:
    job, work = (
        await a_job(holding),
        child(f"import sys; sys.stderr.write('hm\\n')\n{program}", limits),
    )

    first = await tried(holding, job, work)
    clock.advance(timedelta(seconds=3))
    second = await tried(holding, job, work)

    assert (first.state, first.cause, first.kills) == (JobState.WAITING, cause, 1)
    assert (second.state, second.cause, second.kills) == (JobState.QUARANTINED, cause, 2)
    async with holding.tools.database.read() as session:
        attempts = await attempts_of(session, job)
    assert [(one.outcome, one.cause) for one in attempts] == [(Outcome.FAILED, cause)] * 2
    assert all("hm" in (one.output or "") for one in attempts)
    assert all((one.cpu_s or 0) > 0 for one in attempts)


async def test_a_storage_that_is_away_for_an_hour_sets_nothing_aside(
    holding: Holding, clock: ManualClock
) -> None:
    away = raising(Unavailable("storage-away", "The storage cannot be reached."))
    job, since = await a_job(holding), clock()
    while clock() < since + timedelta(hours=1):
        row = await tried(holding, job, away)
        assert row.state == JobState.WAITING
        assert row.not_before - clock() <= timedelta(minutes=5)
        clock.advance(row.not_before - clock())

    assert row.attempts < 25
    await perform(holding, [job])
    async with holding.tools.database.read() as session:
        assert (await session.get_one(Job, job)).state == JobState.DONE


async def test_what_came_out_bad_is_left_to_another_worker(holding: Holding) -> None:
    bad = raising(Broken("wrong-rendition", "It is short."))

    row = await tried(holding, await a_job(holding), bad)

    assert (row.cause, row.avoid) == (Cause.BAD_RESULT, holding.post.name)


async def test_the_track_of_a_job_that_is_set_aside_says_what_is_the_matter(
    holding: Holding, clock: ManualClock
) -> None:
    database = holding.tools.database
    track_id = (await accepted(database, await person(database, Role.ARTIST))).track_id
    async with database.read() as session:
        job = (await session.scalars(select(Job.id))).one()

    for _ in range(2):
        await tried(holding, job, child("x = bytearray(1 << 30)", Limits(memory_bytes=1 << 29)))
        clock.advance(timedelta(seconds=3))

    async with database.read() as session:
        reason = (await session.get_one(Track, track_id)).reason or ""
    assert "more memory" in reason
    assert "no need to send it again" in reason


async def test_a_job_whose_subject_is_gone_ends_quietly(holding: Holding) -> None:
    async with holding.tools.database.begin() as session:
        for kind in (Kind.ARTWORK, Kind.UNPACK, Kind.EXAMINE, Kind.LADDER, Kind.COMPARE):
            job = NewJob(kind=kind, subject=str(UUID(int=7)), request_id="test")
            await add(session, job, now=NOON)
        jobs = list(await session.scalars(select(Job.id)))

    await perform(holding, jobs)

    async with holding.tools.database.read() as session:
        rows = list(await session.scalars(select(Job)))
    assert {(row.state, row.reason) for row in rows} == {
        (JobState.DONE, "what it was about is gone")
    }
