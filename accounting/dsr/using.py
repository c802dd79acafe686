"""Reads what was used in a closed month from the books, track by track, and never all of it.

The database adds up what is alike, and answers it in the order of tracks, a part at a time. What is
charged is as its transaction was booked in the month; plays for which nothing was due are as they
were settled in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    select,
    text,
    union_all,
)

from accounting.dsr.usage import Used, UseKind
from accounting.ledger import Account, AccountKind
from accounting.pricing import in_force
from accounting.terms import all_terms
from base.bulk import is_sqlite
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn, Period
from catalog.models.plays import Play
from catalog.models.purchases import Purchase

_PLAYS, _PURCHASES = table_of(Play), table_of(Purchase)
_TXN, _ENTRIES = table_of(LedgerTxn), table_of(LedgerEntry)
_COOP = Account(AccountKind.COOP_SHARE).id
_AT_ONCE = 5_000
#: A clock that is so far behind settles plays in a month that is closed; they are booked after it.
_CLOCKS = timedelta(days=2)
_ROOM = text("SET LOCAL work_mem = '64MB'")
_KEY = (
    *("track_id", "kind", "is_return", "first_step", "last_step", "gives_it", "territory"),
    *("currency", "price"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A month that is closed, as it was booked; the first has all that came before it."""

    name: str
    starts_at: datetime | None
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What is asked for: whose music, which month, how many steps there were, in what."""

    month: Closed
    account_id: UUID | None
    steps: Mapping[int, int]
    default_steps: int
    currency: str


async def closed_month(session: Session, name: str) -> Closed:
    """Answer a month that is closed.

    Raises:
        Refused: `period-not-closed`, 409.

    """
    row = await session.get(Period, name)
    if row is None or row.digest is None:
        raise Refused(
            "period-not-closed",
            f"{name} is not closed yet: what was used in it is told when nothing is booked in it "
            "any more.",
            status=409,
        )
    before = await session.scalar(select(Period.name).where(Period.ends_at == row.starts_at))
    starts_at = None if before is None else row.starts_at
    return Closed(name=name, starts_at=starts_at, ends_at=row.ends_at)


async def used_in(
    session: Session, month: Closed, account_id: UUID | None
) -> AsyncIterator[list[Used]]:
    """Answer what was used of an account's music, or of all, in the order of tracks, in parts.

    Wants a snapshot: it is asked once, and read as it is taken.
    """
    if not is_sqlite(session):
        await session.execute(_ROOM)
    query = await question(session, month, account_id)
    found = await session.stream(query.execution_options(yield_per=_AT_ONCE))
    async for rows in found.partitions():
        yield [_used(row) for row in rows]


async def question(session: Session, month: Closed, account_id: UUID | None) -> Select[Any]:
    """Answer what the database is asked: uses that are alike, added up, in the order of tracks."""
    return _question(await _rules(session, month, account_id))


def whose(account_id: UUID | None, of: ColumnElement[UUID]) -> tuple[ColumnElement[bool], ...]:
    """Say that music is an account's; of none, that it is anybody's."""
    return () if account_id is None else (of == account_id,)


def payable_to(account_id: UUID) -> int:
    """Answer the number of the account of what is payable to somebody."""
    return Account(AccountKind.PAYABLE, str(account_id)).id


def within(month: Closed, at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Say that something was in a month."""
    since = () if month.starts_at is None else (at >= month.starts_at,)
    return and_(at < month.ends_at, *since)


async def _rules(session: Session, month: Closed, account_id: UUID | None) -> _Rules:
    dated = await all_terms(session)
    now = in_force(dated, month.ends_at)
    return _Rules(
        month=month,
        account_id=account_id,
        steps={one.id: one.steps for one in dated},
        default_steps=now.steps,
        currency=now.currency,
    )


def _question(asked: _Rules) -> Select[Any]:
    each = union_all(
        _charged(asked, *_play_parts(asked), of=_PLAYS, is_return=False).where(
            *_settled_about(asked.month)
        ),
        _charged(asked, *_play_parts(asked), of=_PLAYS, is_return=True),
        _charged(asked, *_purchase_parts(), of=_PURCHASES, is_return=False),
        _charged(asked, *_purchase_parts(), of=_PURCHASES, is_return=True),
        _without_charge(asked),
    ).subquery()
    key = [each.c[name] for name in _KEY]
    sums = [cast(func.sum(each.c[name]), BigInteger).label(name) for name in ("artists", "own")]
    return select(*key, func.count().label("number"), *sums).group_by(*key).order_by(*key)


def _settled_about(month: Closed) -> tuple[ColumnElement[bool], ...]:
    """Say that plays were settled when they were booked, or little before: years are not read.

    One that is told otherwise is missed by what the ledger is compared with.
    """
    at, early = _PLAYS.c.settled_at, month.starts_at and month.starts_at - _CLOCKS
    return (at < month.ends_at, *(() if early is None else (at >= early,)))


def _play_parts(asked: _Rules) -> tuple[ColumnElement[Any], ...]:
    steps = case(dict(asked.steps), value=_PLAYS.c.terms_id, else_=asked.default_steps)
    gives_it = case((_PLAYS.c.step >= steps, 1), else_=0)
    return (_PLAYS.c.kind, _PLAYS.c.step, _PLAYS.c.step, gives_it)


def _purchase_parts() -> tuple[ColumnElement[Any], ...]:
    of = _PURCHASES.c
    is_gift = of.payer_id != of.listener_id
    kind = case((is_gift, UseKind.GIFT.value), else_=UseKind.BOUGHT.value)
    return (cast(kind, String), of.first_step, of.last_step, literal(1, Integer))


def _charged(
    asked: _Rules,
    *parts: ColumnElement[Any],
    of: Table,
    is_return: bool,
) -> Select[Any]:
    """Ask for each sale, or for each that was given back: what was paid, and what came to whom."""
    kind, first, last, gives_it = parts
    is_mine: ColumnElement[bool] = false()
    if asked.account_id is not None:
        is_mine = _ENTRIES.c.account_id == payable_to(asked.account_id)
    amount, sign = _ENTRIES.c.amount, 1 if is_return else -1
    # What has a lot is a listener's, or the tax on what they spent.
    is_earned, is_coop = _ENTRIES.c.lot == 0, _ENTRIES.c.account_id == _COOP
    price = sign * func.sum(case((is_earned, amount), else_=0))
    earned = -func.sum(case((and_(is_earned, ~is_coop), amount), else_=0))
    mine = -func.sum(case((is_mine, amount), else_=0))
    booked = _TXN.c.reverses if is_return else _TXN.c.id
    which = (_TXN.c.reverses != 0) if is_return else (_TXN.c.reverses == 0)
    return (
        select(
            of.c.track_id,
            kind.label("kind"),
            literal(int(is_return), Integer).label("is_return"),
            first.label("first_step"),
            last.label("last_step"),
            gives_it.label("gives_it"),
            func.coalesce(of.c.territory, "").label("territory"),
            _ENTRIES.c.currency,
            cast(price, BigInteger).label("price"),
            cast(earned, BigInteger).label("artists"),
            cast(mine, BigInteger).label("own"),
        )
        .join_from(of, _TXN, booked == of.c.txn_id)
        .join(_ENTRIES, _ENTRIES.c.txn_id == _TXN.c.id)
        .where(
            which, within(asked.month, _TXN.c.booked_at), *whose(asked.account_id, of.c.payee_id)
        )
        .group_by(of.c.id, _ENTRIES.c.currency)
    )


def _without_charge(asked: _Rules) -> Select[Any]:
    """Ask for each play for which nothing was due."""
    of, none, nothing = _PLAYS.c, literal(0, Integer), literal(0, BigInteger)
    return select(
        of.track_id,
        of.kind,
        none.label("is_return"),
        none.label("first_step"),
        none.label("last_step"),
        none.label("gives_it"),
        func.coalesce(of.territory, "").label("territory"),
        literal(asked.currency, String(3)).label("currency"),
        nothing.label("price"),
        nothing.label("artists"),
        nothing.label("own"),
    ).where(
        of.txn_id.is_(None),
        within(asked.month, of.settled_at),
        *whose(asked.account_id, of.payee_id),
    )


def _used(row: Row[Any]) -> Used:
    return Used(
        track_id=row.track_id,
        territory=row.territory,
        kind=UseKind(row.kind),
        first_step=row.first_step,
        last_step=row.last_step,
        is_return=bool(row.is_return),
        gives_it=bool(row.gives_it),
        currency=row.currency,
        price=row.price,
        number=row.number,
        artists=row.artists,
        own=row.own,
    )
