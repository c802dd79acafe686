"""The rows of passkeys: several a person, each with a name of their own choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.factors import forget_paper
from catalog.models.factors import Passkey

#: As many as a person has at a time.
MOST = 20
#: More than a device can say it signed (WebAuthn Level 3, section 6.1: 32 bits).
_BEYOND_ALL = 1 << 32


async def passkeys_of(session: Session, account_id: UUID) -> Sequence[Passkey]:
    """Answer the passkeys of an account, the oldest first."""
    theirs = select(Passkey).where(Passkey.account_id == account_id)
    return (await session.scalars(theirs.order_by(Passkey.made_at, Passkey.id))).all()


async def passkey_named(session: Session, credential_id: bytes) -> Passkey:
    """Answer a passkey, which nobody else uses until the transaction ends.

    Raises:
        Refused: `passkey-unknown`, 403.

    """
    query = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    found = await session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Refused(
            "passkey-unknown",
            "This passkey is not known here, or was removed. Take another, or sign in by your "
            "address and password.",
            status=403,
        )
    return found


async def keep_passkey(session: Session, passkey: Passkey) -> None:
    """Keep a passkey.

    Raises:
        Refused: `passkey-known`, 409; `passkeys-too-many`, 409.

    """
    known = select(Passkey.id).where(Passkey.credential_id == passkey.credential_id)
    if await session.scalar(known) is not None:
        raise Refused("passkey-known", "This passkey is set up already.", status=409)
    if len(await passkeys_of(session, passkey.account_id)) >= MOST:
        raise Refused(
            "passkeys-too-many", f"You have {MOST} passkeys: remove one before.", status=409
        )
    session.add(passkey)
    await session.flush()


async def remove_passkey(session: Session, account_id: UUID, passkey_id: UUID) -> Passkey:
    """Let nobody sign in by a passkey any more; answer it.

    Raises:
        Refused: `passkey-unknown`, 404.

    """
    query = select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id)
    found = await session.scalar(query)
    if found is None:
        raise Refused("passkey-unknown", "You have no such passkey.", status=404)
    await session.delete(found)
    await session.flush()
    await forget_paper(session, account_id)
    return found


def note_use(passkey: Passkey, *, sign_count: int, now: datetime) -> None:
    """Write down that a passkey was used."""
    passkey.sign_count, passkey.last_used_at = sign_count, now


def close_passkey(passkey: Passkey) -> bool:
    """Refuse it from now on, whoever shows it: a copy's count would soon be the higher one.

    Answer whether it was open before.
    """
    was_open = passkey.sign_count < _BEYOND_ALL
    passkey.sign_count = _BEYOND_ALL
    return was_open
