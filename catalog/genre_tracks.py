"""What there is to hear of a genre, and of which genres there is any."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, union

from base.database import Session
from catalog.cards import is_for_all, placed
from catalog.keysets import behind
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.models.words import ReleaseGenre, TrackGenre

#: Where a list goes on: when the last track was made, and its id.
Place = tuple[datetime, UUID]


async def tracks_of_genres(
    session: Session, genres: Collection[str], *, after: Place | None, limit: int
) -> list[Place]:
    """Answer tracks that all can hear, or whose release is, of any of some genres; newest first."""
    order = Track.created_at, Track.id
    query = placed(select(*order)).where(_is_of(genres), is_for_all())
    query = query.where(behind(order, after, descending=True))
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [(at, track_id) for at, track_id in rows]


async def genres_said(session: Session) -> set[str]:
    """Answer the genres of which anything is, whoever may hear it."""
    said = union(select(TrackGenre.genre), select(ReleaseGenre.genre))
    return set(await session.scalars(said))


def _is_of(genres: Collection[str]) -> ColumnElement[bool]:
    tracks = select(TrackGenre.track_id).where(TrackGenre.genre.in_(genres))
    releases = select(ReleaseGenre.release_id).where(ReleaseGenre.genre.in_(genres))
    return or_(Track.id.in_(tracks), Release.id.in_(releases))
