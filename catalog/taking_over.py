"""An account that somebody made with a stranger's address goes over to who has that address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update

from base.database import Session
from catalog.factors import forget_factors
from catalog.models.events import Webhook
from catalog.models.people import Invitation, Member


async def close_ways_in(session: Session, account_id: UUID, *, now: datetime) -> None:
    """End what whoever made an account left open for themselves, beside what it is known by."""
    await session.execute(delete(Member).where(Member.account_id == account_id))
    theirs = update(Invitation).where(
        Invitation.account_id == account_id, Invitation.answer.is_(None)
    )
    await session.execute(theirs.values(answer="withdrawn", answered_at=now))
    await forget_factors(session, account_id)
    await session.execute(delete(Webhook).where(Webhook.owner_id == account_id))
