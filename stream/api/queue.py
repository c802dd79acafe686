"""What the caller hears next: the same on all their devices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from base.database import Session
from catalog.cards import cards_for
from catalog.queues import MOST_TRACKS, Queue, queue_of, write_queue
from stream.api.answers import answered
from stream.api.asking import told
from stream.api.cards import TrackCard, card_document
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.keys import TOOLS


class QueuePlace(BaseModel):
    """A track in the queue; `card` is null where the caller may not know of it."""

    track: str
    card: TrackCard | None


class QueueDocument(BaseModel):
    """Tracks in order, which of them is heard (from 0) and how far, in seconds.

    `changed_by` is what the device that said so calls itself; `version` counts what was said.
    """

    items: list[QueuePlace]
    current: int | None
    position: float
    version: int
    changed_at: datetime | None
    changed_by: str


class WriteQueue(BaseModel):
    """Say what is heard next, on which device; with `If-Match` only if no other did meanwhile."""

    model_config = ConfigDict(extra="forbid")

    tracks: list[UUID] = Field(max_length=MOST_TRACKS)
    current: int | None = Field(default=None, ge=0, lt=MOST_TRACKS)
    position: float = Field(default=0, ge=0, le=1_000_000, allow_inf_nan=False)
    changed_by: str = Field(default="", max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")


async def get_queue(request: web.Request) -> web.Response:
    """Answer the caller's queue."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return answered(request, await _document(session, who.id, await queue_of(session, who.id)))


async def put_queue(request: web.Request) -> web.Response:
    """Write the caller's queue."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, WriteQueue)
    queue = Queue(
        tracks=wanted.tracks,
        current=wanted.current,
        position_ms=round(wanted.position * 1000),
        changed_by=wanted.changed_by,
    )
    async with tools.database.begin() as session:
        was = await queue_of(session, who.id, lock=True)
        await require_match(request, lambda: _document(session, who.id, was))
        written = await write_queue(session, who.id, queue, now=tools.clock())
        body = await _document(session, who.id, written)
    return answered(request, body)


async def _document(session: Session, reader_id: UUID, queue: Queue) -> QueueDocument:
    cards = await cards_for(session, reader_id, queue.tracks)
    return QueueDocument(
        items=[
            QueuePlace(track=str(one), card=card_document(cards[one]) if one in cards else None)
            for one in queue.tracks
        ],
        current=queue.current,
        position=queue.position_ms / 1000,
        version=queue.version,
        changed_at=queue.changed_at,
        changed_by=queue.changed_by,
    )
