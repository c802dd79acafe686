"""The roll for votes: who is a member with a vote on a day, one vote each, by class.

It is made of what was known by then, so that the roll of a day that is past stays what it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from base.database import Session
from catalog.member_terms import classes_at
from catalog.membership import Right, Terms
from catalog.models.memberships import MemberCharge, Membership, ShareEntry
from catalog.roll_form import Roll, Voter


async def roll_at(session: Session, at: datetime) -> Roll:
    """Answer who may vote at a time."""
    found = await members_with(session, Right.VOTE, at)
    shares = await _shares(session, at)
    voters = [
        Voter(
            number=one.number or 0,
            account_id=one.account_id,
            class_id=one.class_id,
            name=one.name,
            since=one.admitted_at or at,
            shares=shares.get(one.id, 0),
        )
        for one in found
    ]
    return Roll(at=at, voters=tuple(voters))


async def members_with(
    session: Session, right: Right, at: datetime, *, class_id: str | None = None
) -> list[Membership]:
    """Answer the members that had a right at a time, in the order of their numbers."""
    classes = [
        one
        for one in (await classes_at(session, at)).values()
        if right in one.rights and class_id in {None, one.class_id}
    ]
    paid = (
        select(
            MemberCharge.membership_id.label("membership_id"),
            func.max(MemberCharge.ends_on).label("through"),
        )
        .where(
            MemberCharge.paid_at <= at,
            or_(MemberCharge.void_at.is_(None), MemberCharge.void_at > at),
        )
        .group_by(MemberCharge.membership_id)
        .subquery()
    )
    query = (
        select(Membership)
        .outerjoin(paid, paid.c.membership_id == Membership.id)
        .where(
            Membership.admitted_at <= at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > at),
            _pays(classes, paid.c.through, at),
        )
    )
    return list(await session.scalars(query.order_by(Membership.number)))


def _pays(
    classes: Iterable[Terms], through: ColumnElement[object], at: datetime
) -> ColumnElement[bool]:
    each = [
        and_(
            Membership.class_id == one.class_id,
            through >= at.date() - timedelta(days=one.grace_days) if one.dues else true(),
        )
        for one in classes
    ]
    return or_(*each, ~true())


async def _shares(session: Session, at: datetime) -> dict[UUID, int]:
    """Answer how many shares each member held."""
    held: Counter[UUID] = Counter()
    count = func.sum(ShareEntry.last - ShareEntry.first + 1)
    for column, sign in ((ShareEntry.to_id, 1), (ShareEntry.from_id, -1)):
        query = select(column, count).where(ShareEntry.at <= at, column.is_not(None))
        for member, number in await session.execute(query.group_by(column)):
            if member is not None:
                held[member] += sign * int(number)
    return held
