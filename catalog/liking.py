"""What can be liked, rated and followed; and what each of it is called, in one statement a kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, literal, null, or_, select

from base.database import Session
from base.errors import Refused
from catalog.artworks import is_shown
from catalog.cards import is_for_all, placed, was_out
from catalog.discographies import is_heard_of_artist, is_heard_of_label
from catalog.models.artists import Artist, Label
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.playlists import Playlist, PlaylistMember
from catalog.models.releases import Release
from catalog.pictures import PictureOf, Shown
from catalog.playlist_rules import Visibility
from catalog.states import ReleaseState


class Kind(StrEnum):
    """What somebody may like, or wants to hear of."""

    TRACK = "track"
    RELEASE = "release"
    ARTIST = "artist"
    LABEL = "label"
    PERSON = "person"
    PLAYLIST = "playlist"


LIKED = (Kind.TRACK, Kind.RELEASE, Kind.ARTIST, Kind.PLAYLIST)
RATED = (Kind.TRACK, Kind.RELEASE, Kind.ARTIST)
FOLLOWED = (Kind.ARTIST, Kind.LABEL, Kind.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a subject is called and by whom it is; `is_there` unless it is hidden or withdrawn.

    The picture of a track its card tells.
    """

    id: UUID
    title: str
    by: str | None
    picture: PictureOf | None
    is_there: bool


async def named(
    session: Session, kind: Kind, ids: Collection[UUID], *, for_id: UUID | None
) -> dict[UUID, Named]:
    """Answer what subjects are called, as far as somebody may know of them."""
    query = _named(kind, for_id)
    found = await session.execute(query.where(query.selected_columns["id"].in_(list(ids))))
    return {
        row.id: Named(
            id=row.id,
            title=row.title,
            by=row.by,
            picture=PictureOf(kind=Shown(kind), id=row.id) if row.has_picture else None,
            is_there=bool(row.is_there),
        )
        for row in found
    }


async def require_there(
    session: Session, kind: Kind, subject_id: UUID, *, for_id: UUID | None
) -> None:
    """See that there is such a thing, and that somebody may know of it.

    Raises:
        Refused: `<kind>-unknown`, 404.

    """
    found = (await named(session, kind, [subject_id], for_id=for_id)).get(subject_id)
    if found is None or not found.is_there:
        raise Refused(f"{kind}-unknown", f"There is no such {kind}.", status=404)


def _named(kind: Kind, for_id: UUID | None) -> Select[*tuple[Any, ...]]:
    match kind:
        case Kind.TRACK:
            track = Track.id, Track.title, Track.artist.label("by"), _NO_PICTURE
            found = placed(select(*track, is_for_all().label("is_there")).select_from(Track))
            return found.where(or_(was_out(), Track.owner_id == for_id))
        case Kind.RELEASE:
            release = Release.id, Release.title, Release.artist.label("by")
            is_out = Release.state == ReleaseState.PUBLISHED
            has_cover = Release.artwork_id.is_not(None).label("has_picture")
            return select(*release, has_cover, is_out.label("is_there"))
        case Kind.PLAYLIST:
            return _playlists(for_id)
        case Kind.PERSON:
            # Who shows nothing to all is not told of.
            shown = exists().where(
                Playlist.owner_id == Account.id, Playlist.visibility == Visibility.PUBLIC
            )
            is_known = (Account.erased_at.is_(None) & shown).label("is_there")
            who = Account.id, Account.name.label("title"), _NOBODY, _NO_PICTURE
            query = select(*who, is_known)
            return query.where(shown)
        case _:
            is_artist = kind is Kind.ARTIST
            model = Artist if is_artist else Label
            is_heard_of = (is_heard_of_artist if is_artist else is_heard_of_label)(model.id)
            here = is_heard_of.label("is_there")
            has_picture = is_shown(model.artwork_id).label("has_picture")
            query = select(model.id, model.name.label("title"), _NOBODY, has_picture, here)
            return query.where(or_(is_heard_of, model.account_id == for_id))


_NOBODY, _NO_PICTURE = null().label("by"), false().label("has_picture")


def _playlists(for_id: UUID | None) -> Select[*tuple[Any, ...]]:
    mine: ColumnElement[bool] = false()
    if for_id is not None:
        shared = select(PlaylistMember.playlist_id).where(PlaylistMember.account_id == for_id)
        mine = or_(Playlist.owner_id == for_id, Playlist.id.in_(shared))
    is_seen = or_(Playlist.visibility != Visibility.PRIVATE, mine)
    head = Playlist.id, Playlist.title, Account.name.label("by"), _NO_PICTURE
    here = literal(value=True).label("is_there")
    query = select(*head, here).join(Account, Account.id == Playlist.owner_id)
    return query.where(is_seen)
