"""How tracks are told elsewhere: as they are called and numbered now."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from catalog.listens import Listen
from catalog.models.artists import Artist, TrackArtist
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack


async def listens_of(session: Session, tracks: Collection[UUID]) -> dict[UUID, Listen]:
    """Answer how tracks are told; however many there are, it is two questions."""
    query = (
        select(
            *(Track.id, Track.title, Track.artist, Track.mbid, Recording.isrc),
            *(
                ReleaseTrack.position,
                Release.title.label("release"),
                Release.mbid.label("release_mbid"),
            ),
        )
        .join(Recording, Recording.id == Track.recording_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .where(Track.id.in_(tracks))
    )
    artists = await _artist_mbids(session, tracks)
    return {
        row.id: Listen(
            track=row.title,
            artist=row.artist,
            release=row.release,
            number=row.position,
            isrc=row.isrc,
            recording_mbid=row.mbid,
            release_mbid=row.release_mbid,
            artist_mbids=artists.get(row.id, ()),
        )
        for row in await session.execute(query)
    }


async def _artist_mbids(session: Session, tracks: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    query = (
        select(TrackArtist.track_id, Artist.mbid)
        .join(Artist, Artist.id == TrackArtist.artist_id)
        .where(TrackArtist.track_id.in_(tracks))
        .order_by(TrackArtist.track_id, TrackArtist.number)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for track_id, mbid in await session.execute(query):
        if mbid is not None:
            found[track_id] = (*found.get(track_id, ()), mbid)
    return found
