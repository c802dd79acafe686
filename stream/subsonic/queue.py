"""Calls about what somebody hears next, on whichever device: by the song, or by its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from catalog.player_passwords import username_of
from catalog.queues import MOST_TRACKS, Queue, queue_of, write_queue
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content, when
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Named, Thing, id_of
from stream.subsonic.parameters import Parameters
from stream.subsonic.told import told_songs

_MOST_MS = 10**9
#: When a queue was changed of which nobody ever said anything.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def get_play_queue(request: web.Request) -> Content:
    """Answer what whoever asks hears next, and which of it they hear."""
    queue, told = await _told(request)
    current = None if queue.current is None else str(_song(queue, queue.current))
    return {"playQueue": {**told, "current": current}}


async def get_play_queue_by_index(request: web.Request) -> Content:
    """Answer the same, with the place of what they hear."""
    queue, told = await _told(request)
    if queue.current is None:
        return {"playQueueByIndex": told}
    # What nobody may hear any more is not told of, and counts for no place.
    heard = {str(one["id"]) for one in told["entry"]}
    before = queue.tracks[: queue.current]
    place = sum(str(Named(Thing.SONG, one)) in heard for one in before)
    return {"playQueueByIndex": {**told, "currentIndex": place}}


async def save_play_queue(request: web.Request) -> Content:
    """Write down what whoever asks hears next, and which of it they hear; nothing empties it."""
    asked = request[ASKED]
    queue, current = _queue(asked), asked.get("current")
    if queue.tracks:
        song = id_of(current, Thing.SONG) if current else queue.tracks[0]
        if song not in queue.tracks:
            raise Fault(Code.GENERIC, "current is one of the songs of the queue.")
        queue = replace(queue, current=list(queue.tracks).index(song))
    return await _write(request, queue)


async def save_play_queue_by_index(request: web.Request) -> Content:
    """Write down the same, with the place of what they hear."""
    asked = request[ASKED]
    queue = _queue(asked)
    if queue.tracks:
        asked.must("currentIndex")
        queue = replace(queue, current=asked.number("currentIndex", 0))
    return await _write(request, queue)


def _queue(asked: Parameters) -> Queue:
    tracks = [id_of(one, Thing.SONG) for one in asked.all("id")]
    if len(tracks) > MOST_TRACKS:
        raise Fault(Code.GENERIC, f"A queue has {MOST_TRACKS} songs at most.")
    position_ms = asked.number("position", 0, most=_MOST_MS) if tracks else 0
    return Queue(tracks=tracks, position_ms=position_ms, changed_by=asked.get("c")[:100])


async def _write(request: web.Request, queue: Queue) -> Content:
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await queue_of(session, who.id, lock=True)
        await write_queue(session, who.id, queue, now=tools.clock())
    return {}


async def _told(request: web.Request) -> tuple[Queue, dict[str, Any]]:
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        queue = await queue_of(session, who.id)
        username = await username_of(session, who.person_id)
        songs = await told_songs(session, request, queue.tracks)
    changed = when(queue.changed_at or _NEVER)
    told = {"username": username, "changed": changed, "changedBy": queue.changed_by}
    return queue, {**told, "position": queue.position_ms, "entry": songs}


def _song(queue: Queue, place: int) -> Named:
    return Named(Thing.SONG, queue.tracks[place])
