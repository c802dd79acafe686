"""Reports of sales: asked for when a month is closed, made, sent and answered; none is edited.

What is to be done for a recipient is one job, so that one thing is done for them at a time; its
subject is the recipient, and these rows say what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select

from base.database import Session, insert_once
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, tell
from catalog.jobs import NewJob, add, begin_anew, lock_jobs
from catalog.keysets import behind
from catalog.kinds import Kind
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_recipients import recipient_of
from catalog.report_states import REPORT_MOVES, ReportEvent, ReportState
from catalog.states import JobState, next_state

#: How long an answer is looked for after a report was sent; and what is wrong, after it was taken.
ANSWERED_WITHIN, DOUBTED_WITHIN = timedelta(days=30), timedelta(days=7)
#: How soon it is looked for: the first hour, and from then on.
_SOON, _LATER = timedelta(minutes=5), timedelta(hours=1)
_LONGEST_REASON = 1000
_SECOND = timedelta(seconds=1)
_TOLD = {
    ReportEvent.SEND: EventKind.REPORT_SENT,
    ReportEvent.ACKNOWLEDGE: EventKind.REPORT_ACKNOWLEDGED,
    ReportEvent.REFUSE: EventKind.REPORT_REFUSED,
    ReportEvent.FAIL: EventKind.REPORT_FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The file of a report, stored; `sums` are what it comes to, by which it was checked."""

    filename: str
    storage_key: str
    size_bytes: int
    sha256: str
    sums: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reports are asked for: all, or those of a recipient, of accounts, in a state."""

    recipient_id: UUID | None = None
    accounts: Collection[UUID] | None = None
    state: ReportState | None = None


async def ask_for_month(
    session: Session, month: date, *, accounts: Collection[UUID] | None = None, now: datetime
) -> list[SalesReport]:
    """Ask for a month that is closed, or was told anew: a report to each who is told of it.

    Of `accounts` alone, where only what they earned changed; who is told of all music gets one in
    any case. Where one of the month is still to be made, that tells it.
    """
    query = select(ReportRecipient).where(ReportRecipient.is_active)
    if accounts is not None:
        is_theirs = ReportRecipient.account_id.in_(accounts)
        query = query.where(or_(is_theirs, ReportRecipient.account_id.is_(None)))
    found = list(await session.scalars(query.order_by(ReportRecipient.id).with_for_update()))
    return [
        asked for one in found if (asked := await _ask(session, one, month, now=now)) is not None
    ]


async def ask_anew(
    session: Session, recipient_id: UUID, month: date, by: Caller, *, now: datetime
) -> SalesReport:
    """Ask for a month by hand: its first report, or one that replaces the one before.

    Raises:
        Refused: `report-recipient-unknown`, 404; `report-still-due`, 409.

    """
    recipient = await recipient_of(session, recipient_id, is_locked=True)
    row = await _ask(session, recipient, month, now=now)
    if row is None:
        raise Refused(
            "report-still-due", "A report of this month is still to be made: it will tell it.",
            status=409,
        )  # fmt: skip
    facts = {"recipient": str(recipient_id), "month": f"{month:%Y-%m}", "number": row.number}
    await note_act(session, by, Act.REPORT_ASKED, row.id, now=now, facts=facts)
    return row


async def _ask(
    session: Session, recipient: ReportRecipient, month: date, *, now: datetime
) -> SalesReport | None:
    last = await last_of_month(session, recipient.id, month)
    if last is not None and last.state == ReportState.DUE:
        return None
    number = 1 if last is None else last.number + 1
    row = SalesReport(
        id=uuid4(),
        recipient_id=recipient.id,
        month=month,
        number=number,
        # Of chance, so that no other house, nor this one restored from a copy, has it again.
        message_id=f"{month:%Y-%m}-{number}-{uuid4().hex}",
        replaces=None if last is None else last.message_id,
        state=ReportState.DUE,
        sums={},
        answered_before={},
        asked_at=await _asked_at(session, recipient, now=now),
    )
    if not await insert_once(session, row):
        return None
    await wake(session, recipient, now=now)
    return row


async def last_of_month(session: Session, recipient_id: UUID, month: date) -> SalesReport | None:
    """Answer the latest report of a month to a recipient, if there is any."""
    query = select(SalesReport).where(
        SalesReport.recipient_id == recipient_id, SalesReport.month == month
    )
    return await session.scalar(query.order_by(SalesReport.number.desc()).limit(1))


async def _asked_at(session: Session, recipient: ReportRecipient, *, now: datetime) -> datetime:
    """Answer a time of its own, by the second: files of one recipient are called by it."""
    of_same = select(func.max(SalesReport.asked_at)).join(
        ReportRecipient, ReportRecipient.id == SalesReport.recipient_id
    )
    last = await session.scalar(of_same.where(ReportRecipient.dpid == recipient.dpid))
    whole = now.replace(microsecond=0)
    return whole if last is None else max(whole, last + _SECOND)


async def wake(session: Session, recipient: ReportRecipient, *, now: datetime) -> None:
    """Have somebody see to a recipient's reports, now; who is at it looks again before they end."""
    subject = str(recipient.id)
    for job in await lock_jobs(session, [Kind.REPORT], subject):
        if job.state != JobState.LEASED:
            begin_anew(job, now=now)
        return
    owner = recipient.account_id
    new = NewJob(kind=Kind.REPORT, subject=subject, request_id="reports", owner_id=owner)
    await add(session, new, now=now)


async def next_to_do(session: Session, recipient_id: UUID) -> SalesReport | None:
    """Answer the report of a recipient that is to be made or sent first; none, where none is."""
    row = SalesReport
    recipient = await recipient_of(session, recipient_id)
    is_sent = recipient.host is not None and recipient.is_active
    states = (ReportState.DUE, ReportState.MADE) if is_sent else (ReportState.DUE,)
    query = select(row).where(row.recipient_id == recipient_id, row.state.in_(states))
    return await session.scalar(query.order_by(row.month, row.number).limit(1))


async def unanswered(session: Session, recipient_id: UUID, *, now: datetime) -> list[SalesReport]:
    """Answer the reports to which an answer is looked for, the oldest first."""
    row = SalesReport
    query = select(row).where(row.recipient_id == recipient_id, _is_looked_for(now))
    return list(await session.scalars(query.order_by(row.sent_at, row.id)))


async def look_again_at(session: Session, recipient_id: UUID, *, now: datetime) -> datetime | None:
    """Answer when to look for answers again; never, where none is looked for."""
    sent = [one.sent_at for one in await unanswered(session, recipient_id, now=now) if one.sent_at]
    if not sent:
        return None
    is_fresh = now - max(sent) < _LATER
    return now + (_SOON if is_fresh else _LATER)


def _is_looked_for(now: datetime) -> ColumnElement[bool]:
    row = SalesReport
    return or_(
        and_(row.state == ReportState.SENT, row.sent_at > now - ANSWERED_WITHIN),
        and_(row.state == ReportState.ACKNOWLEDGED, row.answered_at > now - DOUBTED_WITHIN),
    )


async def report_of(session: Session, report_id: UUID, *, is_locked: bool = False) -> SalesReport:
    """Answer a report.

    Raises:
        Refused: `report-unknown`, 404.

    """
    row = await session.get(
        SalesReport, report_id, with_for_update=is_locked or None, populate_existing=True
    )
    if row is None:
        raise unknown_report()
    return row


def unknown_report() -> Refused:
    """Say that there is none."""
    return Refused("report-unknown", "There is no such report.", status=404)


async def reports(
    session: Session, wanted: Wanted, *, after: tuple[datetime, UUID] | None = None, limit: int
) -> list[tuple[SalesReport, ReportRecipient]]:
    """Answer reports, the newest first, each with whom it is for."""
    row = SalesReport
    place = (row.asked_at, row.id)
    query = select(row, ReportRecipient).join(
        ReportRecipient, ReportRecipient.id == row.recipient_id
    )
    if wanted.recipient_id is not None:
        query = query.where(row.recipient_id == wanted.recipient_id)
    if wanted.accounts is not None:
        query = query.where(ReportRecipient.account_id.in_(wanted.accounts))
    if wanted.state is not None:
        query = query.where(row.state == wanted.state)
    query = query.where(behind(place, after, descending=True))
    found = await session.execute(query.order_by(*(one.desc() for one in place)).limit(limit))
    return [(report, recipient) for report, recipient in found]


async def note_made(session: Session, report_id: UUID, made: Made, *, now: datetime) -> None:
    """Write down that a report is there to be fetched."""
    row = await report_of(session, report_id, is_locked=True)
    _move(row, ReportEvent.MAKE)
    row.filename, row.storage_key, row.sums = made.filename, made.storage_key, dict(made.sums)
    row.size_bytes, row.sha256, row.made_at = made.size_bytes, made.sha256, now


async def note_trouble(session: Session, report_id: UUID, reason: str) -> None:
    """Write down what the last try to send a report ended with; it is tried again."""
    row = await report_of(session, report_id, is_locked=True)
    row.reason = reason[:_LONGEST_REASON]


async def note_uploaded(
    session: Session, report_id: UUID, before: Mapping[str, str], *, now: datetime
) -> None:
    """Write down that the bytes of a report are where they are to be, under its own name.

    And what had answered it by then, when it was sent `before`.
    """
    row = await report_of(session, report_id, is_locked=True)
    row.uploaded_at, row.answered_before = now, dict(before)


async def note_moved(
    session: Session,
    report_id: UUID,
    event: ReportEvent,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write down what happened to a report, and tell whose music it is of."""
    row = await report_of(session, report_id, is_locked=True)
    _move(row, event)
    row.reason = None if reason is None else reason[:_LONGEST_REASON]
    if event is ReportEvent.SEND:
        row.sent_at = now
    elif event in {ReportEvent.ACKNOWLEDGE, ReportEvent.REFUSE}:
        row.answered_at = now
    recipient = await recipient_of(session, row.recipient_id)
    if recipient.account_id is not None and (kind := _TOLD.get(event)) is not None:
        data = {
            "report": str(row.id),
            "recipient": recipient.name,
            "month": f"{row.month:%Y-%m}",
            "number": row.number,
            "reason": row.reason,
        }
        event_ = NewEvent(owner_id=recipient.account_id, kind=kind, request_id="reports", data=data)
        await tell(session, event_, now=now)


async def send_again(
    session: Session, report_id: UUID, by: Caller, *, now: datetime
) -> SalesReport:
    """Send the same bytes once more; a report that could not be made is made first.

    Raises:
        Refused: `report-unknown`, 404; `report-still-due` or `report-goes-nowhere`, 409.

    """
    row = await report_of(session, report_id, is_locked=True)
    recipient = await recipient_of(session, row.recipient_id)
    if row.state == ReportState.DUE:
        raise Refused("report-still-due", "This report is still to be made.", status=409)
    if row.storage_key is None:
        _move(row, ReportEvent.REMAKE)
    elif recipient.host is None:
        raise Refused(
            "report-goes-nowhere",
            "Nobody has said where reports of this recipient are to be sent: they are fetched.",
            status=409,
        )
    else:
        _move(row, ReportEvent.RESEND)
        row.uploaded_at = row.sent_at = row.answered_at = None
    row.reason = None
    facts = {"recipient": str(recipient.id), "month": f"{row.month:%Y-%m}", "number": row.number}
    await note_act(session, by, Act.REPORT_SENT_AGAIN, row.id, now=now, facts=facts)
    await wake(session, recipient, now=now)
    return row


def _move(row: SalesReport, event: ReportEvent) -> None:
    row.state = next_state(REPORT_MOVES, ReportState(row.state), event)
