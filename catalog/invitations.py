"""Invitations to act for an account: by a link, which a mail may carry, told this once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.credentials import digest_of
from catalog.members import add_member, may_invite
from catalog.models.people import Account, Invitation
from catalog.people import lock_account
from catalog.roles import Capacity, InvitationState

LIFETIME = timedelta(days=14)
_MOST_OPEN = 100
_PREFIX = "refrain_in_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, with the names of the account and of who invites."""

    row: Invitation
    account: str
    inviter: str

    def state(self, now: datetime) -> InvitationState:
        """Answer what became of it."""
        if self.row.answer is not None:
            return InvitationState(self.row.answer)
        over = self.row.expires_at <= now
        return InvitationState.EXPIRED if over else InvitationState.WAITING


def new_secret() -> str:
    """Answer what a link is known by, which nobody guesses."""
    return secret_of(secrets.token_urlsafe(24))


def secret_of(letters: str) -> str:
    """Answer how a secret of a link is written."""
    return f"{_PREFIX}{letters}"


async def invite(  # noqa: PLR0913 - who invites whom as what, and how
    session: Session,
    owner: Caller,
    capacity: Capacity,
    *,
    email: str | None,
    secret: str,
    now: datetime,
) -> Invitation:
    """Invite somebody to act for the account that the caller is, by a link with a secret.

    Raises:
        Refused: `invitations-too-many`, 409.

    """
    await lock_account(session, owner.id)
    waiting = select(func.count()).where(
        Invitation.account_id == owner.id,
        Invitation.answer.is_(None),
        Invitation.expires_at > now,
    )
    if (await session.scalar(waiting) or 0) >= _MOST_OPEN:
        raise Refused(
            "invitations-too-many",
            f"{_MOST_OPEN} invitations wait for an answer: withdraw one before.",
            status=409,
        )
    row = Invitation(
        id=uuid4(),
        account_id=owner.id,
        capacity=capacity,
        email=email,
        digest=digest_of(secret),
        invited_by=owner.person_id,
        invited_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(row)
    facts = {"account": str(owner.id), "capacity": capacity}
    await note_act(session, owner, Act.MEMBER_INVITED, row.id, now=now, facts=facts)
    return row


async def invitations_of(session: Session, account_id: UUID, *, limit: int) -> list[Invited]:
    """Answer the last invitations of an account, the newest first."""
    row = Invitation
    query = _invited().where(row.account_id == account_id)
    ordered = query.order_by(row.invited_at.desc(), row.id.desc()).limit(limit)
    return [Invited(row=one, account=a, inviter=b) for one, a, b in await session.execute(ordered)]


async def invitation_by(session: Session, secret: str) -> Invited:
    """Answer the invitation of a link.

    Raises:
        Refused: `invitation-unknown`, 404.

    """
    query = _invited().where(Invitation.digest == digest_of(secret))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise unknown_invitation()
    return Invited(row=row[0], account=row[1], inviter=row[2])


async def accept(session: Session, secret: str, person: Caller, *, now: datetime) -> Invited:
    """Let a person act for the account that they are invited to.

    Raises:
        Refused: `invitation-unknown`, 404; `invitation-over`, 410.

    """
    found = await _waiting(session, secret, now=now)
    _answer(found.row, InvitationState.ACCEPTED, person, now)
    row, capacity = found.row, Capacity(found.row.capacity)
    await add_member(session, row.account_id, person, capacity=capacity, by=row.invited_by, now=now)
    facts = {"account": str(row.account_id), "capacity": capacity, "by": str(row.invited_by)}
    await note_act(session, person, Act.MEMBER_ADDED, person.id, now=now, facts=facts)
    return found


async def decline(session: Session, secret: str, person: Caller, *, now: datetime) -> Invited:
    """Say that one will not act for an account.

    Raises:
        Refused: as `accept`.

    """
    found = await _waiting(session, secret, now=now)
    _answer(found.row, InvitationState.DECLINED, person, now)
    return found


async def withdraw(session: Session, owner: Caller, invitation_id: UUID, *, now: datetime) -> None:
    """Let nobody answer an invitation any more; what was answered stays so.

    Raises:
        Refused: `invitation-unknown`, 404.

    """
    await lock_account(session, owner.id)
    row = await session.get(Invitation, invitation_id)
    if row is None or row.account_id != owner.id:
        raise unknown_invitation()
    if row.answer is None:
        _answer(row, InvitationState.WITHDRAWN, owner, now)
        await note_act(session, owner, Act.INVITATION_WITHDRAWN, row.id, now=now)


def unknown_invitation() -> Refused:
    """Say that there is none."""
    return Refused(
        "invitation-unknown",
        "There is no such invitation: see that the link is whole, or ask for another.",
        status=404,
    )


def _invited() -> Select[Invitation, str, str]:
    account, inviter = aliased(Account), aliased(Account)
    return (
        select(Invitation, account.name, inviter.name)
        .join(account, account.id == Invitation.account_id)
        .join(inviter, inviter.id == Invitation.invited_by)
    )


async def _waiting(session: Session, secret: str, *, now: datetime) -> Invited:
    found = await invitation_by(session, secret)
    await lock_account(session, found.row.account_id)
    await session.refresh(found.row)
    state = found.state(now)
    if not await may_invite(session, found.row.account_id, found.row.invited_by):
        state = InvitationState.WITHDRAWN
    if state is not InvitationState.WAITING:
        raise Refused(
            "invitation-over",
            f"This invitation is {state}; ask {found.account} for another.",
            status=410,
        )
    return found


def _answer(row: Invitation, state: InvitationState, by: Caller, now: datetime) -> None:
    row.answer, row.answered_at, row.answered_by = state, now, by.person_id
