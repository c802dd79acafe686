"""What reports of sales call tracks: as they are published today, whatever became of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from base.bulk import in_parts
from base.database import Session
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.reported_music import Reported


async def reported(session: Session, tracks: Collection[UUID]) -> dict[UUID, Reported]:
    """Answer each of the tracks; one that there is not is known by its number alone."""
    found: dict[UUID, Reported] = {
        one: Reported(track_id=str(one), release_id=str(one)) for one in tracks
    }
    for part in in_parts(sorted(tracks)):
        query = (
            select(Track, Recording.isrc, Release)
            .join(Recording, Recording.id == Track.recording_id)
            .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
            .outerjoin(Release, Release.id == ReleaseTrack.release_id)
            .where(Track.id.in_(part))
        )
        for track, isrc, release in await session.execute(query):
            found[track.id] = _reported(track, isrc or "", release)
    return found


def _reported(track: Track, isrc: str, release: Release | None) -> Reported:
    if release is None:
        return Reported(
            track_id=str(track.id),
            release_id=str(track.id),
            isrc=isrc,
            title=track.title,
            artist=track.artist,
        )
    return Reported(
        track_id=str(track.id),
        release_id=str(release.id),
        isrc=isrc,
        title=track.title,
        artist=track.artist,
        release=release.title,
        release_artist=release.artist,
        label=release.label or "",
        grid=release.grid or "",
        icpn=release.upc or "",
        catalogue_number=release.catalogue_number or "",
    )
