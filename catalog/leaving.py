"""Somebody wants to be forgotten: asked for, taken back within some days, and then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select

from base.database import Session
from base.errors import Refused
from catalog.erasing import erase
from catalog.member_shares import held_at
from catalog.member_states import GOES_ON
from catalog.members import Membership, accounts_of, members_of
from catalog.models.memberships import Membership as CoopMembership
from catalog.models.music import Track
from catalog.models.people import AccountRole
from catalog.models.privacy import Erasure
from catalog.people import lock_account
from catalog.roles import AccountKind, Capacity, Role
from catalog.states import TrackState

#: Music that nobody hears any more, unless they own it.
_GONE = (TrackState.REJECTED, TrackState.WITHDRAWN, TrackState.REMOVED)
_OFFICES = (Role.TREASURER, Role.MODERATOR, Role.OPERATOR)
_AT_ONCE = 100


async def ask_erasure(
    session: Session, account_id: UUID, *, now: datetime, grace: timedelta
) -> Erasure:
    """Note that somebody wants to be forgotten; asked again, the first time counts.

    Raises:
        Refused: as `require_erasable` does.

    """
    await lock_account(session, account_id)
    await require_erasable(session, account_id)
    found = await session.get(Erasure, account_id)
    if found is None:
        found = Erasure(account_id=account_id, asked_at=now, due_at=now + grace)
        session.add(found)
        await session.flush()
    return found


async def erasure_of(session: Session, account_id: UUID) -> Erasure:
    """Answer when somebody is to be forgotten.

    Raises:
        Refused: `no-erasure`, 404.

    """
    found = await session.get(Erasure, account_id)
    if found is None:
        raise Refused("no-erasure", "Nobody asked to forget this account.", status=404)
    return found


async def stay(session: Session, account_id: UUID) -> None:
    """Take it back.

    Raises:
        Refused: `no-erasure`, 404.

    """
    await session.delete(await erasure_of(session, account_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """An artist or a label that somebody alone owns, and who else acts for it."""

    account: Membership
    others: Sequence[Membership]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why somebody cannot be forgotten yet, and what to do first."""

    code: str
    sentence: str
    accounts: Sequence[Alone] = ()


async def require_erasable(session: Session, account_id: UUID) -> None:
    """See that nothing stands under somebody's name that others rely on.

    Raises:
        Refused: `office-held`, `music-published`, `only-owner`, `member-still` or `shares-held`,
            409.

    """
    for one in await obstacles(session, account_id):
        raise Refused(one.code, one.sentence, status=409)


async def obstacles(session: Session, account_id: UUID) -> list[Obstacle]:
    """Answer all that stands under somebody's name that others rely on."""
    found = []
    held = select(AccountRole.role).where(AccountRole.account_id == account_id)
    if await session.scalar(select(exists(held.where(AccountRole.role.in_(_OFFICES))))):
        found.append(_OFFICE)
    track = select(Track.id).where(Track.owner_id == account_id, Track.state.not_in(_GONE))
    if await session.scalar(select(exists(track))):
        found.append(_MUSIC)
    if alone := await owned_alone(session, account_id):
        found.append(_only_owner(alone))
    return [*found, *await _as_member(session, account_id)]


_OFFICE = Obstacle(
    code="office-held", sentence="Who holds an office gives it up first: ask an operator."
)
_MUSIC = Obstacle(
    code="music-published",
    sentence="Music is published in your name. Withdraw it, or hand it over to another account, "
    "and ask again.",
)
_STILL = Obstacle(
    code="member-still",
    sentence="You are a member of the co-operative, or have applied to be one: resign first.",
)
_SHARES = Obstacle(
    code="shares-held",
    sentence="You hold shares of the co-operative: have them paid back, or transfer them first.",
)


def _only_owner(alone: Sequence[Alone]) -> Obstacle:
    names = " and ".join(one.account.name for one in alone)
    return Obstacle(
        code="only-owner",
        sentence=f"You are the only owner of {names}: hand it over to another member, or close it.",
        accounts=alone,
    )


async def owned_alone(session: Session, person_id: UUID) -> list[Alone]:
    """Answer the artists and labels that somebody owns, and nobody else."""
    found = []
    for account in await accounts_of(session, person_id):
        members = await members_of(session, account.account_id)
        owners = {one.person_id for one in members if one.capacity is Capacity.OWNER}
        if owners == {person_id} and account.kind is not AccountKind.PERSON:
            others = [one for one in members if one.person_id != person_id]
            found.append(Alone(account=account, others=others))
    return found


async def _as_member(session: Session, account_id: UUID) -> list[Obstacle]:
    query = select(CoopMembership).where(CoopMembership.account_id == account_id)
    rows = list(await session.scalars(query))
    found = [_STILL] if any(one.state in GOES_ON for one in rows) else []
    for row in rows:
        if row.state not in GOES_ON and await held_at(session, of=row.id):
            return [*found, _SHARES]
    return found


async def due_erasures(session: Session, *, now: datetime) -> list[UUID]:
    """Answer who is to be forgotten by now, some at a time."""
    query = select(Erasure.account_id).where(Erasure.due_at <= now).order_by(Erasure.due_at)
    return list(await session.scalars(query.limit(_AT_ONCE)))


async def forget(session: Session, account_id: UUID, *, now: datetime) -> bool:
    """Forget somebody whose time has come; answer whether they were.

    Who took it back at this moment stays; who published music since then, or became a member, as
    well: they have come back.
    """
    await lock_account(session, account_id)
    found = await session.get(Erasure, account_id, with_for_update=True, populate_existing=True)
    if found is None or found.due_at > now:
        return False
    try:
        await require_erasable(session, account_id)
    except Refused:
        await session.delete(found)
        return False
    await erase(session, account_id, now=now)
    return True
