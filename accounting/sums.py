"""What was booked on an account for one thing: by what its transactions are explained by.

A transaction that undoes another is explained as the other is.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, case, cast, func, null, or_, select

from accounting.ledger import Account, Facts, TxnKind
from base.bulk import is_sqlite
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn

_ENTRIES, _TXN = table_of(LedgerEntry), table_of(LedgerTxn)
_UNDONE = _TXN.alias("undone")
_FACTS = func.coalesce(_UNDONE.c.facts, _TXN.c.facts)
_KIND = func.coalesce(_UNDONE.c.kind, _TXN.c.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that transactions name, such as a sheet."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Debits less credits by currency, nothing left out, and how many entries of a kind there are.

    What comes to nothing is left out of `amounts`.
    """

    amounts: dict[str, int]
    count: int


async def booked_for(
    session: Session, account: Account, facts: Collection[Fact], *, counting: TxnKind
) -> Booked:
    """Answer what was booked on an account for any of some things, and how often in a kind."""
    query = _sums(_ENTRIES.c.currency, _TXN.c.kind).add_columns(func.count())
    query = query.where(_ENTRIES.c.account_id == account.id, _names_any(facts))
    amounts: dict[str, int] = {}
    count = 0
    for currency, kind, total, number in await session.execute(query):
        amounts[currency] = amounts.get(currency, 0) + int(total)
        count += number if kind == counting else 0
    return Booked(amounts={name: total for name, total in amounts.items() if total}, count=count)


async def booked_for_each(  # noqa: PLR0913 - a question with six sides
    session: Session,
    account: Account,
    facts: Collection[Fact],
    *,
    by: str,
    counting: TxnKind,
    before: datetime | None = None,
) -> dict[str, Booked]:
    """Answer as `booked_for`, for each value of another fact; "" is of what does not tell it.

    Ever, or `before` a time.
    """
    value = func.coalesce(fact_in(session, _FACTS, by), "")
    query = _sums(value, _ENTRIES.c.currency, _TXN.c.kind).add_columns(func.count())
    query = query.where(_ENTRIES.c.account_id == account.id, _names_any(facts))
    if before is not None:
        query = query.where(_TXN.c.booked_at < before)
    amounts: dict[str, dict[str, int]] = {}
    counts: dict[str, int] = {}
    for of, currency, kind, total, number in await session.execute(query):
        sums = amounts.setdefault(of, {})
        sums[currency] = sums.get(currency, 0) + int(total)
        counts[of] = counts.get(of, 0) + (number if kind == counting else 0)
    return {
        of: Booked(
            amounts={name: total for name, total in amounts[of].items() if total}, count=counts[of]
        )
        for of in sorted(amounts)
    }


def fact_in(session: Session, facts: ColumnElement[str], name: str) -> ColumnElement[str]:
    """Say what facts tell under a name; null, where they do not."""
    if is_sqlite(session):
        return func.json_extract(facts, f"$.{name}")
    return case((facts.contains(f'"{name}":'), cast(facts, JSON)[name].as_string()), else_=null())


async def booked_by(
    session: Session, accounts: Collection[Account], name: str, values: Collection[str]
) -> dict[tuple[Account, str], dict[str, int]]:
    """Answer debits less credits on accounts by currency, for each of some things of a name.

    One question for all: each account is looked through once. What comes to nothing is left out.
    """
    by_id = {account.id: account for account in accounts}
    told = fact_in(session, _FACTS, name)
    query = _sums(_ENTRIES.c.account_id, told, _ENTRIES.c.currency).where(
        _ENTRIES.c.account_id.in_(list(by_id)), told.in_(list(values))
    )
    found: dict[tuple[Account, str], dict[str, int]] = {}
    for number, value, currency, total in await session.execute(query) if values else ():
        if total:
            found.setdefault((by_id[number], value), {})[currency] = int(total)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What was booked on an account by transactions that are explained the same."""

    account: Account
    facts: Facts
    currency: str
    amount: int


async def explained_on(session: Session, accounts: Collection[Account]) -> list[Explained]:
    """Answer debits less credits on accounts by what explains them: for such as have few."""
    by_id = {account.id: account for account in accounts}
    query = _sums(_ENTRIES.c.account_id, _FACTS, _ENTRIES.c.currency)
    rows = await session.execute(query.where(_ENTRIES.c.account_id.in_(list(by_id))))
    return [
        Explained(
            account=by_id[number], facts=json.loads(facts), currency=currency, amount=int(total)
        )
        for number, facts, currency, total in rows
    ]


async def earned_on(  # noqa: PLR0913 - a question with five sides
    session: Session,
    accounts: Collection[Account],
    facts: Collection[Fact],
    *,
    kinds: Collection[TxnKind],
    starts_at: datetime,
    ends_at: datetime,
) -> dict[tuple[Account, str], int]:
    """Answer credits less debits of some kinds that were booked in a time, by currency.

    Only for any of some things, if some are named.
    """
    by_id = {account.id: account for account in accounts}
    query = _sums(_ENTRIES.c.account_id, _ENTRIES.c.currency).where(
        _ENTRIES.c.account_id.in_(list(by_id)),
        _TXN.c.booked_at >= starts_at,
        _TXN.c.booked_at < ends_at,
        _KIND.in_(list(kinds)),
    )
    if facts:
        query = query.where(_names_any(facts))
    rows = await session.execute(query)
    return {(by_id[number], currency): -int(total) for number, currency, total in rows}


def _sums(*by: ColumnElement[Any]) -> Select[Any]:
    entries = _ENTRIES.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
    # None has the number 0, which is that of no other.
    both = entries.outerjoin(_UNDONE, _UNDONE.c.id == _TXN.c.reverses)
    return select(*by, func.sum(_ENTRIES.c.amount)).select_from(both).group_by(*by)


def _names_any(facts: Collection[Fact]) -> ColumnElement[bool]:
    # Facts are kept as canonical JSON: no spaces, and a quote inside of a value has a \ before it.
    return or_(*(_FACTS.contains(f'"{one.name}":"{one.value}"', autoescape=True) for one in facts))
