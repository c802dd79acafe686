import asyncio

from sqlalchemy import func, select

from base.database import Database
from catalog.models.files import Master
from catalog.models.jobs import Job
from catalog.music import track_of
from catalog.roles import Role
from tests.support.catalog import accepted, person


async def count(database: Database, model: type[Master | Job]) -> int | None:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(model))


async def test_the_same_bytes_are_the_same_master_and_no_second_job(database: Database) -> None:
    artist = await person(database, Role.ARTIST)

    first = await accepted(database, artist)
    second = await accepted(database, artist)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.track_id == second.track_id
    assert await count(database, Job) == 1


async def test_a_path_is_kept_as_it_can_be_shown_whatever_is_in_it(database: Database) -> None:
    artist = await person(database, Role.ARTIST)

    sent = await accepted(database, artist, filename="../CD1\\a\0b\u202e.wav")

    async with database.read() as session:
        track = (await track_of(session, sent.track_id)).track
    assert track.path == "CD1/ab.wav"


async def test_the_same_bytes_at_the_same_time_are_one_master(database: Database) -> None:
    artist = await person(database, Role.ARTIST)

    answers = await asyncio.gather(*(accepted(database, artist) for _ in range(12)))

    assert len({answer.track_id for answer in answers}) == 1
    assert sum(answer.is_new for answer in answers) == 1
    assert (await count(database, Master), await count(database, Job)) == (1, 1)
