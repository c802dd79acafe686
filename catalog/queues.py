"""What somebody hears next, on whichever device they go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.database import Session, is_new
from base.errors import Refused
from catalog.models.listening import PlayQueue
from catalog.people import lock_account

MOST_TRACKS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Tracks in order, which of them is heard (from 0), how far, and which device said so."""

    tracks: Sequence[UUID] = ()
    current: int | None = None
    position_ms: int = 0
    changed_by: str = ""
    version: int = 0
    changed_at: datetime | None = None


async def queue_of(session: Session, account_id: UUID, *, lock: bool = False) -> Queue:
    """Answer somebody's queue; an empty one where nothing was ever said.

    One that there is not yet is locked as its owner is: two may say the first thing at once.
    """
    row = await session.get(PlayQueue, account_id, with_for_update=lock, populate_existing=lock)
    if row is None and lock:
        await lock_account(session, account_id)
        row = await session.get(PlayQueue, account_id, with_for_update=True)
    if row is None:
        return Queue()
    return Queue(
        tracks=[UUID(one) for one in row.tracks],
        current=row.current,
        position_ms=row.position_ms,
        changed_by=row.changed_by,
        version=row.version,
        changed_at=row.changed_at,
    )


async def write_queue(session: Session, account_id: UUID, queue: Queue, *, now: datetime) -> Queue:
    """Let somebody's queue be this, and count the change; the caller has locked it.

    Raises:
        Refused: `bad-queue`, 422: there is no such place in it.

    """
    length = len(queue.tracks)
    if length > MOST_TRACKS:
        sentence = f"A queue has {MOST_TRACKS} tracks at most, and these are {length}."
        raise Refused("bad-queue", sentence, status=422)
    if queue.current is not None and queue.current >= length:
        sentence = f"`current` is counted from 0: it is less than {length}, the number of tracks."
        raise Refused("bad-queue", sentence, status=422)
    current = queue.current if length else None
    values = {
        "tracks": [str(one) for one in queue.tracks],
        "current": (current or 0) if length else None,
        "position_ms": queue.position_ms,
        "changed_by": queue.changed_by,
        "changed_at": now,
    }
    if not await is_new(session, PlayQueue, {"account_id": account_id, **values, "version": 1}):
        row = await session.get_one(PlayQueue, account_id, with_for_update=True)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        await session.flush()
    return await queue_of(session, account_id)
