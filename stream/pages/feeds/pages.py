"""Feeds of artists with what is free to hear, and maps of the site; nobody is known here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from aiohttp import hdrs, web

from base.errors import Refused
from catalog.artists import artist_of, unknown_artist
from catalog.cards import cards_of
from catalog.discographies import is_artist_public
from catalog.music import renditions_of, track_of, unknown_track
from catalog.public_pages import Shown, first_of_stretches, stretch_from
from stream.api.tracks import track_id_of
from stream.ids import id_in
from stream.keys import MOMENTS, ORIGIN, TOOLS
from stream.media_headers import CROSS_ORIGIN
from stream.objects import whole
from stream.pages.feeds.gathering import RUNG, Asked, feed_of, free_among
from stream.pages.feeds.printing import (
    ATOM,
    MAP,
    RSS,
    Feed,
    atom,
    map_index,
    robots,
    rss,
    site_map,
)
from stream.ranges import is_named
from stream.sending import Stored, send

_CACHE, _CACHE_OF_MAPS = "public, max-age=300", "public, max-age=3600"
_NOSNIFF = "X-Content-Type-Options"
#: When to ask again for what is still being made, in seconds.
_READY_AFTER_S = 60


async def get_rss(request: web.Request) -> web.Response:
    """Tell what an artist put out, as RSS."""
    return await _feed(request, rss, RSS)


async def get_atom(request: web.Request) -> web.Response:
    """Tell what an artist put out, as Atom."""
    return await _feed(request, atom, ATOM)


async def get_sound(request: web.Request) -> web.StreamResponse:
    """Answer bytes of a track that all may hear for nothing; nothing is counted or charged."""
    tools, track_id = request.app[TOOLS], track_id_of(request.match_info["track"])
    territory = tools.settings.territory or None
    async with tools.database.read() as session:
        cards = await cards_of(session, [track_id])
        heard = [one for one in cards.values() if one.is_audible]
        free = await free_among(session, heard, territory=territory, now=tools.clock())
        if track_id not in free:
            raise unknown_track()
        found = await track_of(session, track_id)
        made = await renditions_of(session, found.master.id)
    sound = next((one for one in made if one.rung == RUNG), None)
    if sound is None:
        raise Refused(
            "not-ready",
            "This track is still being made; please try again in a moment.",
            status=409,
            retry_after_s=_READY_AFTER_S,
        )
    headers = {hdrs.CACHE_CONTROL: _CACHE, _NOSNIFF: "nosniff", **CROSS_ORIGIN}
    return await send(request, Stored(served=whole(sound), headers=headers))


async def get_map_index(request: web.Request) -> web.Response:
    """Tell where the maps of the site are."""
    tools, origin = request.app[TOOLS], request.app[ORIGIN]

    async def make() -> bytes:
        async with tools.database.read() as session:
            firsts = {one: await first_of_stretches(session, one) for one in Shown}
        every = ((shown, first) for shown, found in firsts.items() for first in found)
        return map_index(f"{origin}/sitemaps/{shown}-{first}.xml" for shown, first in every)

    body = await request.app[MOMENTS].of("sitemap", make)
    return _answer(request, body, MAP, cache=_CACHE_OF_MAPS)


async def get_map(request: web.Request) -> web.Response:
    """Tell a stretch of what anyone may look at."""
    origin, shown = request.app[ORIGIN], Shown(request.match_info["shown"])
    first = id_in(request.match_info["first"], _no_such_map())

    async with request.app[TOOLS].database.read() as session:
        found = await stretch_from(session, shown, first)
    if not found:
        raise _no_such_map()
    body = site_map((f"{origin}/{shown}/{one}", at) for one, at in found)
    return _answer(request, body, MAP, cache=_CACHE_OF_MAPS)


async def get_robots(request: web.Request) -> web.Response:
    """Tell search engines what to look at."""
    body = robots(request.app[ORIGIN]).encode()
    return _answer(request, body, "text/plain", cache=_CACHE_OF_MAPS)


async def _feed(request: web.Request, printed: Callable[[Feed], bytes], mime: str) -> web.Response:
    tools, origin = request.app[TOOLS], request.app[ORIGIN]
    artist_id = id_in(request.match_info["artist"], unknown_artist())
    territory = tools.settings.territory or None
    asked = Asked(origin=origin, path=request.path, territory=territory, now=tools.clock())

    async def make() -> bytes:
        async with tools.database.read() as session:
            artist = await artist_of(session, artist_id)
            if not await is_artist_public(session, artist.id):
                raise unknown_artist()
            feed = await feed_of(session, artist, asked)
        return printed(feed)

    return _answer(request, await request.app[MOMENTS].of(request.path, make), mime, cache=_CACHE)


def _answer(request: web.Request, body: bytes, mime: str, *, cache: str) -> web.Response:
    """Answer a text, or that it is the one that is known."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {hdrs.CACHE_CONTROL: cache, hdrs.ETAG: tag, _NOSNIFF: "nosniff"}
    if is_named(tag, by=request.headers.get(hdrs.IF_NONE_MATCH, "")):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=mime, charset="utf-8", headers=headers)


def _no_such_map() -> Refused:
    return Refused("map-unknown", "There is no such map of the site.", status=404)
