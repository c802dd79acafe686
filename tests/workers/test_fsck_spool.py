"""References go to disk and come back group by group, in little memory however many there are."""

import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from base.database import Database
from base.storage.port import key_of
from catalog.reference import Reference, Role
from catalog.roles import Role as Calling
from tests.support.catalog import accepted, person
from workers.fsck_compare import group_of
from workers.fsck_spool import Spool

MEBIBYTE = 1 << 20


async def references(number: int) -> AsyncIterator[list[Reference]]:
    """Answer pages of five hundred, as rows are read."""
    for begin in range(0, number, 500):
        yield [
            Reference(key=key_of("renditions", digest), role=Role.RENDITION, subject=digest[:36])
            for digest in (hashlib.sha256(str(begin + n).encode()).hexdigest() for n in range(500))
        ]


async def counted(folder: Path, number: int) -> int:
    spool = Spool(folder)
    async for page in references(number):
        await spool.take_in(page)
    await spool.write_out()
    found = 0
    for group in await spool.groups():
        mine = await spool.take(group)
        assert {group_of(one.key) for one in mine} == {group}
        found += len(mine)
    assert await spool.groups() == []
    return found


async def test_every_reference_comes_back_once_in_its_group(tmp_path: Path) -> None:
    assert await counted(tmp_path, 3_000) == 3_000


async def test_all_rows_are_read(tmp_path: Path, database: Database) -> None:
    artist = await person(database, Calling.ARTIST)
    sent = [await accepted(database, artist, bytes([n])) for n in range(3)]
    folder = tmp_path / "spool"
    folder.mkdir()
    spool = Spool(folder)

    await spool.fill(database.read)

    found = [one for group in await spool.groups() for one in await spool.take(group)]
    assert {one.subject for one in found} == {str(one.master_id) for one in sent}
    assert {one.role for one in found} == {Role.MASTER}


@pytest.mark.chaos
async def test_a_million_references_take_little_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        assert await counted(tmp_path, 1_000_000) == 1_000_000
        assert tracemalloc.get_traced_memory()[1] < 24 * MEBIBYTE
    finally:
        tracemalloc.stop()
