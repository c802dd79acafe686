"""Calls by which players say what they play: evidence, which charges nobody by itself."""

from __future__ import annotations

from aiohttp import web

from stream.heard import reported
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Thing, id_of

_MOST, _MOST_MS = 100, 10**8
_STATES = frozenset({"starting", "playing", "paused", "stopped"})


async def scrobble(request: web.Request) -> Content:
    """Hear that a song begins (`submission` is false), or that enough of it was heard."""
    asked = request[ASKED]
    asked.must("id")
    songs = [id_of(one, Thing.SONG) for one in asked.all("id")]
    if len(songs) > _MOST:
        raise Fault(Code.GENERIC, f"At most {_MOST} songs at once, please.")
    position_ms = None if asked.yes("submission", default=True) else 0
    for track_id in songs:
        await reported(request, track_id, position_ms=position_ms)
    return {}


async def report_playback(request: web.Request) -> Content:
    """Hear where a song is that somebody plays."""
    asked = request[ASKED]
    track_id = id_of(asked.must("mediaId"), Thing.SONG)
    if asked.must("mediaType") != "song":
        raise Fault(Code.GENERIC, "Only songs are played here.")
    asked.must("positionMs")
    if asked.must("state") not in _STATES:
        raise Fault(Code.GENERIC, f"state is one of {', '.join(sorted(_STATES))}.")
    position_ms = asked.number("positionMs", 0, most=_MOST_MS)
    await reported(request, track_id, position_ms=position_ms)
    return {}
