"""Dues that run out: members are reminded of them, and rest when nothing came."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from catalog.email_addresses import email_of
from catalog.events import EventKind
from catalog.mails import MailKind, NewMail, post
from catalog.member_states import MemberState
from catalog.member_terms import class_at
from catalog.membership import REMINDERS, has_lapsed, is_to_be_reminded
from catalog.memberships import lapse, tell_member
from catalog.models.memberships import Membership


async def due_members(
    session: Session, *, today: date, after: UUID | None = None, limit: int
) -> list[UUID]:
    """Answer members whose dues run out soon or ran out, some at a time."""
    query = select(Membership.id).where(
        Membership.state == MemberState.MEMBER,
        Membership.paid_through <= today + timedelta(days=max(REMINDERS)),
    )
    if after is not None:
        query = query.where(Membership.id > after)
    return list(await session.scalars(query.order_by(Membership.id).limit(limit)))


async def look_at(session: Session, membership_id: UUID, *, origin: str, now: datetime) -> bool:
    """Remind a member of dues, or let them rest; answer whether there was anything to do.

    `origin` is where pages are; without one nobody is written to.
    """
    row = await session.get(Membership, membership_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != MemberState.MEMBER or row.paid_through is None:
        return False
    today, terms = now.date(), await class_at(session, row.class_id, now)
    if not terms.dues:
        return False
    if has_lapsed(row.paid_through, grace_days=terms.grace_days, on=today):
        await lapse(session, row, now=now)
        return True
    if not is_to_be_reminded(row.paid_through, reminded_on=row.reminded_on, today=today):
        return False
    row.reminded_on = today
    await tell_member(session, row, EventKind.MEMBERSHIP_DUE, now=now)
    await _write(session, row, origin=origin, now=now)
    return True


async def _write(session: Session, row: Membership, *, origin: str, now: datetime) -> None:
    """Write to a member who has shown an address, where mails can lead back to us."""
    email = await email_of(session, row.account_id)
    if not origin or email is None or email.verified_at is None:
        return
    facts = {"origin": origin, "name": row.name, "through": str(row.paid_through)}
    mail = NewMail(
        kind=MailKind.DUES,
        to=email.address,
        facts=facts,
        request_id="membership",
        account_id=row.account_id,
    )
    await post(session, mail, now=now)
