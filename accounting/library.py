"""What a listener owns and is on the way to owning: all of it at once, or with titles, by pages.

Ten thousand recordings are one answer of the database, from an index alone and as one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, cast, func, select

from accounting.nearing import is_near
from base.bulk import is_sqlite
from base.database import Session
from base.several import among_told
from catalog.keysets import behind
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.music import AUDIBLE
from catalog.states import TrackState

_COUNTERS = table_of(Counter).c
_LAST_OWNED = Counter.owned_at, Counter.recording_id
_NEAREST = Counter.plays, Counter.recording_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Recordings that are owned, the newest first, and how often others were paid for."""

    owned: Sequence[str]
    begun: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A recording as one of its tracks calls it, if any is left; `plays` is how often it was paid.

    A track that everybody can hear is preferred, and of those the first.
    """

    recording_id: UUID
    plays: int
    owned_at: datetime | None
    track_id: UUID | None
    title: str | None
    artist: str | None


async def library_of(session: Session, listener_id: UUID) -> Library:
    """Answer all of a listener's recordings, by their numbers."""
    newest = _COUNTERS.owned_at.desc(), _COUNTERS.recording_id.desc()
    mine = select(_COUNTERS.recording_id).where(*_owned(listener_id)).order_by(*newest).subquery()
    joined = func.aggregate_strings(cast(mine.c.recording_id, String), ",")
    begun = select(_COUNTERS.recording_id, _COUNTERS.plays).where(*_begun(listener_id))
    rows = await session.execute(begun.order_by(_COUNTERS.recording_id))
    return Library(
        owned=_ids(session, await session.scalar(select(joined)) or ""),
        begun=[(str(recording), plays) for recording, plays in rows],
    )


def _ids(session: Session, joined: str) -> list[str]:
    found = joined.split(",") if joined else []
    if is_sqlite(session):  # which keeps them without hyphens
        return [str(UUID(one)) for one in found]
    return found


async def owned_page(
    session: Session, listener_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Item]:
    """Answer what is owned, the newest first, from behind a time and a recording on."""
    which = *_owned(listener_id), behind(_LAST_OWNED, after, descending=True)
    newest = _COUNTERS.owned_at.desc(), _COUNTERS.recording_id.desc()
    return await _page(session, which, newest, limit=limit)


async def owned_by_number(
    session: Session, listener_id: UUID, *, limit: int, offset: int
) -> tuple[list[Item], int]:
    """Answer the same from behind so many on, and how much is owned."""
    mine = _owned(listener_id)
    newest = _COUNTERS.owned_at.desc(), _COUNTERS.recording_id.desc()
    count = await session.scalar(select(func.count()).where(*mine)) or 0
    return await _page(session, mine, newest, limit=limit, offset=offset), count


async def owned_count(session: Session, listener_id: UUID) -> int:
    """Answer how many recordings a listener owns."""
    query = select(func.count()).where(*_owned(listener_id))
    return int(await session.scalar(query) or 0)


async def owned_part(session: Session, listener_id: UUID, *, offset: int, limit: int) -> list[Item]:
    """Answer what is owned, the oldest first, from a number on: what comes goes to the end."""
    which, oldest = _owned(listener_id), (_COUNTERS.owned_at, _COUNTERS.recording_id)
    return await _page(session, which, oldest, limit=limit, offset=offset)


async def begun_page(
    session: Session, listener_id: UUID, *, after: UUID | None, limit: int
) -> list[Item]:
    """Answer what is paid for in part, from behind a recording on."""
    which = [*_begun(listener_id)]
    if after is not None:
        which.append(_COUNTERS.recording_id > after)
    return await _page(session, which, (_COUNTERS.recording_id,), limit=limit)


async def near_page(
    session: Session, listener_id: UUID, *, steps: int, after: tuple[int, UUID] | None, limit: int
) -> list[Item]:
    """Answer what is a play or two away from being owned, the nearest first, from behind one on."""
    whose = _COUNTERS.listener_id == listener_id
    which = whose, *is_near(steps), behind(_NEAREST, after, descending=True)
    nearest = _COUNTERS.plays.desc(), _COUNTERS.recording_id.desc()
    return await _page(session, which, nearest, limit=limit)


def _owned(listener_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return _COUNTERS.listener_id == listener_id, _COUNTERS.owned_at.is_not(None)


def _begun(listener_id: UUID) -> tuple[ColumnElement[bool], ...]:
    whose = _COUNTERS.listener_id == listener_id
    return whose, _COUNTERS.owned_at.is_(None), _COUNTERS.plays > 0


async def _page(
    session: Session,
    which: Iterable[ColumnElement[bool]],
    order: Sequence[ColumnElement[object]],
    *,
    limit: int,
    offset: int = 0,
) -> list[Item]:
    query = select(_COUNTERS.recording_id, _COUNTERS.plays, _COUNTERS.owned_at).where(*which)
    query = query.order_by(*order).limit(limit).offset(offset)
    rows = (await session.execute(query)).all()
    tracks = await _tracks(session, [row.recording_id for row in rows])
    return [
        _item(row.recording_id, row.plays, row.owned_at, tracks.get(row.recording_id))
        for row in rows
    ]


def _item(
    recording_id: UUID, plays: int, owned_at: datetime | None, track: Row[*tuple[Any, ...]] | None
) -> Item:
    return Item(
        recording_id=recording_id,
        plays=plays,
        owned_at=owned_at,
        track_id=None if track is None else track.id,
        title=None if track is None else track.title,
        artist=None if track is None else track.artist,
    )


_CALLED = select(
    *(Track.id, Track.recording_id, Track.title, Track.artist, Track.state, Track.created_at)
).where(among_told(Track.recording_id, "ids"), Track.state != TrackState.REMOVED)


async def _tracks(
    session: Session, recordings: Sequence[UUID]
) -> dict[UUID, Row[*tuple[Any, ...]]]:
    found = sorted(
        await session.execute(_CALLED, {"ids": recordings}),
        key=lambda one: (one.state not in AUDIBLE, one.created_at, one.id),
        reverse=True,
    )
    return {one.recording_id: one for one in found}
