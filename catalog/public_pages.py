"""What anyone may look at, by its id: for maps of the site, a stretch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from base.database import Session
from catalog.cards import is_for_all, placed
from catalog.discographies import is_heard_of_artist
from catalog.models.artists import Artist
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.states import ReleaseState

#: Of a map (a map may have 50 000).
STRETCH = 10_000


class Shown(StrEnum):
    """What has pages of its own; the first part of their addresses."""

    RELEASES = "releases"
    TRACKS = "tracks"
    ARTISTS = "artists"


#: Each as its id, and when it changed.
_PAGES: Mapping[Shown, Select[*tuple[Any, ...]]] = MappingProxyType(
    {
        Shown.RELEASES: select(Release.id, Release.changed_at.label("at")).where(
            Release.state == ReleaseState.PUBLISHED
        ),
        Shown.TRACKS: placed(select(Track.id, Track.changed_at.label("at"))).where(is_for_all()),
        Shown.ARTISTS: select(Artist.id, Artist.changed_at.label("at")).where(
            is_heard_of_artist(Artist.id)
        ),
    }
)
_IDS = {Shown.RELEASES: Release.id, Shown.TRACKS: Track.id, Shown.ARTISTS: Artist.id}


async def first_of_stretches(
    session: Session, shown: Shown, *, length: int = STRETCH
) -> list[UUID]:
    """Answer with which id each stretch begins, in one statement."""
    column = _IDS[shown]
    number = func.row_number().over(order_by=column).label("number")
    rows = _PAGES[shown].add_columns(number).subquery()
    query = select(rows.c.id).where((rows.c.number - 1) % length == 0).order_by(rows.c.id)
    return list(await session.scalars(query))


async def stretch_from(
    session: Session, shown: Shown, first: UUID, *, length: int = STRETCH
) -> list[tuple[UUID, datetime]]:
    """Answer a stretch, from an id on: ids, and when what they are of changed."""
    column = _IDS[shown]
    query = _PAGES[shown].where(column >= first).order_by(column).limit(length)
    return [(row.id, row.at) for row in await session.execute(query)]
