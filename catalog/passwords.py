"""The password of an account, as it is kept: what hashes it, is no business of this room."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from base.database import Session
from catalog.models.sign_in import Password


async def hash_of(session: Session, account_id: UUID) -> str | None:
    """Answer how the password of an account is kept, if it has one."""
    found = await session.get(Password, account_id, populate_existing=True)
    return None if found is None else found.hash


async def write_hash(session: Session, account_id: UUID, hashed: str, *, now: datetime) -> None:
    """Keep another password."""
    found = await session.get(Password, account_id)
    if found is None:
        found = Password(account_id=account_id)
        session.add(found)
    found.hash, found.changed_at = hashed, now
    await session.flush()


async def renew_hash(session: Session, account_id: UUID, *, old: str, new: str) -> None:
    """Keep the same password in another way, unless it was changed meanwhile."""
    found = await session.get(Password, account_id, with_for_update=True, populate_existing=True)
    if found is not None and found.hash == old:
        found.hash = new
