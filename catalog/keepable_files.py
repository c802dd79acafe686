"""The files that owners of tracks may keep, and what is known of them, of many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import load_only

from base.database import Session
from catalog.generations import CURRENT
from catalog.models.base import table_of
from catalog.models.files import KEPT, Master, Rendition
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import Published
from catalog.states import TrackState


async def keepable_files(session: Session, tracks: Collection[UUID]) -> dict[UUID, list[Rendition]]:
    """Answer the files of each track in which it can be kept, FLAC and then the largest first."""
    is_kept = or_(Rendition.is_download, Rendition.rung == KEPT)
    query = (
        select(Track.id, Rendition)
        .join(Rendition, Rendition.master_id == Track.master_id)
        .where(Track.id.in_(list(tracks)), is_kept, CURRENT)
        .order_by(Rendition.rung != KEPT, Rendition.size_bytes.desc(), Rendition.rung)
    )
    found: dict[UUID, list[Rendition]] = defaultdict(list)
    for track, rendition in await session.execute(query):
        found[track].append(rendition)
    return found


async def tracks_to_keep(session: Session, tracks: Collection[UUID]) -> dict[UUID, Published]:
    """Answer tracks that were not removed, with where they stand and what of each can be sent."""
    query = (
        select(Track, Master, Release, ReleaseTrack)
        .join(Master, Track.master_id == Master.id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, ReleaseTrack.release_id == Release.id)
        .where(Track.id.in_(list(tracks)), Track.state != TrackState.REMOVED)
        .options(load_only(Master.integrated_lufs, raiseload=True))
    )
    rows = (await session.execute(query)).all()
    made = await _made_of(session, {row.Track.master_id for row in rows})
    return {
        track.id: Published(
            track=track,
            master=master,
            renditions=tuple(made[track.master_id]),
            release=release,
            place=place,
        )
        for track, master, release, place in rows
    }


async def _made_of(session: Session, masters: Collection[UUID]) -> dict[UUID, list[Rendition]]:
    query = select(Rendition).where(Rendition.master_id.in_(list(masters)))
    query = query.where(Rendition.is_preview.is_(False), CURRENT).order_by(Rendition.rung)
    found: dict[UUID, list[Rendition]] = defaultdict(list)
    for one in await session.scalars(query):
        found[one.master_id].append(one)
    return found


async def isrcs_of(session: Session, recordings: Collection[UUID]) -> dict[UUID, str | None]:
    """Answer the ISRC of each recording, if it has one."""
    query = select(Recording.id, Recording.isrc).where(Recording.id.in_(list(recordings)))
    return {recording: isrc for recording, isrc in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def remember_sum(session: Session, rendition_id: UUID, crc32: int) -> None:
    """Keep the sum of the sound of a rendition, which never changes."""
    table = table_of(Rendition)
    await session.execute(update(table).where(table.c.id == rendition_id).values(sound_crc32=crc32))
