"""Accept a master: its row, its track and its first job in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID, uuid4

from sqlalchemy import select

from base.database import Session, insert_once
from catalog.events import EventKind, tell_of_track
from catalog.jobs import Kind, NewJob, add
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.music import track_of_master
from catalog.people import Caller
from catalog.states import TrackState
from ingest.receive import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a master became; `is_new` is false when the same bytes were here before."""

    track_id: UUID
    master_id: UUID
    sha256: str
    is_new: bool


async def accept(  # noqa: PLR0913 - what is known of an upload
    session: Session,
    received: Received,
    *,
    filename: str,
    caller: Caller,
    request_id: str,
    now: datetime,
) -> Accepted:
    """Write down a received master; the same bytes are the same master and no second job."""
    master = Master(
        id=uuid4(),
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        storage_key=received.key,
        filename=filename[:400],
        uploaded_by=caller.id,
        created_at=now,
    )
    if not await insert_once(session, master):
        return await _known(session, received.sha256)
    recording = Recording(id=uuid4(), owner_id=caller.id, created_at=now)
    session.add(recording)
    await session.flush()
    track = _draft(master, recording, caller, request_id=request_id)
    session.add(track)
    await session.flush()
    data = {"filename": master.filename, "size_bytes": master.size_bytes}
    await tell_of_track(session, track, EventKind.TRACK_RECEIVED, data, now=now)
    job = NewJob(kind=Kind.EXAMINE, subject=str(master.id), request_id=request_id)
    await add(session, job, now=now)
    return Accepted(track_id=track.id, master_id=master.id, sha256=master.sha256, is_new=True)


async def _known(session: Session, sha256: str) -> Accepted:
    master = (await session.scalars(select(Master).where(Master.sha256 == sha256))).one()
    track = await track_of_master(session, master.id)
    return Accepted(track_id=track.id, master_id=master.id, sha256=sha256, is_new=False)


def _draft(master: Master, recording: Recording, caller: Caller, *, request_id: str) -> Track:
    return Track(
        id=uuid4(),
        recording_id=recording.id,
        master_id=master.id,
        owner_id=caller.id,
        title=PurePosixPath(master.filename).stem or "Untitled",
        artist=caller.name,
        state=TrackState.RECEIVED,
        changed_at=master.created_at,
        created_at=master.created_at,
        request_id=request_id,
    )
