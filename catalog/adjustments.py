"""Adjustments in the database: what was proposed, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.models.payments import Adjustment

_MOST = 200


async def adjustment_under(session: Session, request_key: str) -> Adjustment | None:
    """Answer what was proposed under a key."""
    query = select(Adjustment).where(Adjustment.request_key == request_key)
    found: Adjustment | None = await session.scalar(query)
    return found


async def adjustment_of(session: Session, adjustment_id: UUID) -> Adjustment:
    """Answer an adjustment, and let nobody else change it until the end.

    Raises:
        Refused: `adjustment-unknown`, 404.

    """
    found = await session.get(
        Adjustment, adjustment_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        raise unknown_adjustment()
    return found


def unknown_adjustment() -> Refused:
    """Say that there is none."""
    return Refused("adjustment-unknown", "There is no such adjustment.", status=404)


async def adjustments(session: Session) -> Sequence[Adjustment]:
    """Answer the last ones, the newest first."""
    query = select(Adjustment).order_by(Adjustment.proposed_at.desc(), Adjustment.id).limit(_MOST)
    return (await session.scalars(query)).all()
