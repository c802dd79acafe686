"""Who an application asks about."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.people import caller_with
from stream.identity.oidc.claims import Person


async def person_of(session: Session, account_id: UUID) -> Person:
    """Answer what we know of somebody."""
    who = await caller_with(session, account_id)
    return Person(id=who.id, name=who.name)
