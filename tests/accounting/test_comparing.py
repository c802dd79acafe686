"""What is kept beside the journal is compared with it: plays, counters, lots, wallets."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, delete, insert, select, update

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.comparing_counters import verify_counters
from accounting.comparing_credit import verify_credit
from accounting.comparing_plays import verify_plays
from accounting.comparing_purchases import verify_purchases
from accounting.discrepancy import Discrepancy
from accounting.grants import Grant, give
from accounting.plays import settle
from accounting.refunds import Why, refund_plays
from accounting.verifying import verify_projections
from base.clock import ManualClock
from base.database import Database, Session
from catalog.callers import Caller
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerTxn, Terms, Wallet
from catalog.models.plays import Counter, Play
from catalog.models.purchases import Purchase
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.tampering import owner, removed, tampered, undone

CHECKS = {
    table_of(Play): verify_plays,
    table_of(Purchase): verify_purchases,
    table_of(Counter): verify_counters,
    table_of(CreditLot): verify_credit,
    table_of(Wallet): verify_credit,
}
TABLES = list(CHECKS)
#: Nothing else says these again.
UNTOLD = {
    *("credit_lots.country", "credit_lots.expires_at", "credit_lots.origin", "wallets.frozen_at"),
    *("wallets.frozen_reason", "play_counters.downloaded_at", "purchases.asked"),
}


@pytest.fixture
async def books(database: Database) -> Database:
    """Books in which there is a bit of all: paid, given, own, owned, refunded."""
    clock = ManualClock(NOON)
    artist = await person(database, Role.ARTIST)
    track = await audible(database, artist)
    owning = await person(database, Role.LISTENER, millicredits=2000)
    given = await person(database, Role.LISTENER)
    async with database.begin() as session:
        gift = Grant(listener_id=given.id, key="1", credits=10_000, reason="a gift")
        await give(session, gift, now=NOON)
    for who, plays in ((owning, 10), (given, 3), (artist, 1)):
        await heard(database, clock, who, track, plays)
    await refunded(database, given, artist)
    await bought(database, await person(database, Role.LISTENER, millicredits=2000), track)
    return database


async def heard(
    database: Database, clock: ManualClock, who: Caller, track: UUID, plays: int
) -> None:
    ids = []
    for _ in range(plays):
        clock.advance(timedelta(seconds=60))
        ids.append(await qualified(database, clock, listener=who, track_id=track))
    await database.run(partial(settle, ids=ids, now=clock()))


async def refunded(database: Database, who: Caller, by: Caller) -> None:
    """Undo a listener's highest step."""
    async with database.begin() as session:
        of = select(Play.id).where(Play.listener_id == who.id, Play.step == 2)
        why = Why(by=by.id, reason="x")
        await refund_plays(session, list(await session.scalars(of)), why=why, now=NOON)


async def bought(database: Database, who: Caller, track: UUID) -> None:
    async with database.begin() as session:
        told = {"key": "one", "asked": "track", "listener_id": who.id, "payer_id": who.id}
        order = Order(**told, articles=[await article_of(session, track)], territory="DE")
        await buy(session, order, now=NOON)


async def found_in(session: Session, table: Table | None = None) -> list[Discrepancy]:
    check = CHECKS[table] if table is not None else verify_projections
    return [one async for one in check(session)]


async def test_what_nobody_touched_agrees(books: Database) -> None:
    async with books.snapshot() as session:
        assert await found_in(session) == []


async def test_one_bit_of_any_column_of_any_row_is_found(books: Database) -> None:
    missed = set()
    async with owner(books) as connection:
        for column in (one for table in TABLES for one in table.columns):
            rows = (await connection.execute(select(column.table))).all()
            for row in various(rows, column.name) if str(column) not in UNTOLD else ():
                async with undone(connection) as session:
                    await tampered(connection, row, column)
                    found = await found_in(session, column.table)
                if not found:
                    missed.add((str(column), getattr(row, "kind", "")))
                assert all(one.sentence.endswith(".") for one in found)

    # Nothing else says when a play that cost nothing was settled.
    assert missed == {("plays.settled_at", "own"), ("plays.settled_at", "owned")}


def various(rows: Sequence[object], column: str) -> list[object]:
    """Answer a row of each kind that says something under a column."""
    found = {getattr(row, "kind", ""): row for row in rows if getattr(row, column) is not None}
    return list(found.values())


async def test_a_row_that_is_gone_is_found(books: Database) -> None:
    missed = []
    async with owner(books) as connection:
        for table in TABLES:
            rows = (await connection.execute(select(table))).all()
            for row in various(rows, table.primary_key.columns[0].name):
                async with undone(connection) as session:
                    await removed(connection, table, row)
                    if not await found_in(session, table):
                        missed.append((table.name, getattr(row, "kind", "")))

    # A session that is settled tells of it, see accounting.reconciling.
    assert sorted(missed) == [("plays", "own"), ("plays", "owned")]


async def test_a_row_that_was_inserted_is_found(books: Database) -> None:
    keys = {
        "plays": ("id", "session_id", "txn_id"),
        "purchases": ("id", "txn_id"),
        "credit_lots": ("id",),
    }
    async with owner(books) as connection:
        for table in TABLES:
            rows = (await connection.execute(select(table))).all()
            row = next(one for one in rows if getattr(one, "kind", "paid") == "paid")
            names = keys.get(table.name, ("listener_id",))
            more = {name: uuid4() if isinstance(getattr(row, name), UUID) else 99 for name in names}
            async with undone(connection) as session:
                await connection.execute(insert(table).values({**row._mapping, **more}))  # noqa: SLF001
                assert await found_in(session, table), table


async def test_each_side_without_the_other_is_named(books: Database) -> None:
    plays, booked = table_of(Play), table_of(LedgerTxn)
    async with owner(books) as connection:
        async with undone(connection) as session:
            number = await session.scalar(select(Play.txn_id).where(Play.txn_id > 0).limit(1))
            await connection.execute(delete(booked).where(booked.c.id == number))
            [gone] = await found_in(session)
            assert f"names transaction {number}, which is not there" in gone.sentence
        async with undone(connection) as session:
            change = update(plays).where(plays.c.txn_id == number)
            await connection.execute(change.values(txn_id=None))
            found = {one.code for one in await found_in(session)}
            assert found == {"play-missing", "play-differs"}
        async with undone(connection) as session:  # facts that are no JSON any more
            await connection.execute(update(booked).values(facts="{'"))
            assert len(await found_in(session)) >= 11


@pytest.mark.parametrize("values", [{"artist_ppm": 100_000}, {"prices": [3] * 9}])
async def test_terms_that_were_changed_are_found(books: Database, values: dict[str, Any]) -> None:
    async with owner(books) as connection, undone(connection) as session:
        await connection.execute(update(table_of(Terms)).values(values))
        assert "play-differs" in {one.code for one in await found_in(session, table_of(Play))}
