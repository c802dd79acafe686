"""Play sessions and the evidence they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update

from base.database import Session
from base.errors import Refused
from catalog.models.music import Track
from catalog.models.plays import Counter, Delivery, Heartbeat, Play, PlaySession
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, TrackState, next_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a listener is on the way to owning a recording."""

    plays: int
    owned_at: datetime | None


async def standing_of(session: Session, *, listener_id: UUID, recording_id: UUID) -> Standing:
    """Answer the counter of a listener and a recording."""
    counter = await session.get(Counter, (listener_id, recording_id))
    if counter is None:
        return Standing(plays=0, owned_at=None)
    return Standing(plays=counter.plays, owned_at=counter.owned_at)


async def play_session(session: Session, play_id: UUID, *, lock: bool = False) -> PlaySession:
    """Answer a session.

    Raises:
        Refused: `play-unknown`, 404.

    """
    found = await session.get(PlaySession, play_id, with_for_update=lock)
    if found is None:
        raise Refused("play-unknown", "There is no such play.", status=404)
    return found


async def revoked_since(session: Session, since: datetime) -> tuple[set[UUID], set[UUID]]:
    """Answer the sessions that were taken back, and the tracks that were withdrawn or deleted."""
    sessions = select(PlaySession.id).where(PlaySession.revoked_at >= since)
    gone = (TrackState.WITHDRAWN, TrackState.REMOVED)
    tracks = select(Track.id).where(Track.state.in_(gone), Track.changed_at >= since)
    return set(await session.scalars(sessions)), set(await session.scalars(tracks))


async def keep_active(
    session: Session, sessions: Sequence[UUID], *, now: datetime, before: datetime
) -> None:
    """Write down that sessions are heard, where that was last written down before a time."""
    found = PlaySession.id.in_(sessions), PlaySession.active_at < before
    await session.execute(update(PlaySession).where(*found).values(active_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Audio whose bytes were served to a session, in milliseconds of the track."""

    session_id: UUID
    at: datetime
    start_ms: int
    end_ms: int


async def add_deliveries(session: Session, served: Sequence[Served]) -> None:
    """Write down what was served: thousands of rows a second, hence without an object each."""
    if served:
        await session.execute(insert(Delivery), [asdict(one) for one in served])


async def evidence_of(session: Session, play_id: UUID) -> tuple[list[Delivery], list[Heartbeat]]:
    """Answer all evidence of a session, in the order it came."""
    deliveries = select(Delivery).where(Delivery.session_id == play_id).order_by(Delivery.id)
    heartbeats = select(Heartbeat).where(Heartbeat.session_id == play_id).order_by(Heartbeat.id)
    return list(await session.scalars(deliveries)), list(await session.scalars(heartbeats))


async def heartbeats_of(session: Session, play_id: UUID) -> int:
    """Answer how many heartbeats a session has sent."""
    query = select(func.count()).select_from(Heartbeat).where(Heartbeat.session_id == play_id)
    return await session.scalar(query) or 0


async def play_of_session(session: Session, play_id: UUID) -> Play | None:
    """Answer the play that a session came to, if it did."""
    return await session.scalar(select(Play).where(Play.session_id == play_id))


def move_play(play: PlaySession, event: PlayEvent, reason: str) -> None:
    """Change the state of a session as the table allows.

    Raises:
        Broken: the table does not allow it.

    """
    play.state = next_state(PLAY_MOVES, PlayState(play.state), event)
    play.reason = reason
