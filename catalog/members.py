"""Who acts for the account of an artist or a label, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, update

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller, CredentialKind
from catalog.credentials import act_for
from catalog.models.people import Account, Invitation, Member, Token
from catalog.people import create_account, lock_account, require_open
from catalog.roles import AccountKind, Capacity, InvitationState, Role

#: More than anybody looks after.
_MOST_ACCOUNTS = 100
_ROLE_OF = {AccountKind.ARTIST: Role.ARTIST, AccountKind.LABEL: Role.LABEL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person who acts for an account; `name` is that of the one that is asked for."""

    account_id: UUID
    person_id: UUID
    name: str
    kind: AccountKind
    capacity: Capacity
    since: datetime


async def make_account(
    session: Session, person: Caller, *, name: str, kind: AccountKind, now: datetime
) -> Caller:
    """Make the account of an artist or a label, whose owner the person is.

    Raises:
        Refused: `accounts-too-many`, 409.

    """
    await lock_account(session, person.person_id)
    mine = select(func.count()).where(Member.person_id == person.person_id)
    if (await session.scalar(mine) or 0) >= _MOST_ACCOUNTS:
        raise Refused(
            "accounts-too-many", f"One acts for {_MOST_ACCOUNTS} accounts at most.", status=409
        )
    made = await create_account(session, name=name, role=_ROLE_OF[kind], kind=kind, now=now)
    session.add(
        Member(
            account_id=made.id,
            person_id=person.person_id,
            capacity=Capacity.OWNER,
            since=now,
            added_by=person.person_id,
        )
    )
    await note_act(session, person, Act.ACCOUNT_MADE, made.id, now=now, facts={"kind": kind})
    return made


async def members_of(session: Session, account_id: UUID) -> list[Membership]:
    """Answer who acts for an account, who did so first at the head."""
    query = select(Member, Account.name, Account.kind).join(Account, Account.id == Member.person_id)
    found = await session.execute(
        query.where(Member.account_id == account_id).order_by(Member.since, Member.person_id)
    )
    return [_membership(*row) for row in found]


async def accounts_of(session: Session, person_id: UUID) -> list[Membership]:
    """Answer for which accounts a person acts, by their names."""
    query = select(Member, Account.name, Account.kind).join(
        Account, Account.id == Member.account_id
    )
    found = await session.execute(
        query.where(Member.person_id == person_id).order_by(Account.name, Account.id)
    )
    return [_membership(*row) for row in found]


async def acted_for(session: Session, credential_id: UUID) -> Membership | None:
    """Answer for which account who is known by something acts, until they say otherwise."""
    query = (
        select(Member, Account.name, Account.kind)
        .join(Account, Account.id == Member.account_id)
        .join(
            Token, and_(Token.acting_for == Member.account_id, Token.account_id == Member.person_id)
        )
    )
    row = (await session.execute(query.where(Token.id == credential_id))).one_or_none()
    return None if row is None else _membership(*row)


async def choose(session: Session, who: Caller, account_id: UUID | None) -> None:
    """Let a sign-in act for an account until told otherwise; for nobody else, without one.

    Raises:
        Refused: `not-a-session`, 409; `membership-unknown`, 404.

    """
    if who.credential is None or who.credential.kind is not CredentialKind.SESSION:
        raise Refused(
            "not-a-session",
            "Only a sign-in remembers that: send Refrain-Acting-For with each request, or sign in "
            "with your address and password.",
            status=409,
        )
    found = await accounts_of(session, who.person_id)
    if account_id is not None and account_id not in {one.account_id for one in found}:
        raise unknown_membership()
    await act_for(session, who.credential.id, account_id)


async def add_member(  # noqa: PLR0913 - who acts for whom, as what, and who says so
    session: Session,
    account_id: UUID,
    person: Caller,
    *,
    capacity: Capacity,
    by: UUID,
    now: datetime,
) -> None:
    """Let a person act for an account; who does so already, may from then on what both may.

    Raises:
        Refused: `account-closed`, 409.

    """
    await require_open(session, account_id)
    found = await session.get(Member, (account_id, person.id))
    if found is not None:
        if not Capacity(found.capacity).covers(capacity):
            found.capacity = capacity
        return
    session.add(
        Member(
            account_id=account_id,
            person_id=person.id,
            capacity=capacity,
            since=now,
            added_by=by,
        )
    )
    await session.flush()


async def change_member(
    session: Session, owner: Caller, person_id: UUID, capacity: Capacity, *, now: datetime
) -> None:
    """Let a member act as something else; who is no owner any more invites nobody.

    Raises:
        Refused: `member-unknown`, 404; `last-owner`, 409.

    """
    member = await _locked(session, owner.id, person_id)
    if capacity is not Capacity.OWNER:
        await _require_other_owner(session, member)
        await _withdraw_invitations(session, member, by=owner, now=now)
    facts = {"account": str(owner.id), "from": member.capacity, "to": capacity}
    member.capacity = capacity
    await note_act(session, owner, Act.MEMBER_CHANGED, person_id, now=now, facts=facts)


async def remove_member(
    session: Session, by: Caller, account_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Let a person no longer act for an account, nor whom they invited and who has not answered.

    Raises:
        Refused: `member-unknown`, 404; `last-owner`, 409.

    """
    member = await _locked(session, account_id, person_id)
    await _require_other_owner(session, member)
    await _withdraw_invitations(session, member, by=by, now=now)
    await session.delete(member)
    if by.person_id == person_id:  # who is removed by others is told so where they act for it
        theirs = (Token.account_id == person_id, Token.acting_for == account_id)
        await session.execute(update(Token).where(*theirs).values(acting_for=None))
    facts = {"account": str(account_id)}
    await note_act(session, by, Act.MEMBER_REMOVED, person_id, now=now, facts=facts)


async def hand_over(
    session: Session, by: Caller, account_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Let another member own an account from now on, and who did own it no longer act for it.

    Raises:
        Refused: `membership-unknown`, 404: they do not own it; `member-unknown`, 404.

    """
    await require_owner(session, account_id, by.person_id)
    if person_id == by.person_id:
        raise _unknown_member()
    member = await _locked(session, account_id, person_id)
    facts = {"account": str(account_id), "from": member.capacity, "to": Capacity.OWNER}
    member.capacity = Capacity.OWNER
    await session.flush()
    await note_act(session, by, Act.MEMBER_CHANGED, person_id, now=now, facts=facts)
    await remove_member(session, by, account_id, by.person_id, now=now)


async def require_owner(session: Session, account_id: UUID, person_id: UUID) -> None:
    """See that a person owns an account of others, and lock it.

    Raises:
        Refused: `membership-unknown`, 404; `not-owner`, 403.

    """
    await lock_account(session, account_id)
    member = await session.get(Member, (account_id, person_id), populate_existing=True)
    if member is None:
        raise unknown_membership()
    if member.capacity != Capacity.OWNER:
        raise Refused(
            "not-owner", "Only owners may: ask one of them, or ask to be made one.", status=403
        )


def unknown_membership() -> Refused:
    """Say that somebody acts for no such account."""
    return Refused("membership-unknown", "You act for no account of that id.", status=404)


def _unknown_member() -> Refused:
    return Refused("member-unknown", "Nobody of that id acts for the account.", status=404)


async def may_invite(session: Session, account_id: UUID, person_id: UUID) -> bool:
    """Whether a person says who acts for an account."""
    member = await session.get(Member, (account_id, person_id))
    return person_id == account_id or (member is not None and member.capacity == Capacity.OWNER)


async def _withdraw_invitations(
    session: Session, member: Member, *, by: Caller, now: datetime
) -> None:
    """Let nobody come in, or come back, by a link of who was an owner."""
    waiting = update(Invitation).where(
        Invitation.account_id == member.account_id,
        Invitation.invited_by == member.person_id,
        Invitation.answer.is_(None),
    )
    await session.execute(
        waiting.values(answer=InvitationState.WITHDRAWN, answered_at=now, answered_by=by.person_id)
    )


async def _locked(session: Session, account_id: UUID, person_id: UUID) -> Member:
    await lock_account(session, account_id)
    member = await session.get(Member, (account_id, person_id))
    if member is None:
        raise _unknown_member()
    return member


async def _require_other_owner(session: Session, member: Member) -> None:
    """See that somebody stays who may say who acts; who is a person themselves always may."""
    account = await session.get_one(Account, member.account_id)
    if member.capacity != Capacity.OWNER or account.kind == AccountKind.PERSON:
        return
    others = select(func.count()).where(
        Member.account_id == member.account_id,
        Member.capacity == Capacity.OWNER,
        Member.person_id != member.person_id,
    )
    if not await session.scalar(others):
        raise Refused(
            "last-owner",
            "The account would have no owner left: make somebody else one before.",
            status=409,
        )


def _membership(member: Member, name: str, kind: str) -> Membership:
    return Membership(
        account_id=member.account_id,
        person_id=member.person_id,
        name=name,
        kind=AccountKind(kind),
        capacity=Capacity(member.capacity),
        since=member.since,
    )
