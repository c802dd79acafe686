"""Albums in the orders in which players list them: by name, by when, by what somebody thinks.

Players turn pages by how many they have seen, so a list that grows meanwhile tells some twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from base.database import Session
from catalog.chance import some_of
from catalog.genres import genre_of, with_children
from catalog.history import releases_heard
from catalog.liking import Kind
from catalog.models.listening import Favourite, Rating
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.models.words import ReleaseGenre
from catalog.states import ReleaseState


class AlbumOrder(StrEnum):
    """Orders by their names in OpenSubsonic (`AlbumListType`)."""

    RANDOM = "random"
    NEWEST = "newest"
    HIGHEST = "highest"
    FREQUENT = "frequent"
    RECENT = "recent"
    BY_NAME = "alphabeticalByName"
    BY_ARTIST = "alphabeticalByArtist"
    STARRED = "starred"
    BY_YEAR = "byYear"
    BY_GENRE = "byGenre"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumsAsked:
    """Which albums: of a genre, or of years; from the later year on where that is named first."""

    order: AlbumOrder
    genre: str = ""
    from_year: int = 0
    to_year: int = 9999


async def listed(
    session: Session, asked: AlbumsAsked, *, listener_id: UUID, limit: int, offset: int
) -> Sequence[UUID]:
    """Answer the numbers of releases that are out, in an order, from behind some on."""
    if asked.order is AlbumOrder.RANDOM:
        return await some_of(session, _OUT, Release.id, limit=limit)
    query = _in_order(asked, listener_id)
    return list(await session.scalars(query.limit(limit).offset(offset)))


def _in_order(asked: AlbumsAsked, listener_id: UUID) -> Select[Any]:
    match asked.order:
        case AlbumOrder.BY_NAME:
            return _OUT.order_by(Release.title, Release.id)
        case AlbumOrder.BY_ARTIST:
            return _OUT.order_by(Release.artist, Release.title, Release.id)
        case AlbumOrder.BY_YEAR:
            return _of_years(asked.from_year, asked.to_year)
        case AlbumOrder.BY_GENRE:
            return _newest(_is_of(asked.genre))
        case AlbumOrder.NEWEST | AlbumOrder.RANDOM:
            return _newest()
        case _:
            return _own(asked.order, listener_id)


def _own(order: AlbumOrder, listener_id: UUID) -> Select[Any]:
    if order is AlbumOrder.STARRED:
        return _marked(Favourite, Favourite.since, listener_id)
    if order is AlbumOrder.HIGHEST:
        return _marked(Rating, Rating.stars, listener_id)
    if order is AlbumOrder.FREQUENT:
        return _heard(listener_id)
    last = releases_heard(listener_id)
    joined = _OUT.join(last, last.c.release_id == Release.id)
    return joined.order_by(last.c.at.desc(), Release.id)


def _newest(*which: ColumnElement[bool]) -> Select[Any]:
    return _OUT.where(*which).order_by(Release.published_at.desc(), Release.id.desc())


def _of_years(first: int, last: int) -> Select[Any]:
    year = func.substr(Release.released_on, 1, 4)
    least, most = sorted((max(first, 0), max(last, 0)))
    query = _OUT.where(year >= f"{least:04}", year <= f"{most:04}")
    order = year.desc() if first > last else year
    return query.order_by(order, Release.title, Release.id)


def _is_of(genre: str) -> ColumnElement[bool]:
    known = genre_of(genre)
    wanted = with_children(known) if known else frozenset[str]()
    return Release.id.in_(
        select(ReleaseGenre.release_id).where(ReleaseGenre.genre.in_(sorted(wanted)))
    )


def _marked(model: type[Favourite | Rating], by: Any, listener_id: UUID) -> Select[Any]:  # noqa: ANN401 - a column
    is_theirs = model.account_id == listener_id, model.kind == Kind.RELEASE
    query = _OUT.join(model, model.subject_id == Release.id).where(*is_theirs)
    return query.order_by(by.desc(), Release.id)


def _heard(listener_id: UUID) -> Select[Any]:
    often = (
        select(ReleaseTrack.release_id, func.sum(Counter.plays).label("plays"))
        .join(Track, Track.id == ReleaseTrack.track_id)
        .join(Counter, Counter.recording_id == Track.recording_id)
        .where(Counter.listener_id == listener_id)
        .group_by(ReleaseTrack.release_id)
        .subquery("often")
    )
    joined = _OUT.join(often, often.c.release_id == Release.id)
    return joined.order_by(often.c.plays.desc(), Release.id)


_OUT = select(Release.id).where(Release.state == ReleaseState.PUBLISHED)
