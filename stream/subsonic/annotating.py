"""Calls by which somebody says what they think of something."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from aiohttp import web

from catalog.favourites import disfavour, favour, rate, unrate
from catalog.liking import Kind, require_there
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Thing, id_of, named
from stream.subsonic.parameters import Parameters

_KINDS = {
    Thing.SONG: Kind.TRACK,
    Thing.ALBUM: Kind.RELEASE,
    Thing.ARTIST: Kind.ARTIST,
    Thing.PLAYLIST: Kind.PLAYLIST,
}
_MOST, _MOST_STARS = 500, 5


async def star(request: web.Request) -> Content:
    """Like things."""
    who, tools, things = await caller(request), request.app[TOOLS], _things(request[ASKED])
    async with tools.database.begin() as session:
        for kind, subject in things:
            await require_there(session, kind, subject, for_id=who.id)
            await favour(session, who.id, kind, subject, now=tools.clock())
    return {}


async def unstar(request: web.Request) -> Content:
    """Like things no more."""
    who, things = await caller(request), _things(request[ASKED])
    async with request.app[TOOLS].database.begin() as session:
        for kind, subject in things:
            await disfavour(session, who.id, kind, subject)
    return {}


async def set_rating(request: web.Request) -> Content:
    """Give something one to five stars, or none."""
    who, tools, asked = await caller(request), request.app[TOOLS], request[ASKED]
    asked.must("rating")
    stars, found = asked.number("rating", 0, most=_MOST_STARS), named(asked.must("id"))
    kind = _KINDS[found.thing]
    if kind is Kind.PLAYLIST:
        raise Fault(Code.GENERIC, "Playlists are liked, and have no stars.")
    async with tools.database.begin() as session:
        await require_there(session, kind, found.id, for_id=who.id)
        if not stars:
            await unrate(session, who.id, kind, found.id)
            return {}
        await rate(session, who.id, kind, found.id, stars=stars, now=tools.clock())
    return {}


def _things(asked: Parameters) -> list[tuple[Kind, UUID]]:
    found = list(_named(asked))
    if not found:
        asked.must("id")
    if len(found) > _MOST:
        raise Fault(Code.GENERIC, f"At most {_MOST} things at once, please.")
    return found


def _named(asked: Parameters) -> Iterator[tuple[Kind, UUID]]:
    for text in asked.all("id"):
        one = named(text)
        yield _KINDS[one.thing], one.id
    for text in asked.all("albumId"):
        yield Kind.RELEASE, id_of(text, Thing.ALBUM)
    for text in asked.all("artistId"):
        yield Kind.ARTIST, id_of(text, Thing.ARTIST)
