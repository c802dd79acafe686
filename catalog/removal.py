"""Delete tracks and drafts: rows at once, objects when no row needs them.

Counts of references are computed from rows, under the locks of all who could add one, in their
written order: job, growing rendition, master, release, track. What may go is held for a grace,
and looked at again, see catalog.objects.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Exists, and_, delete, exists, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from catalog.artists import forget_names_on_release, forget_names_on_tracks
from catalog.artworks import drop_unneeded, show_with
from catalog.facts import forget_release_words, forget_track_words
from catalog.generations import all_renditions
from catalog.growth import growth_of
from catalog.holders import holders_of, is_holder
from catalog.jobs import lock_jobs
from catalog.kinds import Kind
from catalog.masters import lock_master, tracks_of
from catalog.models.ddex import SuppliedRelease
from catalog.models.deals import Deal
from catalog.models.files import GrowingRendition, Rendition
from catalog.models.likeness import FingerprintTerm, Likeness
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import Archive, EmbeddedArtwork, Release, ReleaseTrack
from catalog.music import AUDIBLE, describe_master, move, unknown_track
from catalog.objects import DRAWN, hold, own_keys
from catalog.release_moves import forget_moves
from catalog.releases import (
    archives_of,
    release_of,
    require_unpublished,
    take_off,
    unknown_archive,
)
from catalog.splits import end_split, subjects_of
from catalog.states import HIDDEN, TrackEvent, TrackState
from catalog.versions import cancel_versions

#: Whether it is still what its owner wants to be gone; it raises, unless it is.
Check = Callable[[], Awaitable[None]]
_JOBS = (Kind.COMPARE, Kind.EXAMINE, Kind.LADDER)
_SHARED = (Kind.JOIN, Kind.PIECE)
#: States in which somebody can hear a track, if only its owners.
_HEARD = (*AUDIBLE, TrackState.WITHDRAWN)
#: Why a track is withdrawn that listeners own: its owner may put it back, or may not.
TAKEN_DOWN = "Its artist took it down; it stays with the listeners who own it."
TAKEN_DOWN_BY_OTHERS = (
    "Those who look after the catalogue took it down; it stays with the listeners who own it."
)


async def _unseen() -> None:
    """Let it go as it is."""


async def remove_track(  # noqa: PLR0913 - who does it, and what they saw
    session: Session,
    track_id: UUID,
    *,
    now: datetime,
    until: datetime,
    is_overseen: bool = False,
    once_locked: Check = _unseen,
) -> TrackState:
    """Delete a track; answer `removed`, or `withdrawn` where listeners own it.

    Its row stays, for plays that were paid. Its objects are looked at after `until`. Where
    somebody does who oversees all music, its owner cannot put it back. `once_locked` may still
    refuse it.

    Raises:
        Refused: `track-unknown`, 404, also for one that only holds a master of another.

    """
    if await is_holder(session, track_id):
        raise unknown_track()
    locked = await _lock(session, [track_id, *await holders_of(session, [track_id])])
    await once_locked()
    came_to = await _remove_locked(session, track_id, locked, now=now, until=until)
    if is_overseen and came_to is TrackState.WITHDRAWN:
        (await session.get_one(Track, track_id)).reason = TAKEN_DOWN_BY_OTHERS
    return came_to


async def remove_holder(
    session: Session, track_id: UUID, *, now: datetime, until: datetime
) -> None:
    """Let go of a master that a track is not to have any more; see `versions.cancel_version`."""
    locked = await _lock(session, [track_id, *await holders_of(session, [track_id])])
    await _remove_locked(session, track_id, locked, now=now, until=until)


async def _remove_locked(
    session: Session, track_id: UUID, locked: Sequence[Track], *, now: datetime, until: datetime
) -> TrackState:
    came_to = [
        await _remove(session, one, now=now, until=until) for one in locked if one.id == track_id
    ]
    if not came_to:
        raise unknown_track()
    if came_to == [TrackState.REMOVED]:
        for held in (one for one in locked if one.id != track_id):
            await _remove(session, held, now=now, until=until)
    return came_to[0]


async def remove_release(
    session: Session,
    release_id: UUID,
    *,
    now: datetime,
    until: datetime,
    once_locked: Check = _unseen,
) -> None:
    """Delete a draft with all its tracks; the caller knows whose it is, and may refuse it then.

    Raises:
        Refused: `release-unknown` 404; `release-published` or `release-under-way` 409, also when
            it became so at this very moment.

    """
    before = await _tracks_on(session, release_id)
    locked = await _lock(session, before)
    release = await release_of(session, release_id, lock=True)
    require_unpublished(release)
    await once_locked()
    # What was put on it meanwhile is locked out of order, and who then stands in each other's way
    # is told to try again; from here on nothing is put on it.
    if (tracks := await _tracks_on(session, release_id)) != before:
        locked = await _lock(session, tracks)
    for track in locked:
        await _remove(session, track, now=now, until=until)
    await forget_release_words(session, release_id)
    await forget_names_on_release(session, release_id)
    await forget_moves(session, release_id)
    await _forget_deals(session, release_id)
    for archive in await archives_of(session, release_id):
        await _forget_archive(session, archive, until=until)
    await show_with(session, release, None, until=until)
    await session.delete(release)
    await session.flush()


async def _forget_deals(session: Session, release_id: UUID) -> None:
    """Forget where a draft was to be had: nobody has heard or bought anything by it.

    What a label tells of it becomes another release, if it tells of it again.
    """
    await session.execute(delete(Deal).where(Deal.release_id == release_id))
    told = update(SuppliedRelease).where(SuppliedRelease.release_id == release_id)
    await session.execute(told.values(release_id=None))


async def _tracks_on(session: Session, release_id: UUID) -> list[UUID]:
    """Answer the tracks of a release, and what holds other masters of them."""
    placed = select(ReleaseTrack.track_id).where(ReleaseTrack.release_id == release_id)
    tracks = list(await session.scalars(placed.order_by(ReleaseTrack.track_id)))
    return [*tracks, *sorted(await holders_of(session, tracks))]


async def remove_archive(
    session: Session,
    release_id: UUID,
    archive_id: UUID,
    *,
    until: datetime,
    once_locked: Callable[[Release], Awaitable[None]],
) -> None:
    """Forget an archive of a draft and what was said of it; what was taken out of it stays.

    `once_locked` may refuse what the release has become.

    Raises:
        Refused: `archive-unknown`, 404; and as `remove_release`.

    """
    await lock_jobs(session, [Kind.UNPACK], str(archive_id))
    release = await release_of(session, release_id, lock=True)
    await once_locked(release)
    require_unpublished(release)
    for archive in await archives_of(session, release_id):
        if archive.id == archive_id:
            await _forget_archive(session, archive, until=until)
            return
    raise unknown_archive()


async def _forget_archive(session: Session, archive: Archive, *, until: datetime) -> None:
    await hold(session, [archive.storage_key], until=until)
    await _forget_jobs(session, [Kind.UNPACK], str(archive.id))
    await session.delete(archive)


async def _remove(session: Session, track: Track, *, now: datetime, until: datetime) -> TrackState:
    if await _is_missed(session, track):
        if track.state != TrackState.WITHDRAWN:
            await move(session, track.id, TrackEvent.WITHDRAW, now=now, reason=TAKEN_DOWN)
        if await _is_on_draft(session, track):
            await take_off(session, track.id)
        return TrackState.WITHDRAWN
    await take_off(session, track.id)
    await forget_names_on_tracks(session, [track.id])
    await forget_track_words(session, track.id)
    await move(session, track.id, TrackEvent.REMOVE, now=now)
    await cancel_versions(session, track.id)
    await show_with(session, track, None, until=until)
    if not await tracks_of(session, track.master_id):
        await _retire(session, track.master_id, until=until)
    return TrackState.REMOVED


async def _lock(session: Session, track_ids: Sequence[UUID]) -> list[Track]:
    """Lock all that tracks hang on, and then themselves."""
    known = await session.execute(
        select(Track.master_id, ReleaseTrack.release_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .where(Track.id.in_(track_ids))
    )
    pairs = known.all()
    for master_id in sorted({master_id for master_id, _ in pairs}):
        await lock_jobs(session, _JOBS, str(master_id))
        await lock_jobs(session, _SHARED, *await subjects_of(session, master_id))
        await growth_of(session, master_id, lock=True)
        await lock_master(session, master_id)
    for release_id in sorted({release_id for _, release_id in pairs if release_id}):
        await release_of(session, release_id, lock=True)
    rows = select(Track).where(Track.id.in_(track_ids), Track.state != TrackState.REMOVED)
    rows = rows.order_by(Track.owner_id, Track.id).with_for_update()
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


async def _is_missed(session: Session, track: Track) -> bool:
    """Whether listeners own the recording and hear this track, and have no other of it."""
    if track.state not in _HEARD:
        return False
    owned = exists().where(
        Counter.recording_id == track.recording_id, Counter.owned_at.is_not(None)
    )
    other = exists().where(
        Track.recording_id == track.recording_id,
        Track.id != track.id,
        Track.state.in_(_HEARD),
        not_(_drafted(Track.id)),
    )
    return bool(await session.scalar(select(and_(owned, not_(other)))))


async def _is_on_draft(session: Session, track: Track) -> bool:
    return bool(await session.scalar(select(_drafted(track.id))))


def _drafted(track_id: InstrumentedAttribute[UUID] | UUID) -> Exists:
    return exists().where(
        ReleaseTrack.track_id == track_id,
        ReleaseTrack.release_id == Release.id,
        Release.state.in_(HIDDEN),
    )


async def _retire(session: Session, master_id: UUID, *, until: datetime) -> None:
    """Forget all that was made of a master that no track needs; its row and its facts stay.

    When the same bytes come again they are the same master, and everything is made anew.
    """
    master = await lock_master(session, master_id)
    growth = await growth_of(session, master_id)
    renditions = await all_renditions(session, master_id)
    keys = {one.storage_key for one in renditions} | own_keys(master, growth)
    await hold(session, {master.storage_key, *keys}, until=until)
    # Whether it can still be decoded is found out anew, when it comes again.
    await describe_master(session, master_id, dict.fromkeys((*DRAWN, "pcm_sha256")))
    is_like = or_(Likeness.master_id == master_id, Likeness.other_id == master_id)
    for rows in (
        delete(Rendition).where(Rendition.master_id == master_id),
        delete(GrowingRendition).where(GrowingRendition.master_id == master_id),
        delete(FingerprintTerm).where(FingerprintTerm.master_id == master_id),
        delete(Likeness).where(is_like),
    ):
        await session.execute(rows)
    await _forget_jobs(session, _JOBS, str(master_id))
    await _forget_jobs(session, _SHARED, *await subjects_of(session, master_id))
    await end_split(session, master_id, until=until)
    await _take_out_picture(session, master_id, until=until)


async def _take_out_picture(session: Session, master_id: UUID, *, until: datetime) -> None:
    embedded = await session.get(EmbeddedArtwork, master_id)
    if embedded is not None:
        await session.delete(embedded)
        await session.flush()
        await drop_unneeded(session, embedded.artwork_id, until=until)


async def _forget_jobs(session: Session, kinds: Iterable[Kind], *subjects: str) -> None:
    """Whoever has such a job under way finds its lease lost."""
    for job in await lock_jobs(session, kinds, *subjects):
        await session.delete(job)
    await session.flush()
