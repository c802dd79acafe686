"""Masters of a track: another takes the place of the one that is heard, and the track stays.

A master that is on its way, or was replaced, is held by a track of its own that nobody hears: it is
withdrawn from the beginning, so all that is made of it is made as always. To swap them is to
exchange the masters of both rows; plays, ownership, ISRC and tickets are the track's, and a session
goes on with the master that it was opened with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from base.database import Session
from base.errors import Refused
from catalog.artworks import show_embedded
from catalog.events import EventKind, tell_of_track
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Release
from catalog.music import move, unknown_track
from catalog.playlist_lengths import note_length
from catalog.releases import lock_place, require_unpublished
from catalog.reviewing import is_reviewed, review_needed
from catalog.states import ReleaseState, TrackEvent, TrackState, next_state
from catalog.version_states import VERSION_MOVES, VersionEvent, VersionState

_HOLDS = "It holds another master of a track."
#: How far lengths may be apart for a new master to be taken for the same music.
_ALIKE_S = 5.0
#: Why a version is not used, and what to do about it.
_UNREADY = {
    VersionState.WAITING: "The version is examined and encoded still: use it when it is ready.",
    VersionState.REJECTED: "Nothing came of the version, and it says why: send another file.",
    VersionState.CANCELLED: "The version was let go: send its file again.",
}
#: What happens to a track whose new master is complete.
_TO_COMPLETE = {
    TrackState.RECEIVED: (TrackEvent.EXAMINE, TrackEvent.PUBLISH, TrackEvent.FINISH),
    TrackState.REJECTED: (TrackEvent.EXAMINE, TrackEvent.PUBLISH, TrackEvent.FINISH),
    TrackState.EXAMINING: (TrackEvent.PUBLISH, TrackEvent.FINISH),
    TrackState.PLAYABLE: (TrackEvent.FINISH,),
}


async def versions_of(
    session: Session, track_id: UUID, *, lock: bool = False
) -> list[tuple[TrackVersion, Master]]:
    """Answer the masters that a track has and had, the newest first."""
    if lock:
        await lock_place(session, track_id)
        await session.get(Track, track_id, with_for_update=True, populate_existing=True)
    query = select(TrackVersion, Master).join(Master, Master.id == TrackVersion.master_id)
    query = query.where(TrackVersion.track_id == track_id).order_by(TrackVersion.number.desc())
    return [(version, master) for version, master in await session.execute(query)]


async def version_of(session: Session, track_id: UUID, number: int) -> TrackVersion:
    """Answer one of the masters of a track, locked.

    Raises:
        Refused: `version-unknown`, 404.

    """
    row = await session.get(TrackVersion, (track_id, number), with_for_update=True)
    if row is None:
        raise Refused("version-unknown", "The track has no such version.", status=404)
    return row


async def add_version(  # noqa: PLR0913 - what is known of it
    session: Session,
    track_id: UUID,
    master: Master,
    *,
    by: UUID,
    note: str | None,
    request_id: str,
    now: datetime,
) -> tuple[TrackVersion, Track | None]:
    """Let a master wait to be that of a track; answer the version, and who holds it if it is new.

    Raises:
        Refused: `track-unknown` 404; `version-under-way` 409: another one waits;
            `version-same` 409: it is heard already; `release-under-way` 409: it is looked at.

    """
    _require_still(await lock_place(session, track_id))
    track = await _locked(session, track_id)
    known = list(await session.scalars(_of(track_id)))
    if track.master_id == master.id:
        raise Refused("version-same", "The track has this master already.", status=409)
    for one in known:
        if one.master_id == master.id and one.state in {VersionState.READY, VersionState.FORMER}:
            return one, None
        if one.state in {VersionState.WAITING, VersionState.READY}:
            if one.master_id == master.id:
                return one, None
            raise Refused(
                "version-under-way",
                f"Version {one.number} of the track is not decided yet: use it, or delete it.",
                status=409,
            )
    if not known:
        session.add(_first(track))
    holder = await _hold(session, track, master.id, request_id=request_id, now=now)
    version = TrackVersion(
        track_id=track_id,
        number=max((one.number for one in known), default=1) + 1,
        master_id=master.id,
        holder_id=holder.id,
        state=VersionState.WAITING,
        note=note,
        made_by=by,
        made_at=now,
    )
    session.add(version)
    await session.flush()
    return version, holder


async def settle_versions(
    session: Session, master_id: UUID, *, now: datetime, reviews: bool
) -> None:
    """Use a master of which all was made, where a track that is not deleted waits for it.

    One whose length is not that of the one before is not used unasked, nor is one of music that
    others look at, or have looked at; `reviews` says whether they do, unless told.
    """
    for version in (await session.scalars(_waiting_for(master_id))).all():
        release = await lock_place(session, version.track_id)
        track = await session.get_one(
            Track, version.track_id, with_for_update=True, populate_existing=True
        )
        await session.refresh(version, with_for_update=True)
        if version.state != VersionState.WAITING:
            continue  # it was deleted meanwhile
        if track.state == TrackState.REMOVED:
            _move(version, VersionEvent.CANCEL)
        elif why := await _why_not(session, track, release, master_id, reviews=reviews):
            _move(version, VersionEvent.MAKE)
            version.reason = why
        else:
            await _exchange(session, track, version, now=now)
    await session.flush()


async def reject_versions(session: Session, master_id: UUID, reason: str | None) -> None:
    """Say that nothing comes of a master that tracks wait for."""
    for version in await _waiting(session, master_id):
        _move(version, VersionEvent.REJECT)
        version.reason = reason


async def note_on_versions(session: Session, master_id: UUID, sentence: str | None) -> None:
    """Say why nothing more happens for now."""
    for version in await _waiting(session, master_id):
        version.reason = sentence


async def use_version(  # noqa: PLR0913 - who says so
    session: Session,
    track_id: UUID,
    number: int,
    *,
    now: datetime,
    reviews: bool,
    is_overseeing: bool = False,
) -> Track:
    """Let a master that is ready, or that was heard before, be the one that is heard.

    Where others look at what all hear, one who oversees all music says so.

    Raises:
        Refused: `version-unknown` 404; `version-unready` 409, also when its files are gone;
            `release-under-way` 409; `review-needed` 409.

    """
    release = await lock_place(session, track_id)
    _require_still(release)
    track = await _locked(session, track_id)
    if not is_overseeing and await _is_looked_at(session, track, release, reviews=reviews):
        raise review_needed(
            "Somebody looks at it before it is heard: please ask those who look after the "
            "catalogue."
        )
    version = await version_of(session, track_id, number)
    if version.state == VersionState.CURRENT:
        return track
    if (VersionState(version.state), VersionEvent.USE) not in VERSION_MOVES or (
        version.state == VersionState.WAITING
    ):
        raise Refused("version-unready", _UNREADY[VersionState(version.state)], status=409)
    if not await _is_held(session, version):
        raise Refused("version-unready", "The files of the version are gone.", status=409)
    await _exchange(session, track, version, now=now)
    return track


async def cancel_version(session: Session, track_id: UUID, number: int) -> UUID | None:
    """Let a master not be one of a track any more; answer the track that held it.

    Raises:
        Refused: `version-unknown` 404; `version-in-use` 409.

    """
    version = await version_of(session, track_id, number)
    if version.state == VersionState.CURRENT:
        raise Refused("version-in-use", "This is the version that is heard.", status=409)
    if version.state in {VersionState.CANCELLED, VersionState.REJECTED}:
        return version.holder_id
    _move(version, VersionEvent.CANCEL)
    return version.holder_id


async def cancel_versions(session: Session, track_id: UUID) -> None:
    """Let no other master wait for a track that was deleted, nor be restored."""
    for version in await session.scalars(_of(track_id)):
        if (VersionState(version.state), VersionEvent.CANCEL) in VERSION_MOVES:
            _move(version, VersionEvent.CANCEL)


async def _exchange(
    session: Session, track: Track, version: TrackVersion, *, now: datetime
) -> None:
    current = (
        await session.scalars(_of(track.id).where(TrackVersion.state == VersionState.CURRENT))
    ).one()
    holder = await session.get_one(Track, version.holder_id, with_for_update=True)
    await note_length(session, track.id, before_id=track.master_id, after_id=holder.master_id)
    track.master_id, holder.master_id = holder.master_id, track.master_id
    _move(current, VersionEvent.REPLACE)
    _move(version, VersionEvent.USE)
    version.holder_id, version.reason, version.used_at = None, None, now
    await session.flush()  # what was held is free to hold the other
    current.holder_id = holder.id
    await session.flush()
    await show_embedded(session, track, now=now)
    for event in _TO_COMPLETE.get(TrackState(track.state), ()):
        await move(session, track.id, event, now=now)
    track.changed_at = now
    data = {"version": version.number, "replaced": current.number}
    await tell_of_track(session, track, EventKind.TRACK_REPLACED, data, now=now)


def _is_under_way(release: Release | None) -> bool:
    return release is not None and release.is_draft and release.state != ReleaseState.DRAFT


def _require_still(release: Release | None) -> None:
    if release is not None and _is_under_way(release):
        require_unpublished(release)


async def _is_looked_at(
    session: Session, track: Track, release: Release | None, *, reviews: bool
) -> bool:
    """Whether others look at what becomes of a track: of a draft, they do when it comes out."""
    is_out = release is None or not release.is_draft
    return is_out and await is_reviewed(session, track.owner_id, by_default=reviews)


async def _why_not(
    session: Session, track: Track, release: Release | None, master_id: UUID, *, reviews: bool
) -> str | None:
    """Say why a master is not used unasked, unless it may be."""
    if _is_under_way(release):
        return "Its release is on its way: recall that, or use this once it is out."
    if await _is_looked_at(session, track, release, reviews=reviews):
        return "Somebody looks at it before it is heard."
    if not await _is_alike(session, track.master_id, master_id):
        return "It is not as long as the one before: please say that it is right."
    return None


async def _is_held(session: Session, version: TrackVersion) -> bool:
    """Whether what was made of a master that is not heard is still kept."""
    holder = await session.get(Track, version.holder_id, populate_existing=True)
    return holder is not None and holder.state != TrackState.REMOVED


async def _is_alike(session: Session, before_id: UUID, after_id: UUID) -> bool:
    before = await session.get_one(Master, before_id)
    after = await session.get_one(Master, after_id)
    if before.duration_s is None or after.duration_s is None:
        return True
    return abs(before.duration_s - after.duration_s) <= _ALIKE_S


def _move(version: TrackVersion, event: VersionEvent) -> None:
    version.state = next_state(VERSION_MOVES, VersionState(version.state), event)


def _of(track_id: UUID) -> Select[TrackVersion]:
    return select(TrackVersion).where(TrackVersion.track_id == track_id).with_for_update()


async def _waiting(session: Session, master_id: UUID) -> Sequence[TrackVersion]:
    return (await session.scalars(_waiting_for(master_id).with_for_update())).all()


def _waiting_for(master_id: UUID) -> Select[TrackVersion]:
    query = select(TrackVersion).where(TrackVersion.master_id == master_id)
    return query.where(TrackVersion.state == VersionState.WAITING)


async def _locked(session: Session, track_id: UUID) -> Track:
    track = await session.get(Track, track_id, with_for_update=True, populate_existing=True)
    if track is None or track.state == TrackState.REMOVED:
        raise unknown_track()
    return track


def _first(track: Track) -> TrackVersion:
    """Answer the version that a track began with."""
    return TrackVersion(
        track_id=track.id,
        number=1,
        master_id=track.master_id,
        state=VersionState.CURRENT,
        made_by=track.owner_id,
        made_at=track.created_at,
        used_at=track.playable_at,
    )


async def _hold(
    session: Session, track: Track, master_id: UUID, *, request_id: str, now: datetime
) -> Track:
    recording = Recording(id=uuid4(), owner_id=track.owner_id, created_at=now)
    session.add(recording)
    await session.flush()
    holder = Track(
        id=uuid4(),
        recording_id=recording.id,
        master_id=master_id,
        owner_id=track.owner_id,
        title=track.title,
        artist=track.artist,
        path=track.path,
        state=TrackState.WITHDRAWN,
        reason=_HOLDS,
        changed_at=now,
        created_at=now,
        request_id=request_id,
    )
    session.add(holder)
    await session.flush()
    return holder
