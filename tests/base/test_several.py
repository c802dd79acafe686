"""Many values as one parameter mean the same in both databases."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, insert, select

from base.database import Database
from base.several import among_told

_TABLE = Table(
    "several", MetaData(), Column("id", Uuid(), primary_key=True), Column("n", Integer())
)
_BY_ID = select(_TABLE.c.n).where(among_told(_TABLE.c.id, "ids")).order_by(_TABLE.c.n)
_BY_NUMBER = select(_TABLE.c.n).where(among_told(_TABLE.c.n, "numbers"), _TABLE.c.n > 0)


@pytest.fixture
async def ids(database: Database) -> list[UUID]:
    made = [uuid4() for _ in range(5)]
    async with database.engine.begin() as connection:
        await connection.run_sync(_TABLE.create)
    async with database.begin() as session:
        rows = [{"id": one, "n": n} for n, one in enumerate(made)]
        await session.execute(insert(_TABLE), rows)
    return made


async def test_rows_are_found_by_any_number_of_values(database: Database, ids: list[UUID]) -> None:
    async with database.read() as session:
        for asked in ([], ids[1:2], ids[2:], [*ids[:1], uuid4()]):
            found = list(await session.scalars(_BY_ID, {"ids": asked}))
            assert found == [n for n, one in enumerate(ids) if one in asked]
        assert list(await session.scalars(_BY_NUMBER, {"numbers": {0, 3, 9}})) == [3]
