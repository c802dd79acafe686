"""Entries of payees, explained: for what, by which recording, step, territory and month.

All in one question that the database answers, so that a month of a million plays never has to come
here to be added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)

from accounting.ledger import AccountKind, TxnKind
from accounting.months import Month, month_of, months_between
from accounting.settlement import PlayKind
from accounting.statements import EARNINGS, Section
from accounting.sums import fact_in
from base.bulk import is_sqlite
from base.database import Session
from catalog.days import day_in
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, LedgerAccount, LedgerEntry, LedgerTxn
from catalog.models.plays import Play

_TXN, _ENTRIES = table_of(LedgerTxn), table_of(LedgerEntry)
_ACCOUNTS, _PLAYS, _LINKS = table_of(LedgerAccount), table_of(Play), table_of(ChainLink)
#: What a correction undoes.
_UNDONE = _TXN.alias("undone")
_HAPPENED = func.coalesce(_PLAYS.c.occurred_at, _TXN.c.occurred_at)
_SECTIONS = {
    TxnKind.PLAY: Section.PLAYS,
    TxnKind.PURCHASE: Section.PURCHASES,
    TxnKind.GIFT: Section.PURCHASES,
    TxnKind.REFUND: Section.REFUNDS,
    TxnKind.CHARGEBACK: Section.REFUNDS,
    TxnKind.RELEASE: Section.SHARES,
    TxnKind.ADVANCE: Section.ADVANCES,
    TxnKind.RECOUPMENT: Section.RECOUPMENT,
    TxnKind.RESERVE: Section.HOLDBACK,
    TxnKind.PAYOUT: Section.PAYOUTS,
    TxnKind.SURPLUS: Section.SURPLUS,
}
#: What is sold: undone, it is a refund; other things are given back where they were taken.
_SALES = (TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.GIFT)
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
#: What is grouped by, in the order of the columns of a line.
PARTS = ("account_id", "currency", "section", "recording_id", "step", "territory", "month")
#: The same, of what is earned by day.
DAILY = ("account_id", "day", "currency", "section", "recording_id", "step")


async def months_of(session: Session, period: Month) -> list[Month]:
    """Answer the months that something can have happened in that is booked in a period."""
    first = await session.scalar(select(func.min(_TXN.c.booked_at)))
    # What is heard while a player is offline is booked within two months, and so before it all.
    oldest = period.after(-2)
    if first is not None and first < oldest.starts_at:
        oldest = month_of(first, period.zone).after(-2)
    return months_between(oldest.starts_at, period.ends_at, period.zone)


def explained(
    session: Session, *which: ColumnElement[bool], months: Sequence[Month]
) -> Select[tuple[object, ...]]:
    """Ask for what came to payees by `which` transactions: `PARTS`, `number`, and `amount`.

    Amounts are from the payee's side; `months` are those it can have happened in, in order.
    """
    return _summed(_each(session, _month(_HAPPENED, months).label("month"), *which), PARTS)


def each_explained(
    session: Session,
    *which: ColumnElement[bool],
    months: Sequence[Month],
    accounts: Select[tuple[int]] | None = None,
) -> Subquery:
    """Ask for each entry of payees by `which` transactions: `PARTS`, and more of what it is for.

    That is `txn_id`, the `track_id` that was heard or bought, `is_sale`: it is for a play or a
    track, or takes one back, and `is_given`: for a play that credit was given for. Amounts are as
    they are booked. Entries of other `accounts` than payees' are explained in the same way.
    """
    return _each(session, _month(_HAPPENED, months).label("month"), *which, accounts=accounts)


def earned_between(session: Session, positions: tuple[int, int]) -> Select[tuple[object, ...]]:
    """Ask for what payees earned by what has these places in the chain, above one and to another.

    It is told as `DAILY`, `number`, and `amount`.
    """
    low, high = positions
    places = _LINKS.c.position > low, _LINKS.c.position <= high
    chained = _TXN.c.id.in_(select(_LINKS.c.txn_id).where(*places))
    each = _each(session, day_in(session, _HAPPENED).label("day"), chained)
    return _summed(each, DAILY).where(each.c.section.in_([one.value for one in EARNINGS]))


def _summed(each: Subquery, names: Sequence[str]) -> Select[tuple[object, ...]]:
    parts = [each.c[name] for name in names]
    amount = cast(-func.sum(each.c.amount), BigInteger)
    return select(*parts, func.count().label("number"), amount.label("amount")).group_by(*parts)


def _each(
    session: Session,
    when: ColumnElement[Any],
    *which: ColumnElement[bool],
    accounts: Select[tuple[int]] | None = None,
) -> Subquery:
    """Ask for each entry of a payee, or of `accounts`, and what it is for, and `when`."""
    recording = func.coalesce(_PLAYS.c.recording_id, _named(session, "recording"))
    track = func.coalesce(_PLAYS.c.track_id, _named(session, "track"), recording)
    territory = _fact(session, "territory")
    if accounts is None:
        accounts = select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.name.like(f"{AccountKind.PAYABLE}:%"))
    return (
        select(
            *(_ENTRIES.c.account_id, _ENTRIES.c.currency, _section().label("section")),
            recording.label("recording_id"),
            func.coalesce(_PLAYS.c.step, 0).label("step"),
            func.substr(func.coalesce(_PLAYS.c.territory, territory, ""), 1, 2).label("territory"),
            *(when, _ENTRIES.c.amount, _TXN.c.id.label("txn_id"), track.label("track_id")),
            func.coalesce(_UNDONE.c.kind, _TXN.c.kind).in_(_SALES).label("is_sale"),
            (func.coalesce(_PLAYS.c.kind, "") == PlayKind.PROMO.value).label("is_given"),
        )
        .select_from(_ENTRIES)
        .join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
        .outerjoin(_UNDONE, and_(_TXN.c.reverses != 0, _UNDONE.c.id == _TXN.c.reverses))
        .outerjoin(_PLAYS, _PLAYS.c.txn_id == func.coalesce(_UNDONE.c.id, _TXN.c.id))
        .where(_ENTRIES.c.account_id.in_(accounts), *which)
        .subquery()
    )


def booked_within(start: datetime | None, end: datetime) -> ColumnElement[bool]:
    """Say that a transaction was booked from `start` on, or ever, and before `end`."""
    return and_(_TXN.c.booked_at < end, *(() if start is None else (_TXN.c.booked_at >= start,)))


def corrects(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Say that it was booked since, and is about what happened, or was booked, within a time."""
    undoes = and_(_UNDONE.c.booked_at >= start, _UNDONE.c.booked_at < end)
    is_late = and_(_PLAYS.c.occurred_at >= start, _PLAYS.c.occurred_at < end)
    return and_(_TXN.c.booked_at >= end, or_(undoes, is_late))


def _section() -> ColumnElement[str]:
    kind = func.coalesce(_UNDONE.c.kind, _TXN.c.kind)
    by_kind = case({kind.value: one.value for kind, one in _SECTIONS.items()}, value=kind,
                   else_=Section.OTHER.value)  # fmt: skip
    # A share that was let go, and taken back when its play was undone, is told as both.
    is_taken_back = and_(kind == TxnKind.RELEASE, _ENTRIES.c.amount > 0)
    return case(
        (or_(_UNDONE.c.kind.in_(_SALES), is_taken_back), Section.REFUNDS.value), else_=by_kind
    )


def _month(at: ColumnElement[datetime], months: Sequence[Month]) -> ColumnElement[str]:
    """Say in which month it was: most are in the last, which is asked first."""
    later = [(at >= month.starts_at, month.name) for month in reversed(months[1:])]
    return case(*later, else_=months[0].name) if later else literal(months[0].name)


def _named(session: Session, name: str) -> ColumnElement[object]:
    """Say which recording, or track, it is about: a fact of it, or of what it undoes."""
    told = _fact(session, name)
    if is_sqlite(session):
        return func.replace(told, "-", "")
    # What is none must not stand in the way of a whole month.
    return case((told.regexp_match(_UUID), cast(told, Uuid)), else_=null())


def _fact(session: Session, name: str) -> ColumnElement[str]:
    return fact_in(session, func.coalesce(_UNDONE.c.facts, _TXN.c.facts), name)
