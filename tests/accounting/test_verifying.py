"""Whoever owns the database can change it, and is found out: each column, each row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, Table, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from accounting.discrepancy import Discrepancy
from accounting.ledger import Account, AccountKind, Entry, Transaction, account_id
from accounting.verifying import verify
from base.database import Database, Session, name_of_snapshot
from catalog.models.base import Model
from tests.support.chained import BANK, DAY, NOON, SHARE, chained, posted, rooted, sale
from tests.support.tampering import owner, removed, tampered, undone

TABLES = [
    Model.metadata.tables[name]
    for name in ("ledger_txn", "ledger_entries", "ledger_chain", "ledger_roots", "ledger_accounts")
]
EXCHANGE = Account(AccountKind.EXCHANGE)


def exchanged(number: int) -> Transaction:
    """Answer a transaction in two currencies, whose lines take turns."""
    entries = (
        *(Entry(BANK, 5, "EUR"), Entry(BANK, -6, "CHF")),
        *(Entry(EXCHANGE, -5, "EUR"), Entry(EXCHANGE, 6, "CHF")),
    )
    return replace(sale(number), entries=entries)


@pytest.fixture
async def books(database: Database) -> Database:
    """Books of three days: two with roots, and one that is not over."""
    for day in range(3):
        now = NOON + day * DAY
        some = [sale(10 * day), exchanged(10 * day + 1), sale(10 * day + 2)]
        [first, *_] = await posted(database, some, now=now)
        undone = replace(sale(10 * day + 3), reverses=first, entries=_undone())
        await posted(database, [undone], now=now)
        await chained(database, now=now)
    await rooted(database, now=NOON + 2 * DAY)
    return database


def _undone() -> tuple[Entry, ...]:
    return (Entry(BANK, -5, "EUR"), Entry(SHARE, 5, "EUR"))


async def found_in(session: Session) -> list[Discrepancy]:
    at = NOON + 2 * DAY + timedelta(hours=1)
    return [one async for one in verify(session, now=at)]


async def rows_of(connection: AsyncConnection, table: Table) -> Sequence[Row[Any]]:
    return (await connection.execute(select(table).order_by(*table.primary_key))).all()


async def test_books_that_nobody_touched_agree(books: Database) -> None:
    async with books.snapshot() as session:
        assert await found_in(session) == []


async def test_books_with_nothing_in_them_agree(database: Database) -> None:
    async with database.snapshot() as session:
        assert await found_in(session) == []


async def test_links_from_the_future_are_found(database: Database) -> None:
    await posted(database, [sale(1), sale(2)])
    await chained(database, now=NOON + 400 * DAY)
    async with database.snapshot() as session:
        [one] = await found_in(session)

    assert (one.code, one.subject) == ("link-in-future", "link:1")
    assert "the first of 2" in one.sentence


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_values_of_another_kind_are_found_and_stop_nothing(books: Database) -> None:
    changes = [
        *("entries SET currency = 'EURX'", "entries SET amount = amount + 0.5"),
        *("entries SET line = line + 0.25", "entries SET currency = x'455552'"),
        *("entries SET amount = 'abc'", "entries SET credits = 9e30", "txn SET size = 3.5"),
        *("txn SET facts = x'ff00'", "txn SET reverses = 0.5", "chain SET hash = 7"),
    ]
    async with owner(books) as connection:
        for change in changes:
            async with undone(connection) as session:
                which = "txn_id" if "txn" not in change else "id"
                await connection.execute(text(f"UPDATE ledger_{change} WHERE {which} = 3"))
                found = await found_in(session)
            assert "odd" in {one.code for one in found}, change
        async with undone(connection) as session:
            await connection.execute(text("UPDATE ledger_txn SET facts = CAST(x'ff' AS TEXT)"))
            assert "payload-differs" in {one.code for one in await found_in(session)}


async def test_one_bit_of_any_column_of_any_table_is_found(books: Database) -> None:
    missed = []
    async with owner(books) as connection:
        for column in (column for table in TABLES for column in table.columns):
            async with undone(connection) as session:
                await tampered(connection, (await rows_of(connection, column.table))[1], column)
                found = await found_in(session)
            missed += [str(column)] if not found else []
            assert all(one.sentence.endswith(".") and one.subject for one in found)

    assert not missed


async def test_a_row_that_is_gone_is_found(books: Database) -> None:
    missed = []
    async with owner(books) as connection:
        for table in TABLES:
            for which in (0, 1, -1):
                async with undone(connection) as session:
                    await removed(connection, table, (await rows_of(connection, table))[which])
                    missed += [(table.name, which)] if not await found_in(session) else []

    assert not missed


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("ledger_entries", {"line": 9}, "payload-differs"),
        ("ledger_entries", {"txn_id": 99}, "entries-without-head"),
        ("ledger_txn", {"id": 99, "key": "more", "reverses": 98}, "entries-missing"),
        ("ledger_txn", {"id": -99, "key": "more", "reverses": 98}, "entries-missing"),
        ("ledger_chain", {"position": 99, "txn_id": 99}, "link-missing"),
        ("ledger_chain", {"position": 13, "txn_id": 99}, "link-of-nothing"),
        ("ledger_chain", {"position": 0, "txn_id": 99}, "link-missing"),
        ("ledger_roots", {"day": date(2026, 11, 23)}, "root-of-nothing"),
        ("ledger_accounts", {"id": 99, "name": "bank:2"}, "account-renamed"),
        ("ledger_accounts", {"id": account_id("bank:2"), "name": "bank:2"}, "account-unused"),
    ],
)
async def test_a_row_that_was_inserted_is_found(
    books: Database, table: str, values: dict[str, Any], code: str
) -> None:
    rows = Model.metadata.tables[table]
    async with owner(books) as connection, AsyncSession(bind=connection) as session:
        like = (await rows_of(connection, rows))[0]._mapping  # noqa: SLF001 - SQLAlchemy's way
        await connection.execute(insert(rows).values({**like, **values}))
        found = await found_in(session)

    assert code in {one.code for one in found}


async def test_what_was_changed_is_named_and_nothing_else(books: Database) -> None:
    entries, links = (Model.metadata.tables[name] for name in ("ledger_entries", "ledger_chain"))
    async with owner(books) as connection, AsyncSession(bind=connection) as session:
        change = update(entries).where(entries.c.txn_id == 5, entries.c.line == 0)
        await connection.execute(change.values(credits=7))
        await connection.execute(update(links).where(links.c.position == 7).values(hash=bytes(32)))
        found = await found_in(session)

    assert [(one.code, one.subject) for one in found] == [
        ("payload-differs", "transaction:5"),
        ("link-broken", "link:7"),
    ]
    assert "'sale:10'" in found[0].sentence


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_hashes_that_are_too_short_are_read_and_found(books: Database) -> None:
    for name, column in (("ledger_txn", "payload"), ("ledger_chain", "hash")):
        table = Model.metadata.tables[name]
        async with owner(books) as connection, AsyncSession(bind=connection) as session:
            await connection.execute(update(table).values({column: b"short"}))
            assert len(await found_in(session)) >= 12


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_many_see_one_moment_by_its_name(books: Database) -> None:
    async with books.snapshot() as session:
        name = await name_of_snapshot(session)
        await posted(books, [sale(77)], now=NOON)
        async with books.snapshot(name) as other, books.snapshot() as later:
            numbers = [await count_of(one) for one in (session, other, later)]

    assert numbers == [12, 12, 13]


async def count_of(session: Session) -> int:
    return await session.scalar(select(func.count()).select_from(TABLES[0])) or 0
