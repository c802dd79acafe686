"""Statements of a later version: what changed of a month since, and why. Nothing is edited.

A play of the month that was undone since, or that came to be known only since, is told beside what
was booked. The next month's balance is not touched by it: there it is booked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from accounting.explaining import PARTS, corrects, explained, months_of
from accounting.keeping import HEAD_COLUMNS, Payee, head_of, line_of, payees_by_account, told_of
from accounting.ledger import Account, AccountKind
from accounting.months import month_named
from accounting.payees import payees_named
from accounting.statements import Line, Statement, in_order
from accounting.told import MEMBER, Which, statement_or_none
from base.bulk import insert_many
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.base import table_of
from catalog.models.ledger import Period
from catalog.models.statements import StatementHead, StatementLine
from catalog.sales_reports import ask_for_month

_HEADS, _LINES = table_of(StatementHead), table_of(StatementLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restating:
    """Which month is told anew, whose statement (None: all that changed), and why."""

    period: str
    why: str
    payee_id: str | None = None


async def restate(
    session: Session, asked: Restating, *, now: datetime, by: UUID | None = None
) -> list[Statement]:
    """Keep a new version of each statement of a month that later bookings changed.

    `by` is who tells them anew.

    Raises:
        Refused: `period-not-closed`, 409; `nothing-to-restate`, 409.

    """
    query = select(Period).where(Period.name == asked.period).with_for_update()
    row = await session.scalar(query)
    if row is None or row.digest is None:
        raise Refused(
            "period-not-closed",
            f"{asked.period} is not closed yet, and so not told: close it, and its first "
            "statements tell all that is known by then.",
            status=409,
        )
    found = await _corrections(session, row, asked)
    made = []
    for payee in sorted({*found, *await _restated(session, asked)}):
        before, lines = await _told(session, row, payee, now), in_order(found.get(payee, []))
        if lines != in_order(before.corrections):
            later = replace(before, version=before.version + 1, why=asked.why, made_at=now)
            made.append(replace(later, corrections=lines))
    if not made:
        raise Refused(
            "nothing-to-restate", f"Nothing changed of {row.name} since it was told.", status=409
        )
    await _keep(session, made, by)
    await _ask_for_reports(session, row, made, now=now)
    facts = {"statements": len(made)}
    await note_act(session, by, Act.MONTH_RESTATED, row.name, now=now, facts=facts)
    return made


async def told_anew(session: Session, asked: Restating, *, by: UUID) -> list[Statement]:
    """Answer what somebody told anew of a month, for the reason that is asked for."""
    query = select(StatementHead).where(
        StatementHead.period == asked.period,
        StatementHead.version > 1,
        StatementHead.why == asked.why,
        StatementHead.made_by == by,
    )
    if asked.payee_id is not None:
        query = query.where(StatementHead.account_id == _payable(asked.payee_id))
    names, found = await payees_by_account(session), []
    for one in await session.scalars(query.order_by(StatementHead.account_id)):
        which = Which(
            payee_id=names[one.account_id],
            period=asked.period,
            currency=one.currency,
            version=one.version,
        )
        if (told := await statement_or_none(session, which)) is not None:
            found.append(told)
    return found


async def _corrections(session: Session, row: Period, asked: Restating) -> dict[Payee, list[Line]]:
    """Answer what was booked since, and is about the month."""
    months = await months_of(session, month_named(row.name, row.zone))
    each = explained(session, corrects(row.starts_at, row.ends_at), months=months).subquery()
    query = select(each)
    if asked.payee_id is not None:
        query = query.where(each.c.account_id == _payable(asked.payee_id))
    names, found = await payees_by_account(session), defaultdict[Payee, list[Line]](list)
    for one in await session.execute(query):
        found[names[one.account_id], one.currency].append(line_of(one))
    return found


async def _restated(session: Session, asked: Restating) -> set[Payee]:
    """Answer who was told a later version before: it may be that nothing is left of it."""
    query = select(StatementHead).where(
        StatementHead.period == asked.period, StatementHead.version > 1
    )
    if asked.payee_id is not None:
        query = query.where(StatementHead.account_id == _payable(asked.payee_id))
    names = await payees_by_account(session)
    return {(names[one.account_id], one.currency) for one in await session.scalars(query)}


async def _told(session: Session, row: Period, payee: Payee, now: datetime) -> Statement:
    """Answer what was told last; who was told nothing had nothing, and was owed nothing."""
    which = Which(payee_id=payee[0], period=row.name, currency=payee[1])
    return await statement_or_none(session, which) or Statement(
        payee_id=payee[0],
        payee="",
        period=told_of(row),
        currency=payee[1],
        version=1,
        made_at=now,
        opening=0,
        closing=0,
        lines=(),
    )


async def _keep(session: Session, made: list[Statement], by: UUID | None) -> None:
    columns = ("period", "version", *PARTS, "number", "amount")
    rows = [_row(one, line) for one in made for line in one.corrections]
    await insert_many(session, _LINES, columns, rows)
    await insert_many(session, _HEADS, HEAD_COLUMNS, [head_of(one, by) for one in made])


async def _ask_for_reports(
    session: Session, row: Period, made: list[Statement], *, now: datetime
) -> None:
    """Ask for reports that replace those of the month, to whom what is told anew was told."""
    ids = {UUID(one.payee_id) for one in made if not one.payee_id.startswith(MEMBER)}
    payees = (await payees_named(session, ids)).values()
    accounts = {one.account_id for one in payees if one.account_id is not None}
    await ask_for_month(
        session, month_named(row.name, row.zone).first_day, accounts=accounts, now=now
    )


def _row(made: Statement, line: Line) -> tuple[object, ...]:
    recording = UUID(line.recording) if line.recording else None
    which = made.period.name, made.version, _payable(made.payee_id), made.currency
    what = line.section.value, recording, line.step, line.territory, line.month
    return (*which, *what, line.number, line.amount)


def _payable(payee_id: str) -> int:
    return Account(AccountKind.PAYABLE, payee_id).id
