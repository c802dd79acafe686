"""What happens to an artist's music, as it happens: server-sent events that can be resumed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from pydantic import Field

from base.database import Database
from catalog.events import PERSONAL, events_after, newest_numbers
from catalog.models.events import Event
from catalog.permissions import Permission
from stream.api.asking import Query, asking
from stream.api.tracks import own_track
from stream.feed import Feed, Watcher
from stream.identity.callers import caller
from stream.keys import FEED, TOOLS
from stream.server_sent import STILL_HERE, last_number, message, retry

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events until a buffer is full
}
_RETRY_MS = 1_000
_STILL_HERE_S = 15.0
_BATCH = 100


class EventsQuery(Query):
    """Of which track, if of one; after which event, for who cannot send Last-Event-ID."""

    track: str | None = Field(default=None, max_length=64)
    after: str = Field(default="", max_length=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose events, of which track if of one, and after which; all, or none of a person's own."""

    owner_id: UUID
    is_own: bool
    track_id: UUID | None
    after: int


async def get_events(request: web.Request) -> web.StreamResponse:
    """Tell what happens; where the client was here before, also what it missed."""
    wish = await _wish(request)
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    feed, database = request.app[FEED], request.app[TOOLS].database
    with feed.watching(wish.owner_id) as watcher, suppress(ConnectionError):
        await response.write(retry(_RETRY_MS).encode())
        async for text in _told(feed, watcher, database, wish):
            await response.write(text.encode())
    return response


async def _wish(request: web.Request) -> Wish:
    who = await caller(request)
    owner_id, track_id = who.id, None
    asked = asking(request, EventsQuery)
    if track := asked.track:
        found = await own_track(request, track)
        owner_id, track_id = found.track.owner_id, found.track.id
    seen = request.headers.get("Last-Event-ID", asked.after)
    after, newest = last_number(seen), await _newest(request.app[TOOLS].database, owner_id)
    if after is None or after > newest:  # it saw none of ours
        # Of one track all is told that ever happened; of all, what happens from now on.
        after = 0 if track_id else newest
    is_own = who.personal_id(Permission.OWN_MEMBERSHIP_READ) == owner_id
    return Wish(owner_id=owner_id, is_own=is_own, track_id=track_id, after=after)


async def _newest(database: Database, owner_id: UUID) -> int:
    async with database.read() as session:
        return (await newest_numbers(session, [owner_id]))[owner_id]


async def _told(feed: Feed, watcher: Watcher, database: Database, wish: Wish) -> AsyncIterator[str]:
    after = wish.after
    while not feed.is_closed:
        watcher.woken.clear()
        async for event in _missed(database, wish, after):
            if wish.is_own or event.kind not in PERSONAL:
                yield _printed(event)
            after = event.number
        for progress in watcher.taken():
            said = json.loads(progress)
            if wish.track_id is None or said.get("track") == str(wish.track_id):
                yield message("upload.progress" if "upload" in said else "progress", progress)
        try:
            async with asyncio.timeout(_STILL_HERE_S):
                await watcher.woken.wait()
        except TimeoutError:
            yield STILL_HERE


async def _missed(database: Database, wish: Wish, after: int) -> AsyncIterator[Event]:
    while True:
        async with database.read() as session:
            events = await events_after(
                session, wish.owner_id, after, track_id=wish.track_id, limit=_BATCH
            )
        for event in events:
            yield event
            after = event.number
        if len(events) < _BATCH:
            return


def _printed(event: Event) -> str:
    data = {**event.data, "at": event.at.isoformat()}
    if event.track_id is not None:
        data["track"] = str(event.track_id)
    return message(event.kind, json.dumps(data), number=event.number)
