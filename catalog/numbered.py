"""Lists that are turned by the number of a page, as earlier players do, and how long they are.

A list that grows meanwhile tells some twice; who can goes on behind the last (catalog.keysets).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from catalog.cards import is_for_all, placed
from catalog.chance import some_of
from catalog.discographies import is_heard_of_artist, is_heard_of_label
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel
from catalog.models.music import Track
from catalog.models.playlists import Playlist
from catalog.models.releases import Release
from catalog.models.search import SearchDocument, SearchKind
from catalog.models.words import ReleaseGenre, ReleaseTag, TrackGenre, TrackTag
from catalog.playlist_rules import Visibility
from catalog.states import ReleaseState


class TrackOrder(StrEnum):
    """In which order tracks are told."""

    NEWEST = "newest"
    OLDEST = "oldest"
    PLAYS = "plays"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A list of numbers of things; `order` puts them, and without one they come by chance."""

    query: Select[UUID]
    number: InstrumentedAttribute[UUID]
    order: tuple[SQLColumnExpression[Any], ...] = ()

    async def page(self, session: Session, *, limit: int, offset: int) -> list[UUID]:
        """Answer so many of them, behind so many."""
        if not self.order:
            return await some_of(session, self.query, self.number, limit=limit)
        ordered = self.query.order_by(*self.order).limit(limit).offset(offset)
        return list(await session.scalars(ordered))

    async def count(self, session: Session) -> int:
        """Answer how many there are."""
        query = select(func.count()).select_from(self.query.order_by(None).subquery())
        return await session.scalar(query) or 0


def releases_out(*, kind: str | None = None, is_random: bool = False) -> Numbered:
    """List releases that are out, of a type or of all, the newest first or by chance."""
    query = _OUT if kind is None else _OUT.where(Release.type == kind)
    return Numbered(query=query, number=Release.id, order=() if is_random else _NEWEST_RELEASE)


def releases_by(artist_id: UUID) -> Numbered:
    """List what an artist has put out, the newest first."""
    named = select(ReleaseArtist.release_id).where(
        ReleaseArtist.artist_id == artist_id, ReleaseArtist.confirmed_at.is_not(None)
    )
    return _releases(Release.id.in_(named))


def releases_of_label(label_id: UUID) -> Numbered:
    """List what a label has put out, the newest first."""
    return _releases(Release.id.in_(_put_out_by(label_id)))


def releases_owned(owner_id: UUID) -> Numbered:
    """List somebody's releases, whatever became of them, the newest first."""
    newest = Release.created_at.desc(), Release.id.desc()
    query = select(Release.id).where(Release.owner_id == owner_id)
    return Numbered(query=query, number=Release.id, order=newest)


def releases_tagged(tag: str, genre: str | None) -> Numbered:
    """List releases that are out with a tag, or of a genre, the newest first."""
    tagged = select(ReleaseTag.release_id).where(ReleaseTag.tag == tag)
    of_genre = select(ReleaseGenre.release_id).where(ReleaseGenre.genre == genre)
    return _releases(or_(Release.id.in_(tagged), Release.id.in_(of_genre)))


def tracks_heard(order: TrackOrder) -> Numbered:
    """List what there is to hear."""
    query, newest = _HEARD, (Track.created_at.desc(), Track.id.desc())
    match order:
        case TrackOrder.RANDOM:
            return Numbered(query=query, number=Track.id)
        case TrackOrder.OLDEST:
            return Numbered(query=query, number=Track.id, order=(Track.created_at, Track.id))
        case TrackOrder.PLAYS:
            document = (
                SearchDocument.kind == SearchKind.TRACK,
                SearchDocument.subject_id == Track.id,
            )
            often = func.coalesce(SearchDocument.popularity, 0).desc()
            joined = query.outerjoin(SearchDocument, document[0] & document[1])
            return Numbered(query=joined, number=Track.id, order=(often, *newest))
        case TrackOrder.NEWEST:
            return Numbered(query=query, number=Track.id, order=newest)


def tracks_tagged(tag: str, genre: str | None) -> Numbered:
    """List what there is to hear with a tag, or of a genre, the newest first."""
    tagged = select(TrackTag.track_id).where(TrackTag.tag == tag)
    of_genre = select(TrackGenre.track_id).where(TrackGenre.genre == genre)
    query = _HEARD.where(or_(Track.id.in_(tagged), Track.id.in_(of_genre)))
    return Numbered(query=query, number=Track.id, order=(Track.created_at.desc(), Track.id.desc()))


def artists_heard(*, is_newest: bool = False) -> Numbered:
    """List artists who are named on anything that can be heard, by name or the newest first."""
    query = select(Artist.id).where(is_heard_of_artist(Artist.id))
    return _artists(query, is_newest=is_newest)


def artists_of_label(label_id: UUID) -> Numbered:
    """List artists who are named on what a label has put out, by name."""
    named = select(ReleaseArtist.artist_id).where(
        ReleaseArtist.release_id.in_(_put_out_by(label_id).where(_IS_OUT)),
        ReleaseArtist.confirmed_at.is_not(None),
    )
    return _artists(select(Artist.id).where(Artist.id.in_(named)), is_newest=False)


def labels_heard() -> Numbered:
    """List labels that have put out anything, by name."""
    query = select(Label.id).where(is_heard_of_label(Label.id))
    return Numbered(query=query, number=Label.id, order=(Label.sort_name, Label.id))


def playlists_shown(*, owner_id: UUID | None = None, is_random: bool = False) -> Numbered:
    """List playlists that all may see, of one owner or of all; those first that changed last."""
    query = select(Playlist.id).where(Playlist.visibility == Visibility.PUBLIC)
    if owner_id is not None:
        query = query.where(Playlist.owner_id == owner_id)
    return _playlists(query, is_random=is_random)


def playlists_owned(owner_id: UUID) -> Numbered:
    """List somebody's playlists, those first that changed last."""
    return _playlists(select(Playlist.id).where(Playlist.owner_id == owner_id), is_random=False)


def _releases(which: ColumnElement[bool]) -> Numbered:
    return Numbered(query=_OUT.where(which), number=Release.id, order=_NEWEST_RELEASE)


def _artists(query: Select[UUID], *, is_newest: bool) -> Numbered:
    by_name = Artist.sort_name, Artist.id
    newest = Artist.created_at.desc(), Artist.id.desc()
    return Numbered(query=query, number=Artist.id, order=newest if is_newest else by_name)


def _playlists(query: Select[UUID], *, is_random: bool) -> Numbered:
    last = Playlist.changed_at.desc(), Playlist.id.desc()
    return Numbered(query=query, number=Playlist.id, order=() if is_random else last)


def _put_out_by(label_id: UUID) -> Select[UUID]:
    query = select(ReleaseLabel.release_id).join(Release, Release.id == ReleaseLabel.release_id)
    return query.where(ReleaseLabel.label_id == label_id, ReleaseLabel.confirmed_at.is_not(None))


_IS_OUT = Release.state == ReleaseState.PUBLISHED
_OUT = select(Release.id).where(_IS_OUT)
_NEWEST_RELEASE = Release.published_at.desc(), Release.id.desc()
_HEARD = placed(select(Track.id).select_from(Track)).where(is_for_all())
