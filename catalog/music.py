"""Tracks, their masters and renditions: what is known, and how it changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import aliased, defer, load_only

from base.database import Instant, Session, insert_once
from base.errors import Refused
from base.several import among_told
from catalog.artworks import is_shown
from catalog.callers import Caller
from catalog.events import EventKind, tell_of_track
from catalog.findings import with_early
from catalog.generations import CURRENT, found_at
from catalog.holders import is_holder
from catalog.keysets import behind
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.oversight import oversees
from catalog.permissions import Permission
from catalog.pictures import PictureOf, cover_of
from catalog.states import (
    HIDDEN,
    TRACK_MOVES,
    TrackEvent,
    TrackState,
    next_state,
)

#: States in which listeners may have a track.
AUDIBLE = (TrackState.PLAYABLE, TrackState.COMPLETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A track with its master and what was made of it, best known rung first.

    `release` is what it is put out on, and `place` where it stands there, if it is on any.
    It `has_cover` if it has one of its own that can be shown, and `has_artwork` if its release has;
    it `is_elsewhere` where another track is of the same recording. Lists tell neither.
    """

    track: Track
    master: Master
    renditions: tuple[Rendition, ...]
    release: Release | None = None
    place: ReleaseTrack | None = None
    has_cover: bool = False
    has_artwork: bool = False
    is_elsewhere: bool = False

    @property
    def duration_s(self) -> float | None:
        """The length of the music in seconds, once it was examined."""
        return self.master.duration_s

    @property
    def filename(self) -> str:
        """What the file of its owner was called; another owner may have sent the same bytes."""
        return (self.track.path or self.master.filename).rpartition("/")[2]

    @property
    def cover(self) -> PictureOf | None:
        """What it is shown with."""
        release = self.release
        return cover_of(
            self.track.id,
            has_own=self.has_cover,
            release_id=release.id if release else None,
            has_release_one=release is not None and release.artwork_id is not None,
        )

    @property
    def is_audible(self) -> bool:
        """Whether listeners may have it."""
        return is_audible(self.track, self.release)


#: Written out: an index of tracks knows it so, and no database knows what a parameter may be.
IS_AUDIBLE = Track.state.in_([literal_column(f"'{one}'") for one in AUDIBLE])


def may_hear(state: TrackState, *, is_draft: bool, is_artist: bool, owns_it: bool) -> bool:
    """Whether somebody may have a track: as all, as its artist, or as one who bought it."""
    if state == TrackState.WITHDRAWN:
        return owns_it
    return state in AUDIBLE and (is_artist or not is_draft)


def is_audible(track: Track, release: Release | None) -> bool:
    """Whether listeners may have a track: it can be played, and its release is published."""
    return track.state in AUDIBLE and (release is None or not release.is_draft)


_HAS_COVER = is_shown(Track.artwork_id).label("has_cover")
_PLACED = (
    select(Track, Master, Release, ReleaseTrack, _HAS_COVER)
    .join(Master, Track.master_id == Master.id)
    .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
    .outerjoin(Release, ReleaseTrack.release_id == Release.id)
)
_NOT_OUT: list[ColumnElement[str]] = [literal_column(f"'{one}'") for one in HIDDEN]
_OTHER = aliased(Track)
_WHOLE = _PLACED.add_columns(
    is_shown(Release.artwork_id),
    exists().where(_OTHER.recording_id == Track.recording_id, _OTHER.id != Track.id),
).where(Track.id == bindparam("track"))
#: What lists tell of masters and releases; the rest, with all that was found in a file, is long.
_LISTED = (
    defer(Track.edited, raiseload=True),
    load_only(
        *(Master.sample_rate, Master.channels, Master.samples, Master.pcm_sha256),
        *(Master.integrated_lufs, Master.range_lu, Master.max_momentary_lufs),
        *(Master.max_short_term_lufs, Master.true_peak_dbtp, Master.waveforms),
        raiseload=True,
    ),
    load_only(Release.state, Release.artwork_id, raiseload=True),
)


async def track_of(session: Session, track_id: UUID) -> Published:
    """Answer all that is known of a track.

    Raises:
        Refused: `track-unknown`, 404, also for one that only holds a master of another.

    """
    row = (await session.execute(_WHOLE, {"track": track_id})).first()
    if row is None or row.Track.state == TrackState.REMOVED:
        raise unknown_track()
    track, master, release, place, has_cover, has_artwork, is_elsewhere = row
    # What holds a master is never audible: whoever listens need not wait for the question.
    if track.state not in AUDIBLE and await is_holder(session, track_id):
        raise unknown_track()
    return Published(
        track=track,
        master=master,
        renditions=tuple(await renditions_of(session, master.id)),
        release=release,
        place=place,
        has_cover=bool(has_cover),
        has_artwork=bool(has_artwork),
        is_elsewhere=bool(is_elsewhere),
    )


def require_own(found: Published, caller: Caller) -> None:
    """Refuse a track that is not the caller's, unless they look after all of them.

    Raises:
        Refused: `track-unknown`, 404.

    """
    if caller.id != found.track.owner_id and not oversees(caller, Permission.MUSIC_OVERSEE):
        raise unknown_track()


def unknown_track() -> Refused:
    """Say that there is none."""
    return Refused("track-unknown", "There is no such track.", status=404)


_TITLES = (
    select(Track.recording_id, Track.title)
    .where(among_told(Track.recording_id, "ids"))
    .order_by(Track.created_at.desc(), Track.id)
)


async def titles_of(session: Session, recordings: Collection[UUID]) -> dict[UUID, str]:
    """Answer what recordings are called: each as its first track is."""
    if not recordings:
        return {}
    newest_first = await session.execute(_TITLES, {"ids": recordings})
    return {recording: title for recording, title in newest_first}  # noqa: C416 - rows are no pairs


_NEWEST = (
    select(Track, Master, Release, _HAS_COVER)
    .join(Master, Track.master_id == Master.id)
    .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
    .outerjoin(Release, ReleaseTrack.release_id == Release.id)
    .options(*_LISTED)
    .where(IS_AUDIBLE, or_(Release.id.is_(None), Release.state.not_in(_NOT_OUT)))
    .order_by(Track.created_at.desc(), Track.id.desc())
    .limit(bindparam("most", type_=Integer()))
)
_AFTER = bindparam("at", type_=Instant()), bindparam("track", type_=Uuid())
_NEXT = _NEWEST.where(behind((Track.created_at, Track.id), _AFTER, descending=True))


async def audible_tracks(
    session: Session, *, limit: int, after: tuple[datetime, UUID] | None = None
) -> list[Published]:
    """Answer what there is to hear, the newest first, from behind a time and a track on."""
    question = _NEWEST if after is None else _NEXT
    at, track_id = after or (None, None)
    told = {"most": limit, "at": at, "track": track_id}
    return [
        Published(
            track=track,
            master=master,
            renditions=(),
            release=release,
            has_cover=bool(has_cover),
        )
        for track, master, release, has_cover in await session.execute(question, told)
    ]


async def tracks_owned(
    session: Session,
    owner_id: UUID,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> list[Track]:
    """Answer somebody's tracks that were not removed, the newest first, from behind a place on."""
    query = select(Track).where(
        Track.owner_id == owner_id,
        Track.state != TrackState.REMOVED,
        behind((Track.created_at, Track.id), after, descending=True),
    )
    query = query.order_by(Track.created_at.desc(), Track.id.desc())
    return list(await session.scalars(query.limit(limit)))


async def move(
    session: Session,
    track_id: UUID,
    event: TrackEvent,
    *,
    now: datetime,
    reason: str | None = None,
) -> Track:
    """Change the state of a track as the table allows, with a reason and a time.

    Who withdrew it said why: that stays, while the work on it goes on and nobody hears of it.

    Raises:
        Refused: `track-unknown`.
        Broken: the table does not allow it.

    """
    track = await session.get(Track, track_id, with_for_update=True, populate_existing=True)
    if track is None:
        raise unknown_track()
    was = track.state
    track.state = next_state(TRACK_MOVES, TrackState(was), event)
    if not was == track.state == TrackState.WITHDRAWN:
        track.reason, track.changed_at = reason, now
    if event is TrackEvent.PUBLISH:
        track.playable_at = track.playable_at or now
    if event is TrackEvent.FINISH:
        track.completed_at = now
    if track.state != was:
        kind = EventKind(f"track.{track.state}")
        await tell_of_track(session, track, kind, {"reason": reason}, now=now)
    return track


async def add_rendition(session: Session, rendition: Rendition) -> bool:
    """Publish a rendition beside the current ones; answer whether its rung was still missing."""
    mine = select(Rendition).where(Rendition.master_id == rendition.master_id)
    newest = (await session.scalars(mine.order_by(Rendition.generation.desc()).limit(1))).first()
    if newest is not None and newest.retired_at is None:
        rendition.generation, rendition.since = newest.generation, newest.since
    elif newest is not None:  # the current ones were lost, and are made again
        rendition.generation, rendition.since = newest.generation + 1, newest.retired_at
    return await insert_once(session, rendition)


_MADE = (
    select(Rendition)
    .where(Rendition.master_id == bindparam("master"))
    .order_by(Rendition.is_preview, Rendition.rung)
)
_MADE_SO_FAR, _GIVEN = _MADE.where(CURRENT), _MADE.where(found_at(bindparam("at", type_=Instant())))


async def renditions_of(
    session: Session, master_id: UUID, *, at: datetime | None = None
) -> list[Rendition]:
    """Answer what was made of a master so far; or what who came at a time is given of it."""
    question = _MADE_SO_FAR if at is None else _GIVEN
    return list(await session.scalars(question, {"master": master_id, "at": at}))


async def master_of(session: Session, master_id: UUID) -> Master:
    """Answer a master that is known to be there."""
    return await session.get_one(Master, master_id)


async def describe_master(session: Session, master_id: UUID, facts: dict[str, Any]) -> Master:
    """Write down what an examination found, beside what was known early."""
    master = await session.get_one(Master, master_id, with_for_update=True)
    if "findings" in facts:
        facts = {**facts, "findings": with_early(master.findings or (), facts["findings"])}
    for name, value in facts.items():
        setattr(master, name, value)
    return master


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a master's own tags call it."""

    title: str | None = None
    artist: str | None = None
    isrc: str | None = None


async def rename(session: Session, track: Track, naming: Naming) -> None:
    """Call a track what its tags say, and join it to the recording of the same ISRC."""
    track.title = (naming.title or track.title)[:400]
    track.artist = (naming.artist or track.artist)[:400]
    if naming.isrc is not None:
        await write_isrc(session, track, naming.isrc)


async def write_isrc(session: Session, track: Track, isrc: str | None) -> None:
    """Join a track to the recording of an ISRC, or to one without.

    Only recordings of the same owner are joined: a tag is easily forged. A recording that other
    masters share keeps its own ISRC.
    """
    recording = await session.get_one(Recording, track.recording_id)
    if recording.isrc == isrc:
        return
    query = select(Recording).where(Recording.isrc == isrc, Recording.owner_id == track.owner_id)
    known = (await session.scalars(query.limit(1))).first() if isrc else None
    if known is None and await _is_shared(session, track):
        known = Recording(
            id=uuid4(), owner_id=track.owner_id, isrc=isrc, created_at=track.created_at
        )
        session.add(known)
        await session.flush()
    if known is not None:
        track.recording_id = known.id
    else:
        recording.isrc = isrc


async def _is_shared(session: Session, track: Track) -> bool:
    others = exists().where(
        Track.recording_id == track.recording_id, Track.master_id != track.master_id
    )
    return bool(await session.scalar(select(others)))
