from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from base.database import Database
from base.errors import Refused
from catalog.attempts import Said, attempts_of, forget_attempts, note
from catalog.job_control import cancel, prioritise_all_of, replay, set_aside
from catalog.job_list import job_called, owner_called
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.roles import Role
from catalog.states import JobState, Outcome
from tests.support.catalog import NOON, person
from workers.leases import take

A_DAY = timedelta(days=1)
ADA = UUID(int=1)


async def added(database: Database, *kinds: Kind, owner_id: UUID | None = None) -> list[UUID]:
    """Add a job of each kind; answer their ids in order."""
    async with database.begin() as session:
        for i, kind in enumerate(kinds):
            job = NewJob(kind=kind, subject=str(UUID(int=i)), request_id="test", owner_id=owner_id)
            assert await add(session, job, now=NOON + timedelta(seconds=i))
        return list(await session.scalars(select(Job.id).order_by(Job.created_at)))


async def test_a_job_is_told_by_the_beginning_of_its_id(database: Database) -> None:
    first, second = await added(database, Kind.EXAMINE, Kind.LADDER)
    async with database.begin() as session:
        await session.delete(await session.get_one(Job, second))
        row = await session.get_one(Job, first)
        twin = Job(
            **{
                name: getattr(row, name)
                for name in (column.key for column in Job.__table__.columns)
            }
        )
        twin.id, twin.dedupe_key = UUID(int=first.int ^ 1), "twin"
        session.add(twin)

    async with database.read() as session:
        assert (await job_called(session, str(first))).id == first
        assert (await job_called(session, first.hex.upper())).id == first
        with pytest.raises(Refused, match="job-ambiguous"):
            await job_called(session, first.hex[:8])
        for text in ("", "xyz", "%", UUID(int=first.int ^ (1 << 127)).hex, "0" * 33):
            with pytest.raises(Refused, match="job-unknown"):
                await job_called(session, text)


async def test_an_owner_is_told_by_id_or_by_a_name_that_one_has(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    for _ in range(2):
        await person(database, Role.LISTENER)

    async with database.read() as session:
        assert await owner_called(session, str(artist.id)) == artist.id
        assert await owner_called(session, artist.name) == artist.id
        for text in ("A listener", "nobody", str(UUID(int=5))):
            with pytest.raises(Refused, match="owner-unknown"):
                await owner_called(session, text)


async def test_all_that_is_to_be_done_of_an_owner_is_raised(database: Database) -> None:
    kinds = (Kind.EXAMINE, Kind.LADDER, Kind.COMPARE)
    first, second, third = await added(database, *kinds, owner_id=ADA)
    async with database.begin() as session:
        await cancel(session, second, reason="no", now=NOON)
        await take(session, [third], worker="w", now=NOON + A_DAY, lease=A_DAY)
        assert await prioritise_all_of(session, ADA, 9) == 2

    async with database.read() as session:
        raised = [(await session.get_one(Job, job)).priority for job in (first, second, third)]
    assert raised == [9, 0, 9]


async def test_what_nobody_waits_for_cannot_be_stopped(database: Database) -> None:
    [job] = await added(database, Kind.EXAMINE)
    async with database.begin() as session:
        (await session.get_one(Job, job)).state = JobState.DONE
        for act in (cancel, set_aside):
            with pytest.raises(Refused, match="job-over"):
                await act(session, job, reason="no", now=NOON)
        with pytest.raises(Refused, match="job-unknown"):
            await cancel(session, UUID(int=3), reason="no", now=NOON)


@pytest.mark.parametrize("kind", [Kind.PIECE, Kind.JOIN])
async def test_of_a_ladder_that_is_published_no_part_is_done_again(
    database: Database, kind: Kind
) -> None:
    [job] = await added(database, kind)

    async with database.begin() as session:
        (await session.get_one(Job, job)).state = JobState.DONE
        with pytest.raises(Refused, match=r"split-over.*retry the ladder of its master"):
            await replay(session, job, now=NOON)


async def test_old_attempts_are_forgotten_some_at_a_time(database: Database) -> None:
    [job_id] = await added(database, Kind.EXAMINE)
    async with database.begin() as session:
        job = await session.get_one(Job, job_id)
        for day in range(4):
            note(session, job, Outcome.DONE, Said(), now=NOON + day * A_DAY)

    async with database.begin() as session:
        before = NOON + 3 * A_DAY
        assert await forget_attempts(session, before=before, limit=2) == 2
        assert await forget_attempts(session, before=before, limit=2) == 1
        [left] = await attempts_of(session, job_id)
    assert left.ended_at == before
