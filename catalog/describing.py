"""Describes tracks for reports: many at once, in two questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from base.bulk import among, in_parts
from base.database import Session
from catalog.credit_roles import RoleKind
from catalog.described import Person, ReleaseDescribed, TrackDescribed
from catalog.models.base import table_of
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.releases import Credit, Release, ReleaseTrack

_TRACKS, _RECORDINGS = table_of(Track).c, table_of(Recording).c
_PLACES, _RELEASES = table_of(ReleaseTrack).c, table_of(Release).c
_MASTERS, _CREDITS = table_of(Master).c, table_of(Credit).c
_RELEASE = (
    *("title", "artist", "upc", "grid", "catalogue_number", "type", "label", "p_year", "p_owner"),
)


async def describe(session: Session, tracks: Collection[UUID]) -> dict[UUID, TrackDescribed]:
    """Answer what is known of tracks; of those that there are."""
    found: dict[UUID, TrackDescribed] = {}
    for some in in_parts(sorted(tracks)):
        credited = await _credited(session, some)
        query = (
            select(
                *(_TRACKS.id, _TRACKS.title, _TRACKS.artist, _TRACKS.iswc, _TRACKS.recording_id),
                *(_RECORDINGS.isrc, _MASTERS.samples, _MASTERS.sample_rate),
                _RELEASES.id.label("release_id"),
                *(_RELEASES[name].label(f"release_{name}") for name in _RELEASE),
            )
            .join(Recording, _RECORDINGS.id == _TRACKS.recording_id)
            .outerjoin(Master, _MASTERS.id == _TRACKS.master_id)
            .outerjoin(ReleaseTrack, _PLACES.track_id == _TRACKS.id)
            .outerjoin(Release, _RELEASES.id == _PLACES.release_id)
            .where(among(session, _TRACKS.id, some))
        )
        for row in await session.execute(query):
            found[row.id] = _described(row, credited.get(row.id, []))
    return found


async def _credited(session: Session, tracks: Collection[UUID]) -> dict[UUID, list[Person]]:
    query = select(_CREDITS.track_id, _CREDITS.name, _CREDITS.kind, _CREDITS.isni)
    query = query.where(among(session, _CREDITS.track_id, list(tracks)))
    found: dict[UUID, list[Person]] = defaultdict(list)
    for one in await session.execute(query.order_by(_CREDITS.track_id, _CREDITS.number)):
        found[one.track_id].append(Person(name=one.name, role=RoleKind(one.kind), isni=one.isni))
    return found


def _described(row: Row[Any], persons: list[Person]) -> TrackDescribed:
    is_known = row.samples is not None and row.sample_rate
    return TrackDescribed(
        id=row.id,
        recording_id=row.recording_id,
        title=row.title,
        artist=row.artist,
        isrc=row.isrc,
        iswc=row.iswc,
        duration_ms=row.samples * 1000 // row.sample_rate if is_known else None,
        release=None if row.release_id is None else _release(row),
        credits=tuple(persons),
    )


def _release(row: Row[Any]) -> ReleaseDescribed:
    told = [str(one) for one in (row.release_p_year, row.release_p_owner) if one]
    return ReleaseDescribed(
        id=row.release_id,
        title=row.release_title,
        artist=row.release_artist,
        upc=row.release_upc,
        grid=row.release_grid,
        catalogue_number=row.release_catalogue_number,
        type=row.release_type,
        label=row.release_label,
        p_line=" ".join(told) or None,
    )
