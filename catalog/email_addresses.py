"""Which address belongs to whom: many may claim one, who shows that mail reaches them has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from base.database import Session
from base.errors import Refused
from catalog.folding import Email
from catalog.models.people import Account
from catalog.models.sign_in import EmailAddress, Password

#: So many are looked at, the oldest; whoever claims it after them is not displaced, but unheard.
_MOST_CLAIMANTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """An account that says that an address is its own, and its password as it is kept, if any."""

    account_id: UUID
    name: str
    hash: str | None
    is_verified: bool
    #: When they last said so, or showed it.
    claimed_at: datetime


async def email_of(session: Session, account_id: UUID) -> EmailAddress | None:
    """Answer the address of an account, as it stands now."""
    return await session.get(EmailAddress, account_id, populate_existing=True)


async def is_verified(session: Session, account_id: UUID) -> bool:
    """Whether an account has shown that its address is its own; one without any has not."""
    found = await email_of(session, account_id)
    return found is not None and found.verified_at is not None


async def owner_of(session: Session, email: Email) -> UUID | None:
    """Answer who has shown that an address is theirs."""
    query = select(EmailAddress.account_id).where(EmailAddress.folded == email.folded)
    owner: UUID | None = await session.scalar(query.where(EmailAddress.verified_at.is_not(None)))
    return owner


async def claimants_of(session: Session, email: Email) -> list[Claimant]:
    """Answer who says that an address is theirs: who has shown it, then the others.

    Of the others the oldest come first: newcomers displace nobody.
    """
    row = (
        *(EmailAddress.account_id, Account.name, Password.hash),
        *(EmailAddress.verified_at, EmailAddress.changed_at),
    )
    query = (
        select(*row)
        .outerjoin(Password, Password.account_id == EmailAddress.account_id)
        .join(Account, Account.id == EmailAddress.account_id)
        .where(EmailAddress.folded == email.folded)
        .order_by(
            EmailAddress.verified_at.is_(None), EmailAddress.changed_at, EmailAddress.account_id
        )
        .limit(_MOST_CLAIMANTS)
    )
    return [
        Claimant(
            account_id=one,
            name=name,
            hash=hashed,
            is_verified=verified_at is not None,
            claimed_at=changed_at,
        )
        for one, name, hashed, verified_at, changed_at in await session.execute(query)
    ]


async def claim(session: Session, account_id: UUID, email: Email, *, now: datetime) -> None:
    """Write down which address an account says is its own; it has not shown it yet."""
    found = await email_of(session, account_id)
    if found is None:
        found = EmailAddress(account_id=account_id)
        session.add(found)
    found.address, found.folded = email.address, email.folded
    found.verified_at, found.changed_at = None, now
    await session.flush()


async def confirm(session: Session, account_id: UUID, email: Email, *, now: datetime) -> None:
    """Let an account have an address that it has shown to be its own.

    Raises:
        Refused: `email-taken`, 409: another account has shown it before.

    """
    found = await email_of(session, account_id)
    if found is None:
        found = EmailAddress(account_id=account_id)
    elif found.folded == email.folded and found.verified_at is not None:
        return
    try:
        async with session.begin_nested():
            session.add(found)
            found.address, found.folded = email.address, email.folded
            found.verified_at, found.changed_at = now, now
            await session.flush()
    except IntegrityError:
        raise Refused(
            "email-taken",
            "Another account of yours has this address already: sign in to that one, or take "
            "another address for this.",
            status=409,
        ) from None
