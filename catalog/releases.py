"""Releases, and what stands on them: what is known, and how it changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, not_, select

from base.database import Session
from base.errors import Refused
from base.several import among_told
from catalog.artworks import is_shown
from catalog.callers import Caller
from catalog.credit_roles import Did, kind_of
from catalog.keysets import behind
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.releases import Archive, Credit, Release, ReleaseTrack
from catalog.music import Published, track_of
from catalog.oversight import oversees
from catalog.people import require_open
from catalog.permissions import Permission
from catalog.states import (
    ARCHIVE_MOVES,
    RELEASE_MOVES,
    ArchiveEvent,
    ArchiveState,
    ReleaseEvent,
    ReleaseState,
    next_state,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A track where it stands on a release."""

    place: ReleaseTrack
    track: Track
    master: Master
    recording: Recording
    #: Of its own, that can be shown.
    has_cover: bool


async def create_release(
    session: Session, owner: Caller, *, title: str, artist: str, now: datetime
) -> Release:
    """Begin a draft.

    Raises:
        Refused: `account-closed`, 409.

    """
    await require_open(session, owner.id)
    release = Release(
        id=uuid4(),
        owner_id=owner.id,
        title=title,
        artist=artist,
        edited=[],
        state=ReleaseState.DRAFT,
        changed_at=now,
        created_at=now,
    )
    session.add(release)
    await session.flush()
    return release


async def release_of(session: Session, release_id: UUID, *, lock: bool = False) -> Release:
    """Answer a release.

    Raises:
        Refused: `release-unknown`, 404.

    """
    release = await session.get(Release, release_id, with_for_update=lock, populate_existing=lock)
    if release is None:
        raise unknown_release()
    return release


async def lock_place(session: Session, track_id: UUID) -> Release | None:
    """Lock what a track is on, if it is on anything: before the track, as all do."""
    place = await session.get(ReleaseTrack, track_id)
    return await release_of(session, place.release_id, lock=True) if place else None


async def lock_track(session: Session, track_id: UUID) -> Published:
    """Keep a track, and what it is on, as they are until the transaction ends; as `track_of`.

    What it is compared with is read behind the lock: another writer may just have been faster.
    """
    await lock_place(session, track_id)
    await session.get(Track, track_id, with_for_update=True, populate_existing=True)
    return await track_of(session, track_id)


async def lock_draft(session: Session, release_id: UUID, caller: Caller) -> Release:
    """Keep a draft of the caller's as it is until the transaction ends.

    Raises:
        Refused: `release-unknown`, 404, also when it is another's; `release-published`, 409.

    """
    release = await release_of(session, release_id, lock=True)
    require_draft(release, caller)
    return release


def require_draft(release: Release, caller: Caller) -> None:
    """Refuse what is not the caller's, and what is published, as `lock_draft` does."""
    if not concerns(release, caller):
        raise unknown_release()
    require_unpublished(release)


def require_unpublished(release: Release) -> None:
    """Refuse what is published, or on its way, as `lock_draft` does."""
    if release.state == ReleaseState.DRAFT:
        return
    if release.is_draft:
        sentence = f"The release is {release.state.replace('-', ' ')}: recall it to change it."
        raise Refused("release-under-way", sentence, status=409)
    raise Refused(
        "release-published",
        "The release came out: its titles, artists, numbers, cover and order stay as they are. "
        "What else is said of it can be changed; withdraw it if nobody should hear it.",
        status=409,
    )


def unknown_release() -> Refused:
    """Say that there is none."""
    return Refused("release-unknown", "There is no such release.", status=404)


def unknown_archive() -> Refused:
    """Say that none was sent for a release."""
    return Refused("archive-unknown", "There is no such archive on the release.", status=404)


def concerns(release: Release, caller: Caller | None) -> bool:
    """Whether someone may know of a draft, and change it."""
    if caller is None:
        return False
    is_own = caller.id == release.owner_id and caller.may(Permission.MUSIC_READ)
    return is_own or oversees(caller, Permission.MUSIC_OVERSEE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What releases are asked for by: all of what is said here, and one of `states`."""

    title: str | None = None
    upc: str | None = None
    mbid: UUID | None = None
    states: Sequence[ReleaseState] = ()


async def releases_of(
    session: Session,
    owner_id: UUID,
    *,
    called: Called | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 200,
) -> list[Release]:
    """Answer somebody's releases, the newest first, beginning behind a place."""
    query = select(Release).where(Release.owner_id == owner_id)
    query = query.where(Release.state.in_(called.states)) if called and called.states else query
    query = query.where(behind((Release.created_at, Release.id), after, descending=True))
    for column in (Release.title, Release.upc, Release.mbid):
        said = getattr(called, column.key, None)
        query = query if said is None else query.where(column == said)
    query = query.order_by(Release.created_at.desc(), Release.id.desc())
    return list(await session.scalars(query.limit(limit)))


_STANDING = (
    select(ReleaseTrack, Track, Master, Recording, is_shown(Track.artwork_id))
    .join(Track, ReleaseTrack.track_id == Track.id)
    .join(Master, Track.master_id == Master.id)
    .join(Recording, Track.recording_id == Recording.id)
    .where(among_told(ReleaseTrack.release_id, "releases"))
    .order_by(ReleaseTrack.disc, ReleaseTrack.position, Track.created_at, Track.id)
)


async def standing_on(session: Session, release_id: UUID) -> list[Standing]:
    """Answer the tracks of a release in order."""
    return (await standings_on(session, [release_id]))[release_id]


async def standings_on(
    session: Session, release_ids: Collection[UUID]
) -> dict[UUID, list[Standing]]:
    """Answer the tracks of each of some releases in order."""
    found: dict[UUID, list[Standing]] = {one: [] for one in release_ids}
    rows = await session.execute(_STANDING, {"releases": release_ids})
    for place, track, master, recording, has_cover in rows:
        standing = Standing(
            place=place,
            track=track,
            master=master,
            recording=recording,
            has_cover=bool(has_cover),
        )
        found[place.release_id].append(standing)
    return found


async def tracks_on_discs(
    session: Session, release_ids: Collection[UUID]
) -> dict[UUID, dict[int, int]]:
    """Answer how many tracks each disc of releases has."""
    place = ReleaseTrack.release_id, ReleaseTrack.disc
    query = select(*place, func.count()).where(ReleaseTrack.release_id.in_(list(release_ids)))
    found: dict[UUID, dict[int, int]] = {one: {} for one in release_ids}
    for release_id, disc, count in await session.execute(query.group_by(*place)):
        found[release_id][disc] = count
    return found


async def put_on(session: Session, release: Release, track: Track) -> ReleaseTrack:
    """Put a track at the end of a release; the caller holds the release's lock."""
    disc, position = await _end(session, release.id)
    place = ReleaseTrack(
        track_id=track.id, release_id=release.id, disc=disc, position=position + 1, edited=[]
    )
    session.add(place)
    await session.flush()
    return place


async def move_to(session: Session, release: Release, tracks: Sequence[UUID]) -> None:
    """Let tracks stand at the end of a release, in order, wherever they stood before.

    What their owner said of them goes with them: no tags of a file change it. The caller holds the
    locks of all those releases.
    """
    said = select(ReleaseTrack.track_id, ReleaseTrack.edited)
    rows = await session.execute(said.where(ReleaseTrack.track_id.in_(tracks)))
    edited = {row.track_id: row.edited for row in rows}
    await session.execute(delete(ReleaseTrack).where(ReleaseTrack.track_id.in_(tracks)))
    disc, position = await _end(session, release.id)
    session.add_all(
        ReleaseTrack(
            track_id=one,
            release_id=release.id,
            disc=disc,
            position=position + number,
            edited=edited.get(one, []),
        )
        for number, one in enumerate(tracks, 1)
    )
    await session.flush()


async def _end(session: Session, release_id: UUID) -> tuple[int, int]:
    """Answer the last disc of a release, and the last place on it; 0, where there is nothing."""
    last = select(func.max(ReleaseTrack.disc)).where(ReleaseTrack.release_id == release_id)
    disc = await session.scalar(last) or 1
    end = select(func.max(ReleaseTrack.position)).where(
        ReleaseTrack.release_id == release_id, ReleaseTrack.disc == disc
    )
    return disc, await session.scalar(end) or 0


async def places_of(session: Session, tracks: Sequence[UUID]) -> dict[UUID, UUID]:
    """Answer on which releases tracks stand that stand on any."""
    columns = ReleaseTrack.track_id, ReleaseTrack.release_id
    rows = await session.execute(select(*columns).where(ReleaseTrack.track_id.in_(tracks)))
    return {track_id: release_id for track_id, release_id in rows}  # noqa: C416 - rows are no pairs


async def releases_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Release]:
    """Answer releases by their numbers, whatever became of them."""
    found = await session.scalars(select(Release).where(Release.id.in_(list(ids))))
    return {one.id: one for one in found}


async def take_off(session: Session, track_id: UUID) -> None:
    """Let a track stand on no release, and forget its credits."""
    await session.execute(delete(ReleaseTrack).where(ReleaseTrack.track_id == track_id))
    await session.execute(delete(Credit).where(Credit.track_id == track_id))


async def write_credits(session: Session, track_id: UUID, said: Iterable[Did]) -> None:
    """Say who did what on a track, instead of what was said before."""
    await session.execute(delete(Credit).where(Credit.track_id == track_id))
    session.add_all(
        Credit(
            track_id=track_id,
            number=number,
            role=one.role,
            name=one.name,
            kind=kind_of(one.role),
            ipi=one.ipi,
            isni=one.isni,
            artist_id=one.artist_id,
        )
        for number, one in enumerate(said)
    )
    await session.flush()


async def archives_of(session: Session, *release_ids: UUID) -> list[Archive]:
    """Answer the archives that were sent for releases."""
    query = select(Archive).where(Archive.release_id.in_(release_ids))
    return list(await session.scalars(query.order_by(Archive.created_at, Archive.id)))


async def waiting_for_review(
    session: Session, *, after: tuple[datetime, UUID] | None = None, limit: int = 200
) -> list[Release]:
    """Answer the releases that wait to be looked at, those that wait longest first."""
    waits = Release.state.in_((ReleaseState.SUBMITTED, ReleaseState.IN_REVIEW))
    query = select(Release).where(waits).order_by(Release.changed_at, Release.id)
    query = query.where(behind((Release.changed_at, Release.id), after, descending=False))
    return list(await session.scalars(query.limit(limit)))


async def due_releases(
    session: Session, *, now: datetime, limit: int = 100
) -> list[tuple[UUID, UUID]]:
    """Answer scheduled releases whose time has come, and whose they are."""
    query = select(Release.id, Release.owner_id).where(Release.state == ReleaseState.SCHEDULED)
    query = query.where(Release.publish_at <= now).order_by(Release.publish_at).limit(limit)
    return [(row.id, row.owner_id) for row in await session.execute(query)]


async def left_empty(session: Session, *, before: datetime, limit: int = 100) -> list[UUID]:
    """Answer drafts of archives of which nothing could be taken, that were made for it."""
    return list(await session.scalars(_left_empty(before).limit(limit)))


async def lock_left_empty(session: Session, release_id: UUID, *, before: datetime) -> bool:
    """Keep such a draft as it is until the transaction ends; answer whether it still is one."""
    await session.get(Release, release_id, with_for_update=True)
    return await session.scalar(_left_empty(before).where(Release.id == release_id)) is not None


def _left_empty(before: datetime) -> Select[UUID]:
    archives = select(Archive.id).where(Archive.release_id == Release.id)
    tracks = select(ReleaseTrack.track_id).where(ReleaseTrack.release_id == Release.id)
    return (
        select(Release.id)
        .where(Release.state == ReleaseState.DRAFT, Release.created_at < before)
        .where(Release.changed_at == Release.created_at)
        .where(archives.where(Archive.created_at == Release.created_at).exists())
        .where(not_(archives.where(Archive.state != ArchiveState.REJECTED).exists()))
        .where(not_(tracks.exists()))
    )


async def draft_of_archive(session: Session, owner_id: UUID, storage_key: str) -> Release | None:
    """Answer the draft that an owner sent this very archive for."""
    query = (
        select(Release)
        .join(Archive, Archive.release_id == Release.id)
        .where(Archive.storage_key == storage_key, Release.owner_id == owner_id)
        .where(Release.state == ReleaseState.DRAFT)
    )
    return (await session.scalars(query.limit(1))).first()


def move_archive(archive: Archive, event: ArchiveEvent, findings: Sequence[dict[str, Any]]) -> None:
    """Say what came of an archive.

    Raises:
        Broken: the table does not allow it.

    """
    archive.state = next_state(ARCHIVE_MOVES, ArchiveState(archive.state), event)
    archive.findings = list(findings)


def move_release(release: Release, event: ReleaseEvent, *, now: datetime) -> None:
    """Change the state of a release as the table allows.

    Raises:
        Broken: the table does not allow it.

    """
    release.state = next_state(RELEASE_MOVES, ReleaseState(release.state), event)
    release.changed_at = now
    if event is ReleaseEvent.PUBLISH:
        release.published_at = now
