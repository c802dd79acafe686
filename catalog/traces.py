"""Which upload a track came by: so that its first play can be told beside it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from base.database import Session
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.music import Track
from catalog.models.plays import PlaySession


async def trace_of_upload(session: Session, play_id: UUID) -> str | None:
    """Answer the trace of the upload of a play's track, if it is the first of the track."""
    play = await session.get_one(PlaySession, play_id)
    others = select(PlaySession.id).where(
        PlaySession.track_id == play.track_id, PlaySession.id != play_id
    )
    if await session.scalar(others.limit(1)) is not None:
        return None
    track = await session.get_one(Track, play.track_id)
    job = await job_of(session, Kind.EXAMINE, str(track.master_id))
    # The same bytes may be others' tracks, too: one request had them examined.
    return job.trace if job is not None and job.request_id == track.request_id else None
