import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from accounting.journal import (
    BOOKING,
    Posted,
    balance_of,
    entries_of,
    post,
    reversal_of,
    trial_balance,
)
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.bulk import insert_many
from base.database import Database, Session
from base.errors import Refused
from base.locks import lock_alone
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BANK, SHARE = Account(AccountKind.BANK), Account(AccountKind.COOP_SHARE)
WALLET = Account(AccountKind.WALLET, "0f")


def sale(key: str = "sale:1", amount: int = 5) -> Transaction:
    return Transaction(
        kind=TxnKind.ADJUSTMENT,
        key=key,
        occurred_at=NOON,
        entries=(Entry(BANK, amount, "EUR"), Entry(SHARE, -amount, "EUR")),
        facts={"of": key},
    )


async def posted(database: Database, *sales: Transaction, now: datetime = NOON) -> list[Posted]:
    return await database.run(lambda session: post(session, sales, now=now))


async def test_what_is_posted_is_found(database: Database) -> None:
    first, second = await posted(database, sale("a"), sale("b", 7))

    assert first.is_new
    assert second.is_new
    async with database.read() as session:
        assert await balance_of(session, BANK) == {"EUR": 12}
        assert await balance_of(session, SHARE) == {"EUR": -12}
        assert await balance_of(session, WALLET) == {}
        assert await entries_of(session, second.id) == sale("b", 7).entries
        assert await balance_of(session, BANK, before=NOON) == {}
        balances = await trial_balance(session)
    assert [(one.account, one.debits, one.credits) for one in balances] == [
        (BANK, 12, 0),
        (SHARE, 0, 12),
    ]


async def test_a_key_happens_once(database: Database) -> None:
    [first] = await posted(database, sale())
    again, other = await posted(database, sale(), sale("sale:2"), now=NOON + timedelta(days=1))

    assert again == Posted(first.id, is_new=False)
    assert other.is_new
    with pytest.raises(Refused) as refused:
        await posted(database, sale(amount=6), sale("sale:3"))
    assert refused.value.code == "idempotency-mismatch"
    async with database.read() as session:
        assert await balance_of(session, BANK) == {"EUR": 10}


async def test_who_is_told_the_same_at_once_writes_it_once(database: Database) -> None:
    found = await asyncio.gather(*(posted(database, sale()) for _ in range(8)))

    assert len({one.id for [one] in found}) == 1
    assert sum(one.is_new for [one] in found) == 1


async def test_each_transaction_is_undone_once(database: Database) -> None:
    [first] = await posted(database, sale())

    async def undo(session: Session, key: str) -> list[Posted]:
        back = await reversal_of(session, first.id, key=key, occurred_at=NOON, facts={"why": "x"})
        return await post(session, [back], now=NOON)

    await database.run(lambda session: undo(session, "undo:1"))
    with pytest.raises(DBAPIError):
        await database.run(lambda session: undo(session, "undo:2"))
    async with database.read() as session:
        assert await balance_of(session, BANK) == {"EUR": 0}
    with pytest.raises(Refused):
        async with database.begin() as session:
            await reversal_of(session, 999, key="x", occurred_at=NOON, facts={})


async def test_nothing_is_booked_in_a_closed_period(database: Database) -> None:
    ends_at = NOON + timedelta(days=4)
    async with database.begin() as session:
        session.add(
            Period(
                name="2026-11",
                zone="UTC",
                starts_at=NOON - timedelta(days=26),
                ends_at=ends_at,
                closed_at=ends_at,
            )
        )
    await posted(database, sale())
    async with database.read() as session:
        assert await session.scalar(select(LedgerTxn.booked_at)) == ends_at
        assert await session.scalar(select(LedgerTxn.occurred_at)) == NOON

    with pytest.raises(DBAPIError):
        await raw(database, [(2, 0, 1), (2, 1, -1)], size=2, booked_at=NOON)


async def raw(
    database: Database,
    entries: Sequence[tuple[int, int, int]],
    *,
    size: int | None,
    booked_at: datetime = NOON,
    currency: str = "EUR",
) -> None:
    """Write past the one way in, as somebody with a prompt of the database might."""
    async with database.begin() as session:
        rows = [(txn, line, BANK.id, currency, amount, 0, 0) for txn, line, amount in entries]
        columns = ("txn_id", "line", "account_id", "currency", "amount", "lot", "credits")
        if await session.scalar(select(func.count()).select_from(LedgerAccount)) == 0:
            session.add(LedgerAccount(id=BANK.id, name=BANK.name))
            await session.flush()
        await insert_many(session, table_of(LedgerEntry), columns, rows)
        if size is not None:
            head = (entries[0][0], "adjustment", "raw", size, NOON, booked_at, 0, "{}", b"")
            names = [
                "id",
                "kind",
                "key",
                "size",
                "occurred_at",
                "booked_at",
                "reverses",
                "facts",
                "payload",
            ]
            await insert_many(session, table_of(LedgerTxn), names, [head])


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        pytest.param([(1, 0, 5), (1, 1, -4)], 2, id="not even"),
        pytest.param([(1, 0, 5), (1, 1, -5)], 3, id="a line is missing"),
        pytest.param([(1, 0, 5), (1, 1, -5)], 1, id="a line too many"),
        pytest.param([(2, 0, 5), (2, 1, -5)], None, id="no head"),
    ],
)
async def test_the_database_refuses_what_does_not_balance(
    database: Database, entries: list[tuple[int, int, int]], size: int | None
) -> None:
    with pytest.raises(DBAPIError):
        await raw(database, entries, size=size)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


async def test_the_database_takes_what_balances_and_nothing_later(database: Database) -> None:
    await raw(database, [(1, 0, 5), (1, 1, -5)], size=2)
    with pytest.raises(DBAPIError):
        await raw(database, [(1, 2, 5), (1, 3, -5)], size=None)


@pytest.mark.parametrize("table", ["ledger_txn", "ledger_entries", "ledger_accounts", "terms"])
async def test_the_database_refuses_every_change(database: Database, table: str) -> None:
    await posted(database, sale())
    name = await first_of(database, table)
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {name} = {name}"):  # noqa: S608
        with pytest.raises(DBAPIError):
            async with database.begin() as session:
                await session.execute(text(change))


async def first_of(database: Database, table: str) -> str:
    async with database.read() as session:
        found = await session.execute(text(f"SELECT * FROM {table} LIMIT 1"))  # noqa: S608
        return next(iter(found.keys()))


async def test_a_period_cannot_close_while_somebody_books(database: Database) -> None:
    """Who books holds the lock of booking with others; who closes waits until they are done."""
    order = []

    async def close() -> None:
        async with database.begin() as other:
            await lock_alone(other, BOOKING)
            order.append("closed")

    async with database.begin() as session:
        await post(session, [sale()], now=NOON)
        closing = asyncio.create_task(close())
        async with database.read() as reader:  # others go on meanwhile
            await reader.scalar(select(func.count()).select_from(LedgerTxn))
        await asyncio.sleep(0.05)
        order.append("booked")
    await closing
    assert order == ["booked", "closed"]
