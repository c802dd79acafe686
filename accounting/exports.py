"""The whole journal as a Beancount file, a block at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

from sqlalchemy import select

from accounting import reading
from accounting.beancount import Booked, Months, head_of, opening_of, transaction_of
from accounting.ledger import Account, Entry, account_named
from accounting.reading import Bounds
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn

_TXN, _ENTRIES = table_of(LedgerTxn).c, table_of(LedgerEntry).c
_TITLE = "Refrain: the books"
_AT_ONCE = 5_000


async def beancount(session: Session, *, currency: str) -> AsyncIterator[str]:
    """Answer the text of a file that Beancount reads, in parts, in the order of the journal."""
    accounts = {number: account_named(name) async for number, name in reading.accounts(session)}
    yield head_of(_TITLE, currency)
    yield "".join(sorted(opening_of(account) for account in accounts.values()))
    months = Months()
    async for bounds in reading.blocks_of_transactions(session, rows=_AT_ONCE):
        entries = await _entries(session, bounds, accounts)
        parts = []
        async for booked in _booked(session, bounds, entries):
            months.add(booked)
            parts.append(transaction_of(booked))
        yield "".join(parts)
    yield "\n"
    for line in months.assertions():
        yield line


async def _entries(
    session: Session, bounds: Bounds, accounts: Mapping[int, Account]
) -> Mapping[int, list[Entry]]:
    columns = (_ENTRIES.txn_id, _ENTRIES.account_id, _ENTRIES.amount, _ENTRIES.currency)
    query = select(*columns, _ENTRIES.lot, _ENTRIES.credits)
    query = query.where(reading.within(_ENTRIES.txn_id, bounds))
    found: dict[int, list[Entry]] = defaultdict(list)
    rows = await session.execute(query.order_by(_ENTRIES.txn_id, _ENTRIES.line))
    for number, account, *others in rows:
        found[number].append(Entry(accounts[account], *others))
    return found


async def _booked(
    session: Session, bounds: Bounds, entries: Mapping[int, list[Entry]]
) -> AsyncIterator[Booked]:
    query = select(table_of(LedgerTxn)).where(reading.within(_TXN.id, bounds)).order_by(_TXN.id)
    for row in await session.execute(query):
        yield Booked(
            number=row.id,
            kind=row.kind,
            key=row.key,
            occurred_at=row.occurred_at,
            booked_at=row.booked_at,
            reverses=row.reverses,
            facts=row.facts,
            entries=entries[row.id],
        )
