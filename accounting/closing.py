"""Closing a month: nothing is booked in it any more, and every payee is told what came of it.

Three transactions, each all or nothing, and each found done by whoever comes again: what is due at
the end of the month is booked; the month is closed while nobody books, which takes a moment; its
statements and balances are worked out, which takes as long as it takes and is in nobody's way, and
reports to others of what was sold are asked for. A process that is killed leaves those that it
ended; the month is closed by closing it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select

from accounting.explaining import booked_within, explained, months_of
from accounting.journal import BOOKING
from accounting.keeping import keep, statements_kept
from accounting.months import Month, Span, month_named, month_of
from base.clock import Clock
from base.database import Database, Session
from base.errors import Refused
from base.locks import lock_alone
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.base import table_of
from catalog.models.ledger import LedgerTxn, Period
from catalog.sales_reports import ask_for_month

#: Books what is due at the end of a month into it, while it is open: shares that are released,
#: advances that are recouped; again, it books nothing. Takes the month, and the time to book at.
Settle = Callable[[Session, Span, datetime], Awaitable[None]]
_TXN = table_of(LedgerTxn)
_LAST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A month that is closed: how many statements there are, and the digest of what was frozen.

    It has none as long as statements are worked out, or were and that was interrupted.
    """

    month: Month
    closed_at: datetime
    closed_by: UUID | None
    statements: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a month would come to if it were closed now, by section, from the payees' side."""

    month: Month
    is_over: bool
    payees: int
    sums: Mapping[tuple[str, str], tuple[int, int]]


async def nothing(session: Session, month: Span, at: datetime) -> None:
    """Settle nothing at the end of a month."""
    del session, month, at


async def due_month(session: Session, zone: str) -> Month | None:
    """Answer the month that is to be closed next; nothing before anything was booked."""
    last = await _last_closed(session)
    if last is not None:
        return month_named(last.name, zone).after(1)
    first = await session.scalar(select(func.min(_TXN.c.booked_at)))
    return None if first is None else month_of(first, zone)


async def close(  # noqa: PLR0913 - what closing needs
    database: Database,
    name: str,
    *,
    zone: str,
    clock: Clock,
    settle: Settle = nothing,
    by: UUID | None = None,
) -> Closed:
    """Close a month; one that is closed is answered, and finished where it was not.

    `by` is who closes it; nobody's, where no person does.

    Raises:
        Refused: `bad-period`; `period-not-over`, `period-out-of-order` or `nothing-booked`, 409.

    """
    month = month_named(name, zone)

    async def end(session: Session) -> None:
        # Not while nobody books: it locks rows, which come before the books.
        if await _is_open(session, month, now=clock()):
            await settle(session, await _span(session, month), month.ends_at - _LAST)

    await database.run(end)
    await database.run(lambda session: _freeze(session, month, by=by, now=clock()))
    return await database.run(lambda session: _tell(session, name, now=clock()))


async def closed_months(session: Session) -> list[Closed]:
    """Answer the months that are closed, the latest first."""
    query = select(Period).where(Period.closed_at.is_not(None)).order_by(Period.ends_at.desc())
    rows = list(await session.scalars(query))
    kept = await statements_kept(session)
    return [_closed(row, kept.get(row.name, 0)) for row in rows]


async def outlook(session: Session, name: str, *, zone: str, now: datetime) -> Outlook:
    """Answer what closing a month would tell, and change nothing.

    Raises:
        Refused: `bad-period`; `period-closed`, `period-out-of-order` or `nothing-booked`, 409.

    """
    month = month_named(name, zone)
    # Before it is asked whether it is closed: its own end would be its beginning.
    bounds = await _bounds(session, month)
    if not await _is_due(session, month):
        raise Refused(
            "period-closed", f"{name} is closed: what came of it is in its statements.", status=409
        )
    booked = booked_within(*bounds)
    each = explained(session, booked, months=await months_of(session, month)).subquery()
    section = each.c.section, each.c.currency
    sums = (func.sum(each.c.number), cast(func.sum(each.c.amount), BigInteger))
    rows = await session.execute(select(*section, *sums).group_by(*section).order_by(*section))
    payees = await session.scalar(select(func.count(func.distinct(each.c.account_id))))
    return Outlook(
        month=month,
        is_over=month.ends_at <= now,
        payees=payees or 0,
        sums={(one, currency): (int(count), total) for one, currency, count, total in rows},
    )


async def _is_open(session: Session, month: Month, *, now: datetime) -> bool:
    """Answer whether a month is still to be closed, and could be.

    Raises:
        Refused: `period-not-over`, `period-out-of-order` or `nothing-booked`, 409.

    """
    if not await _is_due(session, month):
        return False
    if now < month.ends_at:
        over = month.after(1)
        raise Refused(
            "period-not-over",
            f"{month.name} is not over: it can be closed from {over.name}-01 on ({month.zone}).",
            status=409,
        )
    return True


async def _freeze(session: Session, month: Month, *, by: UUID | None, now: datetime) -> None:
    await lock_alone(session, BOOKING)
    if not await _is_open(session, month, now=now):
        return
    span = await _span(session, month)
    row = Period(
        name=month.name,
        zone=month.zone,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        closed_at=now,
        closed_by=by,
    )
    session.add(row)
    await note_act(session, by, Act.MONTH_CLOSED, month.name, now=now)


async def _is_due(session: Session, month: Month) -> bool:
    """Answer whether a month is the next to be closed; it is not if it is closed.

    Raises:
        Refused: `period-out-of-order` or `nothing-booked`, 409.

    """
    # In this order: who closes it between the two looks is seen by the second.
    due = await due_month(session, month.zone)
    if await session.get(Period, month.name) is not None:
        return False
    _require_next(month, due)
    return True


def _require_next(month: Month, due: Month | None) -> None:
    if due is None:
        raise Refused(
            "nothing-booked",
            "Nothing was booked yet: the first month that is closed is that of the first booking.",
            status=409,
        )
    if month.name < due.name:
        raise Refused(
            "period-out-of-order",
            f"Nothing was booked in {month.name}, nor before: close {due.name} first.",
            status=409,
        )
    if month.name > due.name:
        raise Refused(
            "period-out-of-order",
            f"Months are closed one after the other: close {due.name} before {month.name}.",
            status=409,
        )


async def _bounds(session: Session, month: Month) -> tuple[datetime | None, datetime]:
    """Answer from when until before when it is booked in a month; the first has all before it.

    A month begins where the one before ended, though another zone be declared meanwhile.
    """
    last = await _last_closed(session)
    return None if last is None else last.ends_at, month.ends_at


async def _span(session: Session, month: Month) -> Span:
    starts_at, ends_at = await _bounds(session, month)
    return Span(name=month.name, starts_at=starts_at or month.starts_at, ends_at=ends_at)


async def _last_closed(session: Session) -> Period | None:
    closed = select(Period).where(Period.closed_at.is_not(None))
    return await session.scalar(closed.order_by(Period.ends_at.desc()).limit(1))


async def _tell(session: Session, name: str, *, now: datetime) -> Closed:
    row = await session.get_one(Period, name, with_for_update=True, populate_existing=True)
    if row.digest is None:
        row.digest = await keep(session, row, now=now)
        await ask_for_month(session, month_named(row.name, row.zone).first_day, now=now)
    return _closed(row, (await statements_kept(session)).get(name, 0))


def _closed(row: Period, statements: int) -> Closed:
    return Closed(
        month=month_named(row.name, row.zone),
        closed_at=row.closed_at or row.ends_at,
        closed_by=row.closed_by,
        statements=statements,
        digest=row.digest or b"",
    )
