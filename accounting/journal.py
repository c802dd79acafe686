"""The journal: the one way in, and what is derived from it. Nothing in it is ever changed.

Entries are written before the head of their transaction, which the database takes only when they
are complete and balance. It is chained afterwards (accounting.chain), so that no listener waits
for another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy import func, select

from accounting.ledger import (
    Account,
    Entry,
    Facts,
    Transaction,
    TxnKind,
    account_named,
    reversed_entries,
)
from base.bulk import among, in_parts, insert_many, insert_missing, is_sqlite, take_numbers
from base.database import Session
from base.errors import Refused
from base.locks import lock_shared
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period

#: Held together by who books, and alone by who closes a period.
BOOKING = "ledger booking"
_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_HEAD_COLUMNS = (
    *("id", "kind", "key", "size", "occurred_at", "booked_at", "reverses", "facts"),
    "payload",
)
_ENTRY_COLUMNS = ("txn_id", "line", "account_id", "currency", "amount", "lot", "credits")


@dataclass(frozen=True, slots=True)
class Posted:
    """The number of a transaction in the journal, and whether it was written only now."""

    id: int
    is_new: bool


async def post(
    session: Session, transactions: Sequence[Transaction], *, now: datetime
) -> list[Posted]:
    """Write transactions into the open period, each once; the last thing that a caller does.

    Who holds rows of listeners locks no more of them after it. In `Database.run`, who loses the
    race for a key tries again, and finds what the other wrote.

    Raises:
        Refused: `idempotency-mismatch`, 409: something else was written under the same key.

    """
    booked_at = await _booking_time(session, now)
    known = await _known(session, [one.key for one in transactions])
    fresh = {one.key: one for one in transactions if one.key not in known}
    numbers = await take_numbers(session, _TXN, len(fresh)) if fresh else []
    await _write(session, dict(zip(numbers, fresh.values(), strict=True)), booked_at)
    for number, one in zip(numbers, fresh.values(), strict=True):
        known[one.key] = number, one.payload
    for one in transactions:
        if known[one.key][1] != one.payload:
            raise mismatch(f"booked as {one.key}")
    return [Posted(known[one.key][0], one.key in fresh) for one in transactions]


async def _booking_time(session: Session, now: datetime) -> datetime:
    """Answer the time to book at: never in a period that is closed, and none closes meanwhile."""
    await lock_shared(session, BOOKING)
    closed = select(func.max(Period.ends_at)).where(Period.closed_at.is_not(None))
    end = await session.scalar(closed)
    return now if end is None else max(now, end)


async def _known(session: Session, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    found: dict[str, tuple[int, bytes]] = {}
    for part in in_parts(keys):
        some = among(session, _TXN.c.key, part)
        rows = await session.execute(select(_TXN.c.key, _TXN.c.id, _TXN.c.payload).where(some))
        found |= {key: (number, payload) for key, number, payload in rows}
    return found


async def _write(
    session: Session, transactions: Mapping[int, Transaction], booked_at: datetime
) -> None:
    if not transactions:
        return
    entries, accounts = [], dict[int, Account]()
    for number, one in transactions.items():
        for line, (account, e) in enumerate(zip(one.account_ids, one.entries, strict=True)):
            accounts[account] = e.account
            entries.append((number, line, account, e.currency, e.amount, e.lot, e.credits))
    await _open(session, accounts)
    await insert_many(session, _ENTRIES, _ENTRY_COLUMNS, entries)
    heads = [_head(number, one, booked_at) for number, one in transactions.items()]
    await insert_many(session, _TXN, _HEAD_COLUMNS, heads)


async def _open(session: Session, accounts: Mapping[int, Account]) -> None:
    """Write down accounts that nothing was booked on before."""
    known: set[int] = set()
    for part in in_parts(list(accounts)):
        some = among(session, _ACCOUNTS.c.id, part)
        known.update(await session.scalars(select(_ACCOUNTS.c.id).where(some)))
    new = [(number, one.name) for number, one in accounts.items() if number not in known]
    await insert_missing(session, _ACCOUNTS, ("id", "name"), sorted(new, key=itemgetter(1)))


def _head(number: int, one: Transaction, booked_at: datetime) -> tuple[object, ...]:
    said = (one.kind, one.key, len(one.entries), one.occurred_at, booked_at, one.reverses)
    return (number, *said, one.facts_text, one.payload)


def mismatch(done: str) -> Refused:
    """Say that something else was done under a key before."""
    return Refused(
        "idempotency-mismatch",
        f"Something else was {done} under the same key: use another key for another thing.",
        status=409,
    )


async def booked_as(session: Session, key: str) -> tuple[int, dict[str, str | int]] | None:
    """Answer the number and the facts of the transaction with a key, if there is one."""
    query = select(_TXN.c.id, _TXN.c.facts).where(_TXN.c.key == key)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row.id, json.loads(row.facts))


async def booked_under(session: Session, prefix: str) -> list[int]:
    """Answer the numbers of the transactions whose keys begin so, in order."""
    query = select(_TXN.c.id).where(_TXN.c.key.startswith(prefix, autoescape=True))
    return list(await session.scalars(query.order_by(_TXN.c.id)))


async def credits_under(session: Session, prefix: str) -> int:
    """Answer what transactions whose keys begin so gave to wallets, in millionths of a credit."""
    some = _TXN.c.key.startswith(prefix, autoescape=True)
    query = select(func.sum(_ENTRIES.c.credits)).join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
    return -int(await session.scalar(query.where(some)) or 0)


async def count_transactions(session: Session) -> int:
    """Answer how many there are."""
    return await session.scalar(select(func.count()).select_from(_TXN)) or 0


async def entries_of(session: Session, txn_id: int) -> tuple[Entry, ...]:
    """Answer the entries of a transaction, in order; none, if it is not there."""
    query = select(
        *(_ACCOUNTS.c.name, _ENTRIES.c.amount, _ENTRIES.c.currency),
        *(_ENTRIES.c.lot, _ENTRIES.c.credits),
    ).join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
    rows = await session.execute(query.where(_ENTRIES.c.txn_id == txn_id).order_by(_ENTRIES.c.line))
    return tuple(
        Entry(account_named(name), amount, currency, lot, credits_)
        for name, amount, currency, lot, credits_ in rows
    )


async def reversal_of(  # noqa: PLR0913 - what it is, and why
    session: Session,
    txn_id: int,
    *,
    key: str,
    occurred_at: datetime,
    facts: Facts,
    kind: TxnKind = TxnKind.REVERSAL,
) -> Transaction:
    """Answer the transaction that undoes another, entry by entry; each can be undone once.

    Raises:
        Refused: `transaction-unknown`, 404.

    """
    entries = await entries_of(session, txn_id)
    if not entries:
        raise Refused("transaction-unknown", f"There is no transaction {txn_id}.", status=404)
    return Transaction(
        kind=kind,
        key=key,
        occurred_at=occurred_at,
        entries=reversed_entries(entries),
        facts=facts,
        reverses=txn_id,
    )


async def reversed_by(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Answer which transactions were undone, and by which."""
    found: dict[int, int] = {}
    for part in in_parts(ids):
        query = select(_TXN.c.reverses, _TXN.c.id)
        # The index is of those that reverse something, and has to be told so.
        some = _TXN.c.reverses != 0, _TXN.c.reverses.in_(part)
        found |= {undone: by for undone, by in await session.execute(query.where(*some))}  # noqa: C416 - rows are no pairs
    return found


async def balance_of(
    session: Session, account: Account, *, before: datetime | None = None
) -> dict[str, int]:
    """Answer what was debited to an account less what was credited, by currency."""
    [(_, found)] = [*(await balances_of(session, [account], before=before)).items()]
    return found


async def balances_of(
    session: Session, accounts: Iterable[Account], *, before: datetime | None = None
) -> dict[Account, dict[str, int]]:
    """Answer the balances of accounts, of what was booked `before` a time, or of all."""
    by_id = {account.id: account for account in accounts}
    query = select(_ENTRIES.c.account_id, _ENTRIES.c.currency, func.sum(_ENTRIES.c.amount))
    query = query.where(_ENTRIES.c.account_id.in_(list(by_id)))
    if before is not None:
        query = query.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id).where(_TXN.c.booked_at < before)
    rows = await session.execute(query.group_by(_ENTRIES.c.account_id, _ENTRIES.c.currency))
    found: dict[Account, dict[str, int]] = {account: {} for account in by_id.values()}
    for number, currency, total in rows:
        found[by_id[number]][currency] = int(total)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What was debited to an account in a currency, and what was credited to it."""

    account: Account
    currency: str
    debits: int
    credits: int


async def trial_balance(session: Session, *, before: datetime | None = None) -> list[Balance]:
    """Answer all accounts in the order of their names, each currency apart."""
    amount = _ENTRIES.c.amount
    debit, credit = func.sum(func.greatest(amount, 0)), func.sum(func.least(amount, 0))
    if is_sqlite(session):
        debit, credit = func.sum(func.max(amount, 0)), func.sum(func.min(amount, 0))
    sums = select(_ENTRIES.c.account_id, _ENTRIES.c.currency, debit.label("d"), credit.label("c"))
    if before is not None:
        sums = sums.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id).where(_TXN.c.booked_at < before)
    each = sums.group_by(_ENTRIES.c.account_id, _ENTRIES.c.currency).subquery()
    query = select(_ACCOUNTS.c.name, each.c.currency, each.c.d, each.c.c)
    joined = query.join(each, each.c.account_id == _ACCOUNTS.c.id)
    rows = await session.execute(joined.order_by(_ACCOUNTS.c.name, each.c.currency))
    return [
        Balance(account=account_named(name), currency=currency, debits=int(d), credits=-int(c))
        for name, currency, d, c in rows
    ]
