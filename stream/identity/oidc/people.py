"""Who an application asks about."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.email_addresses import email_of
from catalog.people import caller_with
from stream.identity.oidc.claims import Person


async def person_of(session: Session, account_id: UUID) -> Person:
    """Answer what we know of somebody."""
    who = await caller_with(session, account_id)
    found = await email_of(session, account_id)
    # Anybody may say that an address is theirs; others would take our word for it.
    shown = found.address if found is not None and found.verified_at is not None else None
    return Person(id=who.id, name=who.name, email=shown)
