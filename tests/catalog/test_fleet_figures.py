"""What the rows say of a fleet, told by those who write them."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, update

from base.clock import ManualClock
from base.database import Database
from catalog.capacity import Crew, Stock
from catalog.fleet import Post, report
from catalog.fleet_figures import LANES, WINDOW, Checked, Fleet, fleet_now
from catalog.jobs import NewJob, add
from catalog.kinds import Kind, Lane
from catalog.models.checks import StoreCheck
from catalog.models.jobs import Job, JobAttempt
from catalog.roles import Role
from catalog.states import Cause, JobState, Outcome
from catalog.store_checks import note_check
from tests.support.catalog import NOON, accepted, open_database, opened, person, qualified
from workers.leases import Leased, finish, take

SECOND = timedelta(seconds=1)


def a_post(name: str, **lanes: int) -> Post:
    return Post(name=name, host="here", pid=1, lanes=lanes, cores=4, version="1", started_at=NOON)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


async def added(database: Database, clock: ManualClock, kind: Kind, subject: str) -> UUID:
    job = NewJob(kind=kind, subject=subject, request_id="test", audio_s=100)
    async with database.begin() as session:
        assert await add(session, job, now=clock())
        return (await session.scalars(select(Job.id).where(Job.kind == kind))).all()[-1]


async def begun(database: Database, clock: ManualClock, job: UUID) -> Leased:
    async with database.begin() as session:
        [leased] = await take(session, [job], worker="w", now=clock(), lease=WINDOW)
    return leased


async def now(database: Database, clock: ManualClock) -> Fleet:
    async with database.read() as session:
        return await fleet_now(session, now=clock())


async def test_of_an_empty_house_every_lane_says_nothing(
    database: Database, clock: ManualClock
) -> None:
    found = await now(database, clock)

    assert list(found.lanes) == LANES
    assert {one.due for one in found.lanes.values()} == {Stock()}
    assert (found.uploads, found.plays, found.plays_age_s) == (0, 0, 0)
    _, in_all = found.wanted(300)
    assert (in_all.workers, in_all.cores) == (1, 1)


async def test_a_job_is_followed_from_waiting_to_done(
    database: Database, clock: ManualClock
) -> None:
    job = await added(database, clock, Kind.LADDER, "1")
    clock.advance(7 * SECOND)

    waiting = (await now(database, clock)).lanes[Lane.LADDER]
    assert waiting.due == Stock(jobs=1, cost_s=21, audio_s=100)
    assert (waiting.age_s, waiting.recent.added) == (7, 1)

    leased = await begun(database, clock, job)
    clock.advance(5 * SECOND)
    running = await now(database, clock)
    lane = running.lanes[Lane.LADDER]
    assert (lane.due.jobs, lane.running.jobs, lane.age_s) == (0, 1, 0)
    assert lane.left_s == 21 - 5
    [one] = running.running
    assert (one.kind, one.subject, one.since_s, one.worker) == (Kind.LADDER, "1", 5, "w")

    async with database.begin() as session:
        await finish(session, leased, now=clock())
        await session.flush()
        await session.execute(update(JobAttempt).values(cpu_s=30.0))
    done = (await now(database, clock)).lanes[Lane.LADDER].recent
    assert done.attempts == {("done", ""): 1}
    assert (done.audio_s, done.cost_s, done.busy_s) == (100, 21, 5)
    assert done.throughput == pytest.approx(100 / 600)
    assert done.cpu_ratio == pytest.approx(0.3)

    clock.advance(WINDOW + SECOND)
    assert not (await now(database, clock)).lanes[Lane.LADDER].recent.attempts


async def test_what_failed_tells_its_cause_and_is_put_off_then_set_aside(
    database: Database, clock: ManualClock
) -> None:
    job = await added(database, clock, Kind.EXAMINE, "1")
    found = []
    for state in (JobState.WAITING, JobState.QUARANTINED):
        async with database.begin() as session:
            session.add(a_failure(job, clock()))
            row = await session.get_one(Job, job)
            row.state, row.not_before = state, clock() + 5 * SECOND
        found.append((await now(database, clock)).lanes[Lane.FIRST])

    assert [(one.due.jobs, one.put_off.jobs, one.quarantined.jobs) for one in found] == [
        (0, 1, 0),
        (0, 0, 1),
    ]
    assert found[-1].recent.attempts == {("failed", "unavailable"): 2}
    assert found[-1].recent.cost_s == 0


def a_failure(job: UUID, at: datetime) -> JobAttempt:
    return JobAttempt(
        id=uuid4(),
        job_id=job,
        lane=Lane.FIRST,
        cost_s=1.0,
        audio_s=1.0,
        worker="w",
        started_at=at,
        ended_at=at,
        outcome=Outcome.FAILED,
        cause=Cause.UNAVAILABLE,
    )


async def test_who_lives_takes_jobs_unless_it_drains(
    database: Database, clock: ManualClock
) -> None:
    both, one = a_post("both", first=2, ladder=1), a_post("one", first=2)
    async with database.begin() as session:
        await report(session, both, is_draining=False, now=clock())
        await report(session, one, is_draining=False, now=clock())
        ending = replace(one, name="ending")
        await report(session, ending, is_draining=True, now=clock())

    found = await now(database, clock)
    assert {worker.name for worker in found.workers} == {"both", "one", "ending"}
    assert found.crew == Crew(workers=2, slots=5, cores=8)
    assert found.lanes[Lane.FIRST].crew == Crew(workers=2, slots=4, cores=8)
    assert found.lanes[Lane.LADDER].crew == Crew(workers=1, slots=1, cores=4)

    clock.advance(60 * SECOND)
    assert not (await now(database, clock)).workers


async def test_where_jobs_wait_that_nobody_takes_some_are_wanted(
    database: Database, clock: ManualClock
) -> None:
    await added(database, clock, Kind.LADDER, "1")
    async with database.begin() as session:
        await session.execute(update(Job).values(cost_s=3_600.0))
        await report(session, a_post("w", first=2), is_draining=False, now=clock())

    lanes, in_all = (await now(database, clock)).wanted(300)

    assert (lanes[Lane.LADDER].workers, lanes[Lane.LADDER].cores) == (3, 12)
    assert (lanes[Lane.FIRST].workers, lanes[Lane.WEBHOOKS].workers) == (1, 0)
    assert (in_all.workers, in_all.cores) == (3, 12)


async def test_plays_that_wait_are_counted_and_since_when(
    database: Database, clock: ManualClock
) -> None:
    artist, listener = await person(database, Role.ARTIST), await person(database, Role.LISTENER)
    track = (await accepted(database, artist)).track_id
    await opened(database, clock, listener=listener, track_id=track)
    for _ in range(2):
        await qualified(database, clock, listener=listener, track_id=track)
        clock.advance(3 * SECOND)

    found = await now(database, clock)

    assert (found.plays, found.plays_age_s) == (2, 6)


async def test_of_checks_of_the_store_the_last_one_counts(
    database: Database, clock: ManualClock
) -> None:
    assert (await now(database, clock)).checked is None
    for codes, losses in (({"master-lost": 1}, 1), ({"object-unneeded": 2}, 0)):
        clock.advance(SECOND)
        async with database.begin() as session:
            await note_check(session, a_check(clock(), codes, losses))

    found = (await now(database, clock)).checked

    assert found == Checked(findings={"object-unneeded": 2}, losses=0)


def a_check(at: datetime, codes: dict[str, int], losses: int) -> StoreCheck:
    counts = dict.fromkeys(("objects", "read", "decoded", "masters", "mended"), 0)
    return StoreCheck(started_at=at, ended_at=at, codes=codes, losses=losses, flaws=[], **counts)


async def test_no_question_goes_through_all_jobs_that_ever_were(migrated_sqlite_url: str) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(*told: object) -> None:
        _, _, statement, values, *_ = told
        asked.append((statement, values))  # type: ignore[arg-type] # as the driver is given them

    async with open_database(migrated_sqlite_url) as database:
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        await now(database, ManualClock(NOON))
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        async with database.engine.connect() as connection:
            plans = [
                str(row[-1])
                for statement, values in asked
                if statement.startswith("SELECT")
                for row in await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", values
                )
            ]

    assert any("ix_job_attempts_ended_at" in plan for plan in plans)
    assert not [plan for plan in plans if re.match(r"SCAN (jobs|job_attempts|uploads)\b", plan)]
