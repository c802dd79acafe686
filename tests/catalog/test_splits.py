from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from base.database import Database
from base.storage.port import Key, key_of
from catalog.models.files import Hold
from catalog.objects import is_referred_to, own_suffix
from catalog.roles import Role
from catalog.splits import (
    NewSplit,
    PieceFile,
    Standing,
    add_piece,
    begin_split,
    end_split,
    is_split,
    last_done_at,
    master_of_split,
    piece_of,
    piece_subject,
    split_of,
    standing_of,
    subjects_of,
)
from tests.support.catalog import NOON, accepted, person

LATER = NOON + timedelta(minutes=5)


@given(st.uuids(), st.integers(0, 10_000))
def test_what_a_job_is_about_can_be_read(split_id: UUID, number: int) -> None:
    assert piece_of(piece_subject(split_id, number)) == (split_id, number)
    assert split_of(piece_subject(split_id, number)) == split_id == split_of(str(split_id))


@pytest.fixture
async def master_id(database: Database) -> UUID:
    return (await accepted(database, await person(database, Role.ARTIST))).master_id


def key_of_piece(master_id: UUID, number: int) -> Key:
    return key_of("pieces", f"{number:064x}", own_suffix(master_id, ".mp4"))


def file_of(master_id: UUID, number: int) -> PieceFile:
    key = key_of_piece(master_id, number)
    return PieceFile(rung="aac-64", storage_key=key, sha256=f"{number:064x}", size_bytes=9)


async def begun(
    database: Database, master_id: UUID, plan: str = "a", lost: tuple[int, ...] = ()
) -> Standing:
    new = NewSplit(master_id=master_id, plan=plan, rungs=["aac-64"], pieces=3)
    async with database.begin() as session:
        return await begin_split(session, new, now=NOON, lost=lost)


async def made(database: Database, master_id: UUID, *numbers: int) -> Standing:
    async with database.begin() as session:
        standing = await standing_of(session, master_id)
        assert standing is not None
        for number in numbers:
            files = [file_of(master_id, number)]
            standing = await add_piece(session, standing, number, files, now=LATER)
        return standing


async def held_keys(database: Database) -> set[str]:
    async with database.read() as session:
        return set(await session.scalars(select(Hold.storage_key)))


async def test_a_split_stands_as_it_was_written(database: Database, master_id: UUID) -> None:
    before = await begun(database, master_id)
    after = await made(database, master_id, 0, 2)

    async with database.read() as session:
        found = await standing_of(session, master_id)
        assert found is not None
        assert found.pieces == after.pieces
        assert (found.done, found.undone) == ({0, 2}, [1])
        assert await last_done_at(session, found.split) == LATER
        assert await master_of_split(session, before.split.id) == master_id
        assert await is_split(session, master_id)
        assert not await is_split(session, uuid4())
        assert len(await subjects_of(session, master_id)) == 4


async def test_one_that_is_begun_anew_keeps_what_is_not_lost(
    database: Database, master_id: UUID
) -> None:
    first = await begun(database, master_id)
    await made(database, master_id, 0, 2)

    again = await begun(database, master_id, lost=(2,))

    assert (again.done, again.split.rounds) == ({0}, 1)
    assert again.split.id != first.split.id
    assert await held_keys(database) >= {file_of(master_id, 2).storage_key}
    async with database.read() as session:
        assert await master_of_split(session, first.split.id) is None
        assert await is_referred_to(session, key_of_piece(master_id, 0))
        assert not await is_referred_to(session, key_of_piece(master_id, 2))


async def test_another_plan_keeps_nothing(database: Database, master_id: UUID) -> None:
    await begun(database, master_id)
    await made(database, master_id, 0, 1, 2)

    again = await begun(database, master_id, plan="b")

    assert (again.undone, again.split.rounds) == ([0, 1, 2], 0)
    async with database.begin() as session:
        await end_split(session, master_id, until=LATER)
    async with database.read() as session:
        assert await standing_of(session, master_id) is None
        assert await subjects_of(session, master_id) == []
    assert len(await held_keys(database)) >= 3
