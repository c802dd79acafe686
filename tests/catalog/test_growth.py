from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from base.clock import ManualClock
from base.database import Database
from base.errors import Broken
from catalog.growth import GrownPart, add_part, end_growth, growth_of, hold_growth, parts_of
from catalog.models.files import GrowingRendition
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, person

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def master(database: Database) -> UUID:
    artist = await person(database, Role.ARTIST)
    return (await accepted(database, artist)).master_id


def beginning(master: UUID) -> GrowingRendition:
    return GrowingRendition(
        id=uuid4(),
        master_id=master,
        rung="aac-128",
        codec="aac",
        codecs="mp4a.40.2",
        channels=2,
        nominal_bps=128_000,
        timescale=44_100,
        edit=0,
        init_bytes=700,
        parts=[],
        created_at=NOON,
    )


def part(letter: str) -> GrownPart:
    return GrownPart(
        storage_key=f"parts/{letter}.mp4", size_bytes=100, fragments=[(0, 100, 264_600)]
    )


async def add(database: Database, master: UUID, number: int, letter: str) -> bool:
    async with database.begin() as session:
        return await add_part(session, beginning(master), number, part(letter))


async def letters(database: Database, master: UUID) -> str:
    async with database.read() as session:
        growth = await growth_of(session, master)
    assert growth is not None
    return "".join(one.digest for one in parts_of(growth))


async def test_parts_are_added_one_after_the_other(database: Database, master: UUID) -> None:
    assert await add(database, master, 0, "a")
    assert await add(database, master, 1, "b")

    assert await letters(database, master) == "ab"
    async with database.read() as session:
        growth = await growth_of(session, master)
    assert growth is not None
    assert [one.begins_at for one in parts_of(growth)] == [0, 264_600]


async def test_a_part_that_is_there_stays_as_it_is(database: Database, master: UUID) -> None:
    await add(database, master, 0, "a")
    await add(database, master, 1, "b")

    assert not await add(database, master, 0, "a")
    assert not await add(database, master, 1, "x")

    assert await add(database, master, 2, "c")
    assert await letters(database, master) == "abc"


async def test_a_part_that_has_none_before_it_is_ours_to_mend(
    database: Database, master: UUID
) -> None:
    with pytest.raises(Broken, match="part-missing"):
        await add(database, master, 1, "b")


async def test_nothing_comes_after_the_end(database: Database, master: UUID) -> None:
    await add(database, master, 0, "a")
    clock = ManualClock(NOON)
    async with database.begin() as session:
        assert await hold_growth(session, master)
        await end_growth(session, master, clock)
    clock.advance(A_MINUTE)
    async with database.begin() as session:
        assert not await hold_growth(session, master)
        await end_growth(session, master, clock)

    with pytest.raises(Broken, match="growth-ended"):
        await add(database, master, 1, "b")
    async with database.read() as session:
        growth = await growth_of(session, master)
    assert growth is not None
    assert growth.ended_at == NOON


async def test_what_never_grew_ends_without_a_word(database: Database, master: UUID) -> None:
    async with database.begin() as session:
        assert not await hold_growth(session, master)
        await end_growth(session, master, ManualClock(NOON))

    async with database.read() as session:
        assert await growth_of(session, master) is None
