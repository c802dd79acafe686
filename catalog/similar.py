"""Songs that a player asks for without naming them: what is near, what is heard most, by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select

from base.database import Session
from base.several import among_told
from catalog.cards import is_for_all, placed
from catalog.chance import some_of
from catalog.genres import genre_of, with_children
from catalog.models.artists import Artist, TrackArtist
from catalog.models.charts import Neighbour
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.models.search import SearchDocument, SearchKind
from catalog.models.words import ReleaseGenre, TrackGenre
from catalog.words import folded, sort_name_of

_FOREVER = 9999


async def heard_beside(session: Session, tracks: Sequence[UUID], *, limit: int) -> Sequence[UUID]:
    """Answer songs that those hear who hear some songs, the nearest first; none of these."""
    told = {"ids": tracks, "most": limit + len(tracks)}
    rows = await session.execute(_BESIDE, told)
    known = set(tracks)
    found = dict.fromkeys(row.track_id for row in rows if row.track_id not in known)
    return list(found)[:limit]


async def most_played_of(
    session: Session, *, artist_id: UUID | None, name: str, limit: int
) -> Sequence[UUID]:
    """Answer the songs of an artist that were heard most lately, by their number or their name."""
    which = Artist.id == artist_id
    if artist_id is None:
        which = Artist.sort_name == folded(sort_name_of(name))
    named = (
        select(TrackArtist.track_id)
        .join(Artist, Artist.id == TrackArtist.artist_id)
        .where(which, TrackArtist.confirmed_at.is_not(None))
    )
    query = _heard().outerjoin(
        SearchDocument,
        (SearchDocument.kind == SearchKind.TRACK) & (SearchDocument.subject_id == Track.id),
    )
    order = func.coalesce(SearchDocument.popularity, 0).desc(), Track.created_at.desc(), Track.id
    return list(
        await session.scalars(query.where(Track.id.in_(named)).order_by(*order).limit(limit))
    )


async def of_chance(
    session: Session, *, limit: int, genre: str, years: tuple[int, int]
) -> Sequence[UUID]:
    """Answer songs by chance: those behind a number of chance, as theirs are of chance, too."""
    query = _heard()
    if genre:
        known = genre_of(genre)
        query = query.where(_is_of(sorted(with_children(known) if known else ())))
    first, last = years
    if first > 0 or last < _FOREVER:
        year = func.substr(Release.released_on, 1, 4)
        query = query.where(year >= f"{first:04}", year <= f"{last:04}")
    return await some_of(session, query, Track.id, limit=limit)


async def all_tracks(session: Session, *, limit: int, offset: int) -> Sequence[UUID]:
    """Answer all songs, from behind some on, for players that keep a list of their own."""
    query = _heard().order_by(Track.created_at, Track.id).limit(limit).offset(offset)
    return list(await session.scalars(query))


def _heard() -> Select[Any]:
    return placed(select(Track.id).select_from(Track)).where(is_for_all())


def _is_of(genres: Sequence[str]) -> ColumnElement[bool]:
    tracks = select(TrackGenre.track_id).where(TrackGenre.genre.in_(genres))
    releases = select(ReleaseGenre.release_id).where(ReleaseGenre.genre.in_(genres))
    return or_(Track.id.in_(tracks), Release.id.in_(releases))


_NEAR = (
    select(Neighbour.neighbour_id, func.max(Neighbour.score).label("score"))
    .join(Track, Track.recording_id == Neighbour.recording_id)
    .where(among_told(Track.id, "ids"))
    .group_by(Neighbour.neighbour_id)
    .subquery("near")
)
_BESIDE = (
    placed(select(Track.id.label("track_id")).select_from(Track))
    .join(_NEAR, _NEAR.c.neighbour_id == Track.recording_id)
    .where(is_for_all())
    .order_by(_NEAR.c.score.desc(), Track.id)
    .limit(bindparam("most", type_=Integer()))
)
