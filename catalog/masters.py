"""A master and all the tracks that publish it: what becomes of it becomes of each of them.

Locks are taken in one order: job, growing rendition, master, release, track, account. Who moves
the tracks of a master locks it first, and so does who adds one, so that none is left behind.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from base.database import Session
from catalog.events import EventKind, tell_of_track
from catalog.growth import growth_of
from catalog.holders import holds, is_holder
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.files import Master
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.models.publishing import TrackVersion
from catalog.models.releases import ReleaseTrack
from catalog.music import move, renditions_of
from catalog.splits import is_split
from catalog.states import JobState, TrackEvent, TrackState
from catalog.version_states import VersionState
from catalog.versions import note_on_versions, reject_versions, settle_versions

#: States of tracks that are still worked on.
_UNDER_WAY = (TrackState.RECEIVED, TrackState.EXAMINING, TrackState.PLAYABLE)


async def lock_master(session: Session, master_id: UUID) -> Master:
    """Keep a master and the list of its tracks as they are until the transaction ends."""
    return await session.get_one(Master, master_id, with_for_update=True, populate_existing=True)


async def lock_known(session: Session, sha256: str) -> Master:
    """Lock the master of these bytes, which is known to be there."""
    query = select(Master).where(Master.sha256 == sha256).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def tracks_of(session: Session, master_id: UUID) -> list[Track]:
    """Answer the tracks that need a master, in an order that all who lock them share."""
    query = select(Track).where(Track.master_id == master_id, Track.state != TrackState.REMOVED)
    return list(await session.scalars(query.order_by(Track.owner_id, Track.id)))


async def move_tracks(
    session: Session,
    master_id: UUID,
    event: TrackEvent,
    *,
    now: datetime,
    reason: str | None = None,
) -> list[Track]:
    """Let something happen to all tracks of a master; answer them.

    A track that only holds it for another stays withdrawn where the master is rejected: done
    again, it would be heard by itself.

    Raises:
        Broken: the table does not allow it for one of them.

    """
    await lock_master(session, master_id)
    tracks = await tracks_of(session, master_id)
    if event is TrackEvent.REJECT:
        await reject_versions(session, master_id, reason)
        tracks = [one for one in tracks if not await is_holder(session, one.id)]
    return [await move(session, one.id, event, now=now, reason=reason) for one in tracks]


async def finish_tracks(
    session: Session, master_id: UUID, *, now: datetime, reviews: bool
) -> list[Track]:
    """Call the tracks of a master complete; one that was withdrawn meanwhile stays so.

    `reviews` says whether others look at music before all hear it, unless told.
    """
    await lock_master(session, master_id)
    playable = [
        track for track in await tracks_of(session, master_id) if track.state == TrackState.PLAYABLE
    ]
    finished = [await move(session, track.id, TrackEvent.FINISH, now=now) for track in playable]
    await settle_versions(session, master_id, now=now, reviews=reviews)
    return finished


async def put_back(session: Session, track: Track, *, now: datetime) -> None:
    """Let all hear a track again that was withdrawn, as far as its master has come."""
    await move(session, track.id, TrackEvent.REINSTATE, now=now)
    if await is_made(session, str(track.master_id)):
        await move(session, track.id, TrackEvent.FINISH, now=now)


async def is_made(session: Session, master_id: str) -> bool:
    """Whether all that is made of a master was made."""
    ladder = await job_of(session, Kind.LADDER, master_id)
    is_done = ladder is not None and ladder.state == JobState.DONE
    return is_done and not await is_split(session, UUID(master_id))


async def note_trouble(session: Session, master_id: UUID, sentence: str | None) -> None:
    """Say beside their state why nothing more happens to the tracks of a master for now.

    To what is complete nothing needs to happen.
    """
    for track in await tracks_of(session, master_id):
        if track.state in _UNDER_WAY:
            track.reason = sentence
    await note_on_versions(session, master_id, sentence)


async def catch_up_version(
    session: Session, version: TrackVersion, *, now: datetime, reviews: bool
) -> None:
    """Bring a new version to where its master, which was here before, has come."""
    past = await _past_of(session, version.master_id)
    if TrackEvent.REJECT in past:
        await reject_versions(session, version.master_id, "The file cannot be used.")
    elif TrackEvent.FINISH in past:
        await settle_versions(session, version.master_id, now=now, reviews=reviews)


async def catch_up(session: Session, track: Track, *, now: datetime) -> None:
    """Bring a new track to where its master, which was here before, has come, and tell of it.

    The caller holds the lock of the master.
    """
    for event in await _past_of(session, track.master_id):
        await move(session, track.id, event, now=now)
        if event is TrackEvent.PUBLISH:
            await _tell_what_is_known(session, track, now=now)
    query = select(Track.reason).where(Track.master_id == track.master_id)
    query = query.where(Track.state == track.state, Track.reason.is_not(None))
    track.reason = (await session.scalars(query.limit(1))).first()


def measured_of(master: Master) -> dict[str, Any]:
    """Answer what is told of a master as soon as it was examined."""
    return {
        "integrated_lufs": master.integrated_lufs,
        "range_lu": master.range_lu,
        "true_peak_dbtp": master.true_peak_dbtp,
        "findings": [finding["code"] for finding in master.findings or ()],
    }


async def _tell_what_is_known(session: Session, track: Track, *, now: datetime) -> None:
    master = await session.get_one(Master, track.master_id)
    if master.pcm_sha256 is None:
        return  # it is still examined, and this track will be told of it with the others
    rungs = [one.rung for one in await renditions_of(session, master.id)]
    await tell_of_track(session, track, EventKind.TRACK_MEASURED, measured_of(master), now=now)
    await tell_of_track(session, track, EventKind.TRACK_RENDITIONS, {"rungs": rungs}, now=now)


async def _past_of(session: Session, master_id: UUID) -> list[TrackEvent]:
    """Answer what happened to a master so far."""
    if await renditions_of(session, master_id):
        is_complete = await is_made(session, str(master_id))
        return [TrackEvent.EXAMINE, TrackEvent.PUBLISH, *[TrackEvent.FINISH] * is_complete]
    examination = await job_of(session, Kind.EXAMINE, str(master_id))
    if examination is None or _is_untouched(examination):
        return []
    if examination.state == JobState.DONE:
        return [TrackEvent.EXAMINE, TrackEvent.REJECT]
    is_heard = await growth_of(session, master_id) is not None
    return [TrackEvent.EXAMINE, *[TrackEvent.PUBLISH] * is_heard]


def _is_untouched(job: Job) -> bool:
    return job.state == JobState.WAITING and not job.attempts


async def own_track(
    session: Session, master_id: UUID, owner_id: UUID, *, release_id: UUID | None
) -> Track | None:
    """Answer the track that an owner has of a master: on this release, or on any or none.

    Of several, one that is on no release comes first. What a track had before is a master of it.
    """
    is_former = exists().where(
        TrackVersion.track_id == Track.id,
        TrackVersion.master_id == master_id,
        TrackVersion.state == VersionState.FORMER,
    )
    query = (
        select(Track)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .where(or_(Track.master_id == master_id, is_former), Track.owner_id == owner_id)
        .where(Track.state != TrackState.REMOVED, ~holds())
        .order_by(ReleaseTrack.release_id.is_not(None), Track.created_at)
    )
    if release_id is not None:
        query = query.where(ReleaseTrack.release_id == release_id)
    return (await session.scalars(query.limit(1))).first()
