"""Tracks, their masters and renditions: what is known, and how it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from base.database import Session, insert_once
from base.errors import Refused
from catalog.events import EventKind, tell_of_track
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
from catalog.states import TRACK_MOVES, TrackEvent, TrackState, next_state

#: States in which listeners may have a track.
AUDIBLE = (TrackState.PLAYABLE, TrackState.COMPLETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A track with its master and what was made of it, best known rung first."""

    track: Track
    master: Master
    renditions: tuple[Rendition, ...]

    @property
    def duration_s(self) -> float | None:
        """The length of the music in seconds, once it was examined."""
        if self.master.samples is None or not self.master.sample_rate:
            return None
        return self.master.samples / self.master.sample_rate

    @property
    def is_audible(self) -> bool:
        """Whether listeners may have it."""
        return self.track.state in AUDIBLE


async def track_of(session: Session, track_id: UUID) -> Published:
    """Answer all that is known of a track.

    Raises:
        Refused: `track-unknown`, 404.

    """
    track = await session.get(Track, track_id)
    if track is None:
        raise Refused("track-unknown", "There is no such track.", status=404)
    return await _published(session, track)


async def track_of_master(session: Session, master_id: UUID) -> Track:
    """Answer the track that a master was sent for."""
    query = select(Track).where(Track.master_id == master_id).order_by(Track.created_at)
    return (await session.scalars(query)).first() or _no_track(master_id)


async def audible_tracks(session: Session, *, limit: int = 200) -> list[Published]:
    """Answer what there is to hear, the newest first."""
    query = select(Track, Master).join(Master, Track.master_id == Master.id)
    query = query.where(Track.state.in_(AUDIBLE)).order_by(Track.created_at.desc()).limit(limit)
    return [
        Published(track=track, master=master, renditions=())
        for track, master in await session.execute(query)
    ]


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
        raise Refused("track-unknown", "There is no such track.", status=404)
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


async def note_trouble(session: Session, master_id: UUID, sentence: str) -> None:
    """Say beside its state why nothing more happens to the track of a master for now."""
    track = await track_of_master(session, master_id)
    if track.state != TrackState.WITHDRAWN:
        track.reason = sentence


async def add_rendition(session: Session, rendition: Rendition) -> bool:
    """Publish a rendition; answer whether its rung was still missing."""
    return await insert_once(session, rendition)


async def renditions_of(session: Session, master_id: UUID) -> list[Rendition]:
    """Answer what was made of a master so far."""
    query = select(Rendition).where(Rendition.master_id == master_id)
    return list(await session.scalars(query.order_by(Rendition.is_preview, Rendition.rung)))


async def master_of(session: Session, master_id: UUID) -> Master:
    """Answer a master that is known to be there."""
    return await session.get_one(Master, master_id)


async def describe_master(session: Session, master_id: UUID, facts: dict[str, Any]) -> None:
    """Write down what an examination found."""
    master = await session.get_one(Master, master_id, with_for_update=True)
    for name, value in facts.items():
        setattr(master, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a master's own tags call it."""

    title: str | None = None
    artist: str | None = None
    isrc: str | None = None


async def rename(session: Session, track: Track, naming: Naming) -> None:
    """Call a track what its tags say, and join it to the recording of the same ISRC.

    Only recordings of the same owner are joined: a tag is easily forged.
    """
    track.title = (naming.title or track.title)[:400]
    track.artist = (naming.artist or track.artist)[:400]
    if naming.isrc is None:
        return
    query = select(Recording).where(
        Recording.isrc == naming.isrc, Recording.owner_id == track.owner_id
    )
    known = (await session.scalars(query.limit(1))).first()
    if known is not None:
        track.recording_id = known.id
    else:
        recording = await session.get_one(Recording, track.recording_id)
        recording.isrc = naming.isrc


async def _published(session: Session, track: Track) -> Published:
    master = await session.get_one(Master, track.master_id)
    renditions = await renditions_of(session, master.id)
    return Published(track=track, master=master, renditions=tuple(renditions))


def _no_track(master_id: UUID) -> Track:
    raise Refused("track-unknown", f"There is no track of the master {master_id}.", status=404)
