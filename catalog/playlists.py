"""Playlists: who may see and change them, what they are called, and which there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select

from base.database import Session
from base.errors import Refused
from catalog.keysets import behind
from catalog.liking import Kind
from catalog.models.listening import Favourite
from catalog.models.people import Account
from catalog.models.playlists import Playlist, PlaylistEntry, PlaylistInvitation, PlaylistMember
from catalog.playlist_rules import (
    MOST_PLAYLISTS,
    Part,
    Visibility,
    may_edit,
    may_keep,
    may_see,
)

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a playlist is called, what is said of it, and who may see it."""

    title: str
    description: str = ""
    visibility: Visibility = Visibility.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A playlist, whose it is, and what somebody is to it."""

    playlist: Playlist
    owner: str
    part: Part | None


async def create(session: Session, owner_id: UUID, wording: Wording, *, now: datetime) -> Playlist:
    """Make an empty playlist.

    Raises:
        Refused: `too-many`, 409.

    """
    count = select(func.count()).where(Playlist.owner_id == owner_id)
    if (await session.scalar(count) or 0) >= MOST_PLAYLISTS:
        raise Refused("too-many", f"You have {MOST_PLAYLISTS} playlists already.", status=409)
    made = Playlist(
        id=uuid4(),
        owner_id=owner_id,
        title=wording.title,
        description=wording.description,
        visibility=wording.visibility,
        version=1,
        tracks=0,
        duration_ms=0,
        created_at=now,
        changed_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def shown(
    session: Session, playlist_id: UUID, for_id: UUID | None, *, lock: bool = False
) -> Shown:
    """Answer a playlist to somebody who may see it; locked, nobody changes it meanwhile.

    Raises:
        Refused: `playlist-unknown`, 404.

    """
    query = (
        select(Playlist, Account.name, PlaylistMember.capacity)
        .join(Account, Account.id == Playlist.owner_id)
        .outerjoin(
            PlaylistMember,
            (PlaylistMember.playlist_id == Playlist.id) & (PlaylistMember.account_id == for_id),
        )
        .where(Playlist.id == playlist_id)
        .execution_options(populate_existing=lock)
    )
    if lock:
        query = query.with_for_update(of=Playlist)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise unknown_playlist()
    playlist, owner, capacity = row
    found = Shown(playlist=playlist, owner=owner, part=_part(playlist, for_id, capacity))
    if not may_see(Visibility(playlist.visibility), found.part):
        raise unknown_playlist()
    return found


async def editable(session: Session, playlist_id: UUID, for_id: UUID) -> Shown:
    """Lock a playlist for somebody who may change what is on it.

    Raises:
        Refused: `playlist-unknown`, 404; `not-allowed`, 403.

    """
    found = await shown(session, playlist_id, for_id, lock=True)
    if not may_edit(found.part):
        raise _not_allowed("Only its owner and editors may change a playlist.")
    return found


async def keepable(session: Session, playlist_id: UUID, for_id: UUID) -> Shown:
    """Lock a playlist for its owner.

    Raises:
        Refused: `playlist-unknown`, 404; `not-allowed`, 403.

    """
    found = await shown(session, playlist_id, for_id, lock=True)
    if not may_keep(found.part):
        raise _not_allowed("Only the owner of a playlist may do this.")
    return found


def word(playlist: Playlist, wording: Wording, *, now: datetime) -> None:
    """Call a playlist something else, or let others see it."""
    playlist.title, playlist.description = wording.title, wording.description
    playlist.visibility = wording.visibility
    note_change(playlist, now=now)


def note_change(playlist: Playlist, *, now: datetime) -> None:
    """Count a change of a playlist that is locked."""
    playlist.version += 1
    playlist.changed_at = now


async def remove(session: Session, playlist_ids: Collection[UUID]) -> None:
    """Delete playlists, and all that stands on them."""
    ids = list(playlist_ids)
    liked = Favourite.kind == Kind.PLAYLIST, Favourite.subject_id.in_(ids)
    for gone in (
        delete(PlaylistEntry).where(PlaylistEntry.playlist_id.in_(ids)),
        delete(PlaylistMember).where(PlaylistMember.playlist_id.in_(ids)),
        delete(PlaylistInvitation).where(PlaylistInvitation.playlist_id.in_(ids)),
        delete(Favourite).where(*liked),
        delete(Playlist).where(Playlist.id.in_(ids)),
    ):
        await session.execute(gone.execution_options(synchronize_session=False))


async def owned_by(
    session: Session, owner_id: UUID, *, limit: int, after: Place | None = None, public: bool
) -> list[Shown]:
    """Answer somebody's playlists, or those that all may see, the newest first."""
    order = Playlist.created_at, Playlist.id
    query = _listed().where(Playlist.owner_id == owner_id)
    if public:
        query = query.where(Playlist.visibility == Visibility.PUBLIC)
    query = query.where(behind(order, after, descending=True))
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    part = None if public else Part.OWNER
    return [Shown(playlist=playlist, owner=owner, part=part) for playlist, owner in rows]


async def shared_with(
    session: Session, account_id: UUID, *, limit: int, after: Place | None = None
) -> list[tuple[Shown, datetime]]:
    """Answer playlists of others of which somebody is a member, and since when."""
    order = PlaylistMember.joined_at, PlaylistMember.playlist_id
    query = (
        _listed()
        .add_columns(PlaylistMember.capacity, PlaylistMember.joined_at)
        .join(PlaylistMember, PlaylistMember.playlist_id == Playlist.id)
        .where(PlaylistMember.account_id == account_id, behind(order, after, descending=True))
    )
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [
        (Shown(playlist=playlist, owner=owner, part=Part(capacity)), joined_at)
        for playlist, owner, capacity, joined_at in rows
    ]


async def public_of(
    session: Session, people: Select[UUID], *, limit: int, after: Place | None = None
) -> list[Shown]:
    """Answer public playlists of some people, those first that changed last."""
    order = Playlist.changed_at, Playlist.id
    public = Playlist.visibility == Visibility.PUBLIC, Playlist.owner_id.in_(people)
    query = _listed().where(*public, behind(order, after, descending=True))
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [Shown(playlist=playlist, owner=owner, part=None) for playlist, owner in rows]


async def playlists_by_id(
    session: Session, ids: Collection[UUID], *, for_id: UUID | None
) -> dict[UUID, Shown]:
    """Answer playlists that somebody may see, by their id."""
    query = _listed().add_columns(PlaylistMember.capacity)
    mine = PlaylistMember.account_id == for_id
    query = query.outerjoin(PlaylistMember, (PlaylistMember.playlist_id == Playlist.id) & mine)
    found: dict[UUID, Shown] = {}
    for playlist, owner, capacity in await session.execute(query.where(Playlist.id.in_(ids))):
        part = _part(playlist, for_id, capacity)
        if may_see(Visibility(playlist.visibility), part):
            found[playlist.id] = Shown(playlist=playlist, owner=owner, part=part)
    return found


def unknown_playlist() -> Refused:
    """Say that there is none, whether there is one or not."""
    return Refused("playlist-unknown", "There is no such playlist.", status=404)


def _part(playlist: Playlist, for_id: UUID | None, capacity: str | None) -> Part | None:
    if playlist.owner_id == for_id:
        return Part.OWNER
    return None if capacity is None else Part(capacity)


def _listed() -> Select[Playlist, str]:
    return select(Playlist, Account.name).join(Account, Account.id == Playlist.owner_id)


def _not_allowed(sentence: str) -> Refused:
    return Refused("not-allowed", sentence, status=403)
