"""Who makes a playlist together with its owner, and how they are invited."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from base.database import Session, is_new
from base.errors import Refused
from catalog.credentials import digest_of
from catalog.models.people import Account
from catalog.models.playlists import Playlist, PlaylistInvitation, PlaylistMember
from catalog.playlist_rules import MOST_INVITATIONS, MOST_MEMBERS, Part
from catalog.playlists import note_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who is let in."""

    account_id: UUID
    name: str
    part: Part
    joined_at: datetime


async def members_of(session: Session, playlist_id: UUID) -> list[Member]:
    """Answer who is let in beside the owner, in the order in which they came."""
    query = (
        select(PlaylistMember, Account.name)
        .join(Account, Account.id == PlaylistMember.account_id)
        .where(PlaylistMember.playlist_id == playlist_id)
        .order_by(PlaylistMember.joined_at, PlaylistMember.account_id)
    )
    return [
        Member(
            account_id=one.account_id,
            name=name,
            part=Part(one.capacity),
            joined_at=one.joined_at,
        )
        for one, name in await session.execute(query)
    ]


async def invite(
    session: Session, playlist: Playlist, part: Part, *, within: timedelta, now: datetime
) -> str:
    """Answer a code: whoever has it may become a member, as long as it lasts.

    Raises:
        Refused: `too-many`, 409.

    """
    mine = PlaylistInvitation.playlist_id == playlist.id
    await session.execute(delete(PlaylistInvitation).where(PlaylistInvitation.expires_at <= now))
    count = await session.scalar(select(func.count()).where(mine)) or 0
    if count >= MOST_INVITATIONS:
        raise Refused("too-many", "There are many invitations open: end them first.", status=409)
    code = secrets.token_urlsafe(18)
    session.add(
        PlaylistInvitation(
            digest=digest_of(code),
            playlist_id=playlist.id,
            capacity=part,
            made_at=now,
            expires_at=now + within,
        )
    )
    await session.flush()
    return code


async def end_invitations(session: Session, playlist_id: UUID) -> None:
    """Let no code of a playlist lead in any more."""
    mine = PlaylistInvitation.playlist_id == playlist_id
    await session.execute(delete(PlaylistInvitation).where(mine))


async def join(session: Session, code: str, account_id: UUID, *, now: datetime) -> UUID:
    """Let somebody be what an invitation says; answer the playlist.

    Who is more already stays so.

    Raises:
        Refused: `invitation-unknown`, 404; `too-many`, 409.

    """
    invitation = await session.get(PlaylistInvitation, digest_of(code))
    if invitation is None or invitation.expires_at <= now:
        raise Refused(
            "invitation-unknown", "The invitation is not there, or is over: ask again.", status=404
        )
    playlist = await session.get_one(Playlist, invitation.playlist_id, with_for_update=True)
    if playlist.owner_id != account_id:
        await _take_in(session, playlist, account_id, Part(invitation.capacity), now=now)
    return playlist.id


async def _take_in(
    session: Session, playlist: Playlist, account_id: UUID, part: Part, *, now: datetime
) -> None:
    known = await session.get(PlaylistMember, (playlist.id, account_id))
    if known is not None:
        known.capacity = Part.EDITOR if Part.EDITOR in {known.capacity, part} else part
        return
    count = select(func.count()).where(PlaylistMember.playlist_id == playlist.id)
    if (await session.scalar(count) or 0) >= MOST_MEMBERS:
        raise Refused("too-many", f"A playlist has {MOST_MEMBERS} members at most.", status=409)
    row = {
        "playlist_id": playlist.id,
        "account_id": account_id,
        "capacity": str(part),
        "joined_at": now,
    }
    await is_new(session, PlaylistMember, row)
    note_change(playlist, now=now)


async def change_member(
    session: Session, playlist: Playlist, account_id: UUID, part: Part, *, now: datetime
) -> None:
    """Let a member be something else; who may do less comes to no more by a code they have.

    Raises:
        Refused: `member-unknown`, 404.

    """
    (await _member(session, playlist, account_id)).capacity = part
    if part is Part.VIEWER:
        await end_invitations(session, playlist.id)
    note_change(playlist, now=now)


async def remove_member(
    session: Session, playlist: Playlist, account_id: UUID, *, now: datetime
) -> None:
    """Let somebody be a member no more.

    Raises:
        Refused: `member-unknown`, 404.

    """
    await session.delete(await _member(session, playlist, account_id))
    note_change(playlist, now=now)


async def send_away(
    session: Session, playlist: Playlist, account_id: UUID, *, now: datetime
) -> None:
    """Let somebody be a member no more, who does not come back by a code they have.

    Raises:
        Refused: `member-unknown`, 404.

    """
    await remove_member(session, playlist, account_id, now=now)
    await end_invitations(session, playlist.id)


async def _member(session: Session, playlist: Playlist, account_id: UUID) -> PlaylistMember:
    found = await session.get(PlaylistMember, (playlist.id, account_id))
    if found is None:
        raise Refused("member-unknown", "They are no member of the playlist.", status=404)
    return found
