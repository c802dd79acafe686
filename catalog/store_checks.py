"""What checks of the store have found: written down, and asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from base.database import Session
from catalog.models.checks import StoreCheck

#: A row holds no more of them; it counts all.
MOST_FLAWS = 500


async def note_check(session: Session, check: StoreCheck) -> None:
    """Write down what a check found."""
    session.add(check)
    await session.flush()


async def latest_check(session: Session) -> StoreCheck | None:
    """Answer what the last check found, if there was one."""
    query = select(StoreCheck).order_by(StoreCheck.ended_at.desc()).limit(1)
    return (await session.scalars(query)).first()


async def forget_checks(session: Session, *, before: datetime) -> None:
    """Forget what was found so long ago."""
    await session.execute(delete(StoreCheck).where(StoreCheck.ended_at < before))
