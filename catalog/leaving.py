"""Somebody wants to be forgotten: asked for, taken back within some days, and then done."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from base.database import Session
from base.errors import Refused
from catalog.erasing import erase
from catalog.member_shares import held_at
from catalog.member_states import GOES_ON
from catalog.models.memberships import Membership
from catalog.models.music import Track
from catalog.models.people import AccountRole, Member
from catalog.models.privacy import Erasure
from catalog.people import lock_account
from catalog.roles import Capacity, Role
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


async def require_erasable(session: Session, account_id: UUID) -> None:
    """See that nothing stands under somebody's name that others rely on.

    Raises:
        Refused: `office-held`, `music-published`, `only-owner`, `member-still` or `shares-held`,
            409.

    """
    held = select(AccountRole.role).where(AccountRole.account_id == account_id)
    if await session.scalar(select(exists(held.where(AccountRole.role.in_(_OFFICES))))):
        raise Refused(
            "office-held", "Who holds an office gives it up first: ask an operator.", status=409
        )
    track = select(Track.id).where(Track.owner_id == account_id, Track.state.not_in(_GONE))
    if await session.scalar(select(exists(track))):
        raise Refused(
            "music-published",
            "Music is published in your name. Withdraw it, or hand it over to another account, and "
            "ask again.",
            status=409,
        )
    await _require_no_account_left_alone(session, account_id)
    await _require_no_member(session, account_id)


async def _require_no_account_left_alone(session: Session, account_id: UUID) -> None:
    """See that whatever artist or label somebody owns has another owner."""
    other = aliased(Member)
    others = exists().where(
        other.account_id == Member.account_id,
        other.person_id != account_id,
        other.capacity == Capacity.OWNER,
    )
    alone = select(Member.account_id).where(
        Member.person_id == account_id, Member.capacity == Capacity.OWNER, ~others
    )
    if await session.scalar(select(exists(alone))):
        raise Refused(
            "only-owner",
            "You are the only owner of an artist or a label: make somebody else an owner first.",
            status=409,
        )


async def _require_no_member(session: Session, account_id: UUID) -> None:
    query = select(Membership).where(Membership.account_id == account_id)
    for membership in await session.scalars(query):
        if membership.state in GOES_ON:
            raise Refused(
                "member-still",
                "You are a member of the co-operative, or have applied to be one: resign first.",
                status=409,
            )
        if await held_at(session, of=membership.id):
            raise Refused(
                "shares-held",
                "You hold shares of the co-operative: have them paid back, or transfer them first.",
                status=409,
            )


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
