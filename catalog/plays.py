"""Play sessions and the evidence they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from base.database import Session, is_new
from base.errors import Refused
from base.several import among_told
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.plays import Counter, Heartbeat, Play, PlaySession
from catalog.models.releases import ReleaseTrack
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, TrackState, next_state

#: What a session comes to once; nothing that is heard after it is paid for.
OVER = (PlayState.SETTLED, PlayState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a listener is on the way to owning a recording."""

    plays: int
    owned_at: datetime | None


#: That of whom there is no counter.
UNHEARD = Standing(plays=0, owned_at=None)


async def standing_of(session: Session, *, listener_id: UUID, recording_id: UUID) -> Standing:
    """Answer the counter of a listener and a recording."""
    counter = await session.get(Counter, (listener_id, recording_id))
    if counter is None:
        return UNHEARD
    return Standing(plays=counter.plays, owned_at=counter.owned_at)


_COUNTERS = table_of(Counter).c
STANDINGS = select(_COUNTERS.recording_id, _COUNTERS.plays, _COUNTERS.owned_at).where(
    _COUNTERS.listener_id == bindparam("listener"), among_told(_COUNTERS.recording_id, "ids")
)


async def standings_of(
    session: Session, *, listener_id: UUID, recordings: Collection[UUID]
) -> dict[UUID, Standing]:
    """Answer the counters of a listener and of recordings, as far as there are any."""
    told = {"listener": listener_id, "ids": recordings}
    return {
        one.recording_id: Standing(plays=one.plays, owned_at=one.owned_at)
        for one in await session.execute(STANDINGS, told)
    }


async def owns_any_on(session: Session, *, listener_id: UUID, release_id: UUID) -> bool:
    """Whether a listener owns any track of a release."""
    query = (
        select(Counter.recording_id)
        .join(Track, Track.recording_id == Counter.recording_id)
        .join(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .where(ReleaseTrack.release_id == release_id)
        .where(Counter.listener_id == listener_id, Counter.owned_at.is_not(None))
    )
    return await session.scalar(query.limit(1)) is not None


async def was_downloaded(session: Session, *, listener_id: UUID, recording_id: UUID) -> bool:
    """Whether a listener was given a file of a recording to keep."""
    counter = await session.get(Counter, (listener_id, recording_id))
    return counter is not None and counter.downloaded_at is not None


async def note_download(
    session: Session, *, listener_id: UUID, recording_id: UUID, now: datetime
) -> bool:
    """Write down that a file of a recording is given to keep; answer whether it may be.

    It may no more where it was given back just now.
    """
    table = table_of(Counter)
    mine = table.c.listener_id == listener_id, table.c.recording_id == recording_id
    change = update(table).where(*mine, table.c.owned_at.is_not(None))
    change = change.values(downloaded_at=func.coalesce(table.c.downloaded_at, now))
    found = await session.execute(change)
    return int(found.rowcount) > 0  # type: ignore[attr-defined] # of a change there is one


async def note_downloads(
    session: Session, *, listener_id: UUID, recordings: Collection[UUID], now: datetime
) -> bool:
    """Write down that files of recordings are given to keep; answer whether all of them may be."""
    table, which = table_of(Counter), list(recordings)
    mine = table.c.listener_id == listener_id, table.c.recording_id.in_(which)
    owned = (*mine, table.c.owned_at.is_not(None))
    first = update(table).where(*owned, table.c.downloaded_at.is_(None)).values(downloaded_at=now)
    await session.execute(first)
    return await session.scalar(select(func.count()).where(*owned)) == len(set(which))


async def add_session(session: Session, row: Mapping[str, object]) -> None:
    """Write down a session; without an object, of which nothing else is asked."""
    await session.execute(insert(table_of(PlaySession)), row)


async def play_session(session: Session, play_id: UUID, *, lock: bool = False) -> PlaySession:
    """Answer a session.

    Raises:
        Refused: `play-unknown`, 404.

    """
    found = await session.get(PlaySession, play_id, with_for_update=lock)
    if found is None:
        raise unknown_play()
    return found


async def last_session(
    session: Session, listener_id: UUID, track_id: UUID, *, since: datetime
) -> PlaySession | None:
    """Answer the session that a listener last opened of a track, if that was since a time."""
    query = select(PlaySession).where(
        PlaySession.listener_id == listener_id,
        PlaySession.track_id == track_id,
        PlaySession.opened_at >= since,
        PlaySession.revoked_at.is_(None),
    )
    order = PlaySession.opened_at.desc(), PlaySession.id.desc()
    return (await session.scalars(query.order_by(*order).limit(1))).first()


def unknown_play() -> Refused:
    """Say that there is no such session, whether there is one or not."""
    return Refused("play-unknown", "There is no such play.", status=404)


async def revoked_since(session: Session, since: datetime) -> tuple[set[UUID], set[UUID]]:
    """Answer the sessions that were taken back, and the tracks that were withdrawn or deleted."""
    sessions = select(PlaySession.id).where(PlaySession.revoked_at >= since)
    gone = (TrackState.WITHDRAWN, TrackState.REMOVED)
    tracks = select(Track.id).where(Track.state.in_(gone), Track.changed_at >= since)
    return set(await session.scalars(sessions)), set(await session.scalars(tracks))


async def add_heartbeat(session: Session, row: Mapping[str, object]) -> bool:
    """Write down what a player said; answer whether it had not said the same before."""
    return await is_new(session, Heartbeat, row)


async def keep_active(
    session: Session, sessions: Sequence[UUID], *, now: datetime, before: datetime
) -> None:
    """Write down that sessions are heard, where that was last written down before a time.

    Not of those that have come to what they can: their address runs out. Locked in the order of
    their ids, as evidence locks them.
    """
    found = PlaySession.id.in_(sessions), PlaySession.active_at < before
    query = select(PlaySession.id).where(*found, PlaySession.state.not_in(OVER))
    ids = list(await session.scalars(query.order_by(PlaySession.id).with_for_update()))
    if ids:
        change = update(PlaySession).where(PlaySession.id.in_(ids)).values(active_at=now)
        await session.execute(change.execution_options(synchronize_session=False))


async def heartbeats_of(session: Session, play_id: UUID) -> list[Heartbeat]:
    """Answer all that players of a session said, in the order it came."""
    heartbeats = select(Heartbeat).where(Heartbeat.session_id == play_id).order_by(Heartbeat.id)
    return list(await session.scalars(heartbeats))


async def counted_plays(session: Session) -> int:
    """Answer how many plays there are."""
    return await session.scalar(select(func.count()).select_from(Play)) or 0


def move_play(play: PlaySession, event: PlayEvent, reason: str) -> None:
    """Change the state of a session as the table allows.

    Raises:
        Broken: the table does not allow it.

    """
    play.state = next_state(PLAY_MOVES, PlayState(play.state), event)
    play.reason = reason
