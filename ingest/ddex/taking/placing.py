"""Tracks of a release come and go as its newest message lists them, and each has its newest file.

What is listed no more is taken off. Whoever owns it keeps it; what nobody could hear yet goes.
What was taken down by hand stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounting.deal_rows import require_deals_of_track
from base.database import Session
from base.errors import Broken, Refused
from base.storage.port import Key
from base.units import SizeBytes
from catalog.events import EventKind, tell_of_track
from catalog.masters import catch_up, catch_up_version, put_back
from catalog.models.ddex import SuppliedTrack
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import AUDIBLE, move
from catalog.objects import HOLD
from catalog.release_moves import last_move
from catalog.releases import put_on, take_off
from catalog.removal import remove_track
from catalog.reviewing import require_not_withdrawn
from catalog.states import ReleaseEvent, ReleaseState, TrackEvent, TrackState
from catalog.supplied_facts import StoredFile
from catalog.version_states import VersionState
from catalog.versions import add_version, cancel_version, use_version, versions_of
from ingest.accept import begin_track, order_examination, take_master
from ingest.ddex.taking.occasion import Occasion
from ingest.naming import name_of
from ingest.receive import Received
from ingest.release_deeds import Turn, done, write_date

UNLISTED = "Its label lists it no more."
#: Why a release went that its label calls the same as another, and its tracks with it.
ONE_NOW = "Its label says that it is the same as another release, which stands in its place."
_NEWER = "A newer message of its label came."
_UNHEARD = frozenset({TrackState.RECEIVED, TrackState.EXAMINING, TrackState.REJECTED})


async def take_masters(
    session: Session, files: Mapping[str, StoredFile], occasion: Occasion
) -> dict[str, Master]:
    """Answer masters of files by their SHA-256, new or known, locked in one order."""
    found = {}
    for sha256, file in sorted({one.sha256: one for one in files.values()}.items()):
        found[sha256] = await take_master(
            session,
            Received(
                sha256=sha256, size_bytes=SizeBytes(file.size_bytes), key=Key(file.storage_key)
            ),
            filename=file.path,
            caller=occasion.caller,
            now=occasion.now,
        )
    return found


async def let_go_of_unheard(session: Session, row: SuppliedTrack, occasion: Occasion) -> None:
    """Delete a track that is listed no more, if nobody could hear it yet."""
    track = await session.get(Track, row.track_id, populate_existing=True)
    if track is None or track.state not in _UNHEARD:
        return
    row.track_id = None
    await session.flush()
    await remove_track(session, track.id, now=occasion.now, until=occasion.now + HOLD)


async def take_off_unlisted(
    session: Session, release: Release, row: SuppliedTrack, occasion: Occasion
) -> None:
    """Let a track that is listed no more stand on its release no more; its owners keep it."""
    track = await session.get(Track, row.track_id, populate_existing=True)
    place = await session.get(ReleaseTrack, row.track_id)
    if track is None or track.state == TrackState.REMOVED:
        return
    # What said so stands on the release, which it leaves: alone it would be to be had everywhere.
    by, now = occasion.caller.id, occasion.now
    await require_deals_of_track(session, row.supplied_id, track.id, by=by, now=now)
    if track.state in AUDIBLE:
        await move(session, track.id, TrackEvent.WITHDRAW, now=occasion.now, reason=UNLISTED)
    elif await _went_with(session, release, track.id):
        await _stay(session, release, track.id)
        track.reason = UNLISTED
    if place is not None and place.release_id == release.id:
        await take_off(session, track.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The file of a track, and the master that it is, where it is not the track's already."""

    file: StoredFile
    master: Master | None


async def stand(
    session: Session, release: Release, row: SuppliedTrack, copy: Copy, occasion: Occasion
) -> Track | None:
    """Let a track stand on a release with a file; answer it, unless it was deleted by hand.

    Raises:
        Refused: `withdrawn-by-others`, 403: these bytes were taken down by those who look after
            the catalogue.

    """
    track = await session.get(Track, row.track_id) if row.track_id else None
    if track is None:
        return await _begin(session, release, row, copy, occasion)
    if track.state == TrackState.REMOVED:
        return None
    place = await session.get(ReleaseTrack, track.id)
    if place is None or place.release_id != release.id:
        await take_off(session, track.id)
        await put_on(session, release, track)
        await _relist(session, release, track, occasion)
    if copy.master is not None:
        await _exchange(session, release, track, copy.master, occasion)
    return track


async def _begin(
    session: Session, release: Release, row: SuppliedTrack, copy: Copy, occasion: Occasion
) -> Track:
    now, request_id, file, master = occasion.now, occasion.request_id, copy.file, copy.master
    if master is None:
        raise Broken("no-master", f"The file {file.id} was not made a master of.")
    await require_not_withdrawn(session, master.id, release.owner_id)
    await recall(session, release, occasion)
    track = await begin_track(
        session,
        master,
        release,
        filename=file.path,
        caller=occasion.caller,
        request_id=request_id,
        now=now,
    )
    row.track_id = track.id
    data = {"filename": name_of(file.path), "size_bytes": master.size_bytes}
    await tell_of_track(session, track, EventKind.TRACK_RECEIVED, data, now=now)
    await catch_up(session, track, now=now)
    await order_examination(session, master, release.owner_id, request_id=request_id, now=now)
    return track


async def _relist(session: Session, release: Release, track: Track, occasion: Occasion) -> None:
    """Let a track be heard again that was listed no more, with its release."""
    if track.state != TrackState.WITHDRAWN or track.reason not in {UNLISTED, ONE_NOW}:
        return  # who took it down by hand puts it back
    went = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    if release.state == ReleaseState.WITHDRAWN and went is not None:
        track.reason = went.note
        went.tracks = [*went.tracks, str(track.id)]
    else:
        await put_back(session, track, now=occasion.now)


async def _went_with(session: Session, release: Release, track_id: UUID) -> bool:
    went = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    is_gone = release.state == ReleaseState.WITHDRAWN and went is not None
    return is_gone and went is not None and str(track_id) in went.tracks


async def _stay(session: Session, release: Release, track_id: UUID) -> None:
    """Let a track that went with its release not come back with it."""
    went = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    if went is not None:
        went.tracks = [one for one in went.tracks if one != str(track_id)]


async def _exchange(
    session: Session, release: Release, track: Track, master: Master, occasion: Occasion
) -> None:
    """Let another file be the master of a track, once all is made of it; plays stay the track's."""
    known = await versions_of(session, track.id)
    current = next((v for v, _ in known if v.state == VersionState.CURRENT), None)
    under_way = {VersionState.WAITING, VersionState.READY}
    for version, _ in known:
        if version.state in under_way and version.master_id != master.id:
            await cancel_version(session, track.id, version.number)
    if (current.master_id if current else track.master_id) == master.id:
        return
    if any(v.state in under_way and v.master_id == master.id for v, _ in known):
        return
    await require_not_withdrawn(session, master.id, release.owner_id)
    await recall(session, release, occasion)
    await _add(session, track, master, occasion)


async def _add(session: Session, track: Track, master: Master, occasion: Occasion) -> None:
    now, request_id, reviews = occasion.now, occasion.request_id, occasion.reviews
    version, holder = await add_version(
        session,
        track.id,
        master,
        by=occasion.caller.id,
        note=None,
        request_id=request_id,
        now=now,
    )
    if holder is None:  # it was heard before
        try:
            await use_version(session, track.id, version.number, now=now, reviews=reviews)
        except Refused as refused:
            if refused.code != "version-unready":
                version.reason = refused.sentence
                return
            await cancel_version(session, track.id, version.number)
            version, holder = await add_version(
                session,
                track.id,
                master,
                by=occasion.caller.id,
                note=None,
                request_id=request_id,
                now=now,
            )
    if holder is not None:
        await catch_up_version(session, version, now=now, reviews=reviews)
        await order_examination(session, master, track.owner_id, request_id=request_id, now=now)


async def recall(session: Session, release: Release, occasion: Occasion) -> None:
    """Make a draft again of what is on its way out, as another is to come out instead."""
    if release.is_draft and release.state != ReleaseState.DRAFT:
        turn = Turn(request_id=occasion.request_id, now=occasion.now, note=_NEWER)
        write_date(release, None)
        await done(session, release, ReleaseEvent.RECALL, turn)
