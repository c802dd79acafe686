"""What the co-operative earned, owes, and has been paid for and not given yet; as of any instant.

Sums begin with the balances that were kept of the last month that was closed before, so that the
books need not be read from their beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)

from accounting.explaining import booked_within
from accounting.ledger import AccountKind, Side, side_of
from accounting.lots import LotKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.statements import AccountBalance

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_BALANCES, _LOTS = table_of(AccountBalance), table_of(CreditLot)
#: Days that credit has waited to be spent, at least.
AGES = (0, 30, 90, 180, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What accounts of a kind come to, as one would say it: what is owed or earned is positive."""

    kind: AccountKind
    currency: str
    amount: int
    credits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Credit that was paid for and not spent, since so many days at least."""

    days: int
    currency: str
    lots: int
    credits: int
    amount: int


async def income(session: Session, start: datetime, end: datetime) -> list[Total]:
    """Answer what was earned from `start` on and before `end`; what was spent is negative."""
    kinds = [kind for kind in AccountKind if side_of(kind) in {Side.INCOME, Side.EXPENSE}]
    before, after = [
        {(one.kind, one.currency): one.amount for one in await totals(session, kinds, before=at)}
        for at in (start, end)
    ]
    return [
        Total(kind=kind, currency=currency, amount=amount)
        for kind, currency in sorted({*before, *after})
        if (amount := after.get((kind, currency), 0) - before.get((kind, currency), 0))
    ]


async def liabilities(session: Session, *, before: datetime) -> list[Total]:
    """Answer what was owed to anybody of all that was booked `before` a time."""
    kinds = [kind for kind in AccountKind if side_of(kind) is Side.LIABILITY]
    return await totals(session, kinds, before=before)


async def totals(
    session: Session, kinds: Iterable[AccountKind], *, before: datetime
) -> list[Total]:
    """Answer what accounts of some kinds were credited less what was debited to them."""
    kept = select(Period.name, Period.ends_at).where(Period.digest.is_not(None))
    newest = kept.where(Period.ends_at <= before).order_by(Period.ends_at.desc()).limit(1)
    closed = (await session.execute(newest)).one_or_none()
    columns = ("account_id", "currency", "amount", "credits")
    since = select(*(_ENTRIES.c[one] for one in columns))
    since = since.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
    since = since.where(booked_within(closed.ends_at if closed else None, before))
    kept_then = select(*(_BALANCES.c[one] for one in columns))
    kept_then = kept_then.where(_BALANCES.c.period == (closed.name if closed else None))
    booked = union_all(kept_then, since).subquery()
    named = (
        select(_kind(kinds).label("kind"), *booked.c)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == booked.c.account_id)
        .subquery()
    )
    sums = [cast(-func.sum(named.c[one]), BigInteger) for one in ("amount", "credits")]
    query = select(named.c.kind, named.c.currency, *sums).where(named.c.kind.is_not(None))
    rows = await session.execute(query.group_by(named.c.kind, named.c.currency))
    return [
        Total(kind=AccountKind(kind), currency=currency, amount=amount, credits=of)
        for kind, currency, amount, of in sorted(map(tuple, rows))
        if amount or of
    ]


def _kind(kinds: Iterable[AccountKind]) -> ColumnElement[str | None]:
    """Say of which kind an account is, where it is one of those asked for."""
    name = _ACCOUNTS.c.name
    # Of names alike the longer comes first: a kind may begin with the name of another.
    asked = sorted(kinds, key=len, reverse=True)
    return case(*((or_(name == kind, name.like(f"{kind}:%")), kind.value) for kind in asked))


async def deferred(session: Session, *, before: datetime) -> list[Deferred]:
    """Answer credit that was paid for and not spent, by how long it has waited.

    Worked out from what is left of lots today, and what was booked on them since.
    """
    names = ("credits", "amount")
    moved = [cast(func.sum(_ENTRIES.c[one]), BigInteger).label(one) for one in names]
    since = (
        select(_ENTRIES.c.lot, *moved)
        .join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
        .where(_ACCOUNTS.c.name.like(f"{AccountKind.WALLET}:%"), _TXN.c.booked_at >= before)
        .group_by(_ENTRIES.c.lot)
        .subquery()
    )
    left = [_LOTS.c[f"{one}_left"] + func.coalesce(since.c[one], 0) for one in names]
    older = [(_LOTS.c.acquired_at <= before - timedelta(days=days), days) for days in AGES[:0:-1]]
    each = (
        select(
            case(*older, else_=0).label("days"),
            _LOTS.c.currency,
            *(one.label(name) for name, one in zip(names, left, strict=True)),
        )
        .select_from(_LOTS)
        .outerjoin(since, since.c.lot == _LOTS.c.id)
        .where(_LOTS.c.kind == LotKind.PAID, or_(*(one != 0 for one in left)))
        .subquery()
    )
    sums = [cast(func.sum(each.c[one]), BigInteger) for one in names]
    query = select(each.c.days, each.c.currency, func.count(), *sums)
    rows = await session.execute(query.group_by(each.c.days, each.c.currency))
    return [
        Deferred(days=days, currency=currency, lots=number, credits=of, amount=amount)
        for days, currency, number, of, amount in sorted(map(tuple, rows))
    ]
