"""What payees earned by day, recording and step: read once along the chain of the books, and kept.

The chain has each transaction in its place for good, so that none is left out and none is counted
twice. What is paid out, held back or lent is no earning. A day (UTC) is that on which it happened.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select

from accounting.chain import head_of
from accounting.days import Days
from accounting.explaining import DAILY, earned_between
from accounting.ledger import Account
from base.bulk import among_rows, in_parts, insert_many
from base.database import Session
from base.locks import lock_alone
from catalog.models.base import table_of
from catalog.models.insights import DayOfEarnings
from catalog.models.ledger import LedgerEntry, LedgerTxn, Period
from catalog.models.statements import AccountBalance
from catalog.rollup_marks import note_position_of_earnings, position_of_earnings

#: Transactions that are looked at in one of the database.
AT_ONCE = 20_000
#: Where it is for none.
NO_RECORDING = UUID(int=0)
_COUNTING = "earnings by day"
#: Nothing is booked so long after its number was taken.
_NO_LATER = timedelta(days=1)
_DAYS, _BALANCES = table_of(DayOfEarnings), table_of(AccountBalance)
_ENTRIES, _TXN = table_of(LedgerEntry), table_of(LedgerTxn)

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What came to a payee of one thing, in micro-units of a currency, and in how many bookings."""

    #: A day, a step, a section, a recording or a currency: as was asked.
    of: Any
    currency: str
    number: int
    amount: int


async def count_earnings(session: Session, *, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Count what was chained since it was last done, so much at once; answer if there is more."""
    await lock_alone(session, _COUNTING)
    low = await position_of_earnings(session)
    last = (await head_of(session)).position
    high = min(last, low + at_once)
    if high > low:
        await _add(session, (low, high))
        await note_position_of_earnings(session, high, now=now)
    return high < last


async def forget_earnings(session: Session, *, now: datetime) -> None:
    """Let all be counted anew."""
    await lock_alone(session, _COUNTING)
    await session.execute(delete(_DAYS))
    await note_position_of_earnings(session, 0, now=now)


async def earned(
    session: Session,
    accounts: Collection[Account],
    days: Days,
    *,
    by: str,
    most: int | None = None,
) -> list[Earned]:
    """Answer what payees earned in some days, by a part of `DAILY`.

    By day in order, else the most first; no more than `most`, where that is said.
    """
    part, amount = _DAYS.c[by], func.sum(_DAYS.c.amount)
    query = select(part, _DAYS.c.currency, func.sum(_DAYS.c.number), amount)
    query = query.where(*_of(accounts, days))
    order = (part,) if by == "day" else (amount.desc(), part)
    rows = await session.execute(
        query.group_by(part, _DAYS.c.currency).order_by(*order, _DAYS.c.currency).limit(most)
    )
    return [
        Earned(of=of, currency=currency, number=int(number), amount=int(total))
        for of, currency, number, total in rows
    ]


async def balances_now(
    session: Session, accounts: Collection[Account]
) -> dict[Account, dict[str, int]]:
    """Answer what is owed to accounts, by currency: as of the last closing, and what came since."""
    by_id = {one.id: one for one in accounts}
    period = await session.scalar(
        select(Period).where(Period.digest.is_not(None)).order_by(Period.ends_at.desc()).limit(1)
    )
    found: dict[Account, dict[str, int]] = {one: {} for one in accounts}
    kept = select(_BALANCES.c.account_id, _BALANCES.c.currency, _BALANCES.c.amount).where(
        _BALANCES.c.account_id.in_(list(by_id)), _BALANCES.c.period == (period and period.name)
    )
    since = select(_ENTRIES.c.account_id, _ENTRIES.c.currency, func.sum(_ENTRIES.c.amount))
    since = since.where(_ENTRIES.c.account_id.in_(list(by_id)))
    if period is not None:
        later = and_(_TXN.c.id == _ENTRIES.c.txn_id, _TXN.c.booked_at >= period.ends_at)
        since = since.join(_TXN, later).where(_ENTRIES.c.txn_id > _surely_before(period.ends_at))
    since = since.group_by(_ENTRIES.c.account_id, _ENTRIES.c.currency)
    for query in (kept, since):
        for number, currency, amount in await session.execute(query):
            sums = found[by_id[number]]
            sums[currency] = sums.get(currency, 0) - int(amount)
    return found


def _surely_before(at: datetime) -> ColumnElement[int]:
    """Answer a number below those of all that was booked from a time on: years are not read again.

    Numbers are taken in the order of booking, but for who takes one and books a little later.
    """
    last = select(_TXN.c.id).where(_TXN.c.booked_at < at - _NO_LATER)
    return func.coalesce(last.order_by(_TXN.c.booked_at.desc()).limit(1).scalar_subquery(), 0)


def _of(accounts: Collection[Account], days: Days) -> tuple[ColumnElement[bool], ...]:
    whose = _DAYS.c.account_id.in_([one.id for one in accounts])
    return whose, _DAYS.c.day >= days.since, _DAYS.c.day < days.until


async def _add(session: Session, positions: tuple[int, int]) -> None:
    new = {
        _key(row): (int(row.number), int(row.amount))
        for row in await session.execute(earned_between(session, positions))
    }
    for keys in in_parts(sorted(new, key=str)):
        known = await _known(session, keys)
        rows = [(*key, *_sum(known.get(key, (0, 0)), new[key])) for key in keys]
        gone = among_rows(session, _DAYS, DAILY, keys)
        await session.execute(delete(_DAYS).where(gone))
        await insert_many(session, _DAYS, (*DAILY, "number", "amount"), rows)


async def _known(session: Session, keys: Sequence[_Key]) -> dict[_Key, tuple[int, int]]:
    query = select(_DAYS).where(among_rows(session, _DAYS, DAILY, keys))
    return {_key(row): (row.number, row.amount) for row in await session.execute(query)}


def _key(row: Any) -> _Key:  # noqa: ANN401 - a row of either query
    return (
        *(row.account_id, row.day, row.currency, row.section),
        *(row.recording_id or NO_RECORDING, row.step),
    )


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
