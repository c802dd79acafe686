"""Accept a master: its row, its track and its first job in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from base.database import Session, insert_once
from catalog.callers import Caller
from catalog.events import EventKind, tell_of_track
from catalog.findings import early_findings
from catalog.jobs import NewJob, add, guess_audio_s, job_of
from catalog.kinds import Kind
from catalog.masters import catch_up, catch_up_version, lock_known, own_track
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.releases import Release
from catalog.music import require_own, track_of
from catalog.people import require_open
from catalog.releases import create_release, lock_draft, put_on
from catalog.reviewing import is_reviewed, require_not_withdrawn
from catalog.states import TrackState
from catalog.versions import add_version
from ingest.describing import describe
from ingest.naming import guess, name_of, parts_of
from ingest.receive import Received
from ingest.words import PATH_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a master became; `is_new` is false when its owner had sent the same bytes before."""

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
    release_id: UUID | None = None,
    replaces: UUID | None = None,
    warnings: Sequence[Mapping[str, Any]] = (),
    reviews: bool = False,
) -> Accepted:
    """Write down a received master, and a track of the caller's that publishes it.

    The same bytes are the same master, whoever sends them: they are stored and examined once.
    From the same owner they are the same track, unless another draft is to have it too.
    `warnings` are what the first bytes told; they are found of a master that is new. It may be
    another master of a track that is there, which it `replaces` once all of it was made. Where
    others look at music before all hear it, by `reviews` unless told, a draft is begun for it.

    Raises:
        Refused: `release-unknown`, 404, or `release-published`, 409; `withdrawn-by-others` 403;
            `account-closed`, 409; as `add_version` does.

    """
    master = await take_master(
        session, received, filename=filename, caller=caller, now=now, warnings=warnings
    )
    await require_open(session, caller.id)  # locked behind its master, as by all who tell of it
    if replaces is not None:
        return await _accept_version(
            session,
            master,
            replaces,
            caller=caller,
            request_id=request_id,
            now=now,
            reviews=reviews,
        )
    release = await lock_draft(session, release_id, caller) if release_id else None
    owner_id = release.owner_id if release else caller.id
    await require_not_withdrawn(session, master.id, owner_id)
    known = await own_track(session, master.id, owner_id, release_id=release_id)
    if known is not None:
        return _accepted(master, known, is_new=False)
    if release is None and await is_reviewed(session, owner_id, by_default=reviews):
        called = _called(filename, caller.name)
        release = await create_release(session, caller, **called, now=now)
    track = await begin_track(
        session, master, release, filename=filename, caller=caller, request_id=request_id, now=now
    )
    data = {"filename": name_of(filename), "size_bytes": master.size_bytes}
    await tell_of_track(session, track, EventKind.TRACK_RECEIVED, data, now=now)
    await catch_up(session, track, now=now)
    await describe(session, track, master, now=now)
    await order_examination(session, master, owner_id, request_id=request_id, now=now)
    return _accepted(master, track, is_new=True)


async def begin_track(  # noqa: PLR0913 - what is known of an upload
    session: Session,
    master: Master,
    release: Release | None,
    *,
    filename: str,
    caller: Caller,
    request_id: str,
    now: datetime,
) -> Track:
    """Begin a track, at the end of what it is sent for; the caller holds the locks of both."""
    owner_id = release.owner_id if release else caller.id
    track = Track(
        id=uuid4(),
        recording_id=await _recording_id(session, master.id, owner_id, now=now),
        master_id=master.id,
        owner_id=owner_id,
        **_called(filename, release.artist if release else caller.name),
        path="/".join(parts_of(filename))[-PATH_LETTERS:],
        state=TrackState.RECEIVED,
        changed_at=now,
        created_at=now,
        request_id=request_id,
    )
    session.add(track)
    await session.flush()
    if release is not None:
        await put_on(session, release, track)
    return track


async def order_examination(
    session: Session, master: Master, owner_id: UUID, *, request_id: str, now: datetime
) -> None:
    """Let a master be examined, unless it is or was; the caller holds its lock."""
    # Not added blindly: that would wait for whoever ends the job, who waits for the master.
    if await job_of(session, Kind.EXAMINE, str(master.id)) is None:
        job = NewJob(
            kind=Kind.EXAMINE,
            subject=str(master.id),
            request_id=request_id,
            owner_id=owner_id,
            audio_s=guess_audio_s(master.size_bytes),
        )
        await add(session, job, now=now)


async def _accept_version(  # noqa: PLR0913 - what is known of an upload
    session: Session,
    master: Master,
    track_id: UUID,
    *,
    caller: Caller,
    request_id: str,
    now: datetime,
    reviews: bool,
) -> Accepted:
    """Let a master wait to take the place of the one of a track of the caller's."""
    found = await track_of(session, track_id)
    require_own(found, caller)
    await require_not_withdrawn(session, master.id, found.track.owner_id)
    version, holder = await add_version(
        session, track_id, master, by=caller.id, note=None, request_id=request_id, now=now
    )
    if holder is not None:
        await catch_up_version(session, version, now=now, reviews=reviews)
        await order_examination(
            session, master, found.track.owner_id, request_id=request_id, now=now
        )
    return _accepted(master, found.track, is_new=holder is not None)


def _accepted(master: Master, track: Track, *, is_new: bool) -> Accepted:
    return Accepted(track_id=track.id, master_id=master.id, sha256=master.sha256, is_new=is_new)


async def take_master(  # noqa: PLR0913 - what is known of an upload
    session: Session,
    received: Received,
    *,
    filename: str,
    caller: Caller,
    now: datetime,
    warnings: Sequence[Mapping[str, Any]] = (),
) -> Master:
    """Answer the master of these bytes, locked, so that its tracks stay as they are."""
    master = Master(
        id=uuid4(),
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        storage_key=received.key,
        filename=name_of(filename),
        uploaded_by=caller.id,
        created_at=now,
    )
    if warnings:
        master.findings = early_findings(warnings)
    if await insert_once(session, master):
        return master
    return await lock_known(session, received.sha256)


async def _recording_id(
    session: Session, master_id: UUID, owner_id: UUID, *, now: datetime
) -> UUID:
    """Begin a recording, unless the owner has a track of the master already, which shares its."""
    sibling = await own_track(session, master_id, owner_id, release_id=None)
    if sibling is not None:
        return sibling.recording_id
    recording = Recording(id=uuid4(), owner_id=owner_id, created_at=now)
    session.add(recording)
    await session.flush()
    return recording.id


def _called(filename: str, artist: str) -> dict[str, str]:
    """Answer what a name lets guess, until the tags were read."""
    said = guess(filename)
    return {"title": said.title or "Untitled", "artist": said.artist or artist}
