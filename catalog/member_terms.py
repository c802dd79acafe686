"""Classes of members in the database: the terms that hold at a time, and new ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from base.database import Session, insert_once
from base.errors import Refused
from catalog.membership import Admission, Right, Terms
from catalog.models.memberships import MemberTerms


async def classes_at(session: Session, at: datetime) -> dict[str, Terms]:
    """Answer the terms of every class at a time, in the order of their names."""
    newest = (
        select(MemberTerms.class_id, func.max(MemberTerms.valid_from).label("valid_from"))
        .where(MemberTerms.valid_from <= at)
        .group_by(MemberTerms.class_id)
        .subquery()
    )
    query = select(MemberTerms).join(
        newest,
        (newest.c.class_id == MemberTerms.class_id)
        & (newest.c.valid_from == MemberTerms.valid_from),
    )
    rows = await session.scalars(query.order_by(MemberTerms.class_id))
    return {one.class_id: _terms(one) for one in rows}


async def class_at(session: Session, class_id: str, at: datetime) -> Terms:
    """Answer the terms of a class at a time.

    Raises:
        Refused: `class-unknown`, 404.

    """
    known = await classes_at(session, at)
    if class_id not in known:
        raise Refused("class-unknown", f"Members are {', '.join(known)}.", status=404)
    return known[class_id]


async def set_class(session: Session, terms: Terms) -> None:
    """Write down what holds for a class from a time on: what was written for that time stays.

    Raises:
        Refused: `already-set`, 409.

    """
    row = MemberTerms(
        class_id=terms.class_id,
        valid_from=terms.valid_from,
        title=terms.title,
        dues=terms.dues,
        share_value=terms.share_value,
        shares=terms.shares,
        currency=terms.currency,
        admission=terms.admission,
        rights=sorted(terms.rights),
        grace_days=terms.grace_days,
        is_open=terms.is_open,
    )
    if not await insert_once(session, row):
        raise Refused(
            "already-set",
            "Something holds from that time on already: choose a later one.",
            status=409,
        )


def _terms(row: MemberTerms) -> Terms:
    return Terms(
        class_id=row.class_id,
        valid_from=row.valid_from,
        title=row.title,
        dues=row.dues,
        share_value=row.share_value,
        shares=row.shares,
        currency=row.currency,
        admission=Admission(row.admission),
        rights=frozenset(map(Right, row.rights)),
        grace_days=row.grace_days,
        is_open=row.is_open,
    )
