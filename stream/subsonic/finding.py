"""Calls that look for something; who looks for nothing is told all there is, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.album_lists import AlbumOrder, AlbumsAsked, listed
from catalog.callers import Caller
from catalog.collection import performer_ids
from catalog.models.search import SearchKind
from catalog.search import MOST_FOUND, Asked, search
from catalog.similar import all_tracks
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.parameters import Parameters
from stream.subsonic.told import told_albums, told_artists, told_songs

_FEW, _MOST, _FAR = 20, 500, 100_000
_ARTISTS, _ALBUMS, _SONGS = "artist", "album", "song"
_KINDS = {
    _ARTISTS: SearchKind.ARTIST,
    _ALBUMS: SearchKind.RELEASE,
    _SONGS: SearchKind.TRACK,
}
#: How some players say that they look for nothing.
_NOTHING = frozenset({"", '""', "''"})


async def search2(request: web.Request) -> Content:
    """Answer what is found, to players that know folders only."""
    return {"searchResult2": await _found(request, as_folders=True)}


async def search3(request: web.Request) -> Content:
    """Answer what is found."""
    return {"searchResult3": await _found(request, as_folders=False)}


async def search_old(request: web.Request) -> Content:
    """Answer songs that are found by whatever is named, as players did before 2010."""
    asked = request[ASKED]
    words = " ".join(filter(None, map(asked.get, ("any", "artist", "album", "title"))))
    count, offset = asked.number("count", _FEW, most=_MOST), asked.number("offset", 0, most=_FAR)
    async with request.app[TOOLS].database.read() as session:
        found = await _matching(session, words, _SONGS, count, offset)
        songs = await told_songs(session, request, found)
    return {"searchResult": {"offset": offset, "totalHits": offset + len(songs), "match": songs}}


async def _found(request: web.Request, *, as_folders: bool) -> Content:
    who, asked = await caller(request), request[ASKED]
    words = asked.get("query").strip()
    async with request.app[TOOLS].database.read() as session:
        ids = {kind: await _ids(session, who, asked, words, kind) for kind in _KINDS}
        return {
            _ARTISTS: await told_artists(session, who, ids[_ARTISTS]),
            _ALBUMS: await told_albums(session, who, ids[_ALBUMS], as_folders=as_folders),
            _SONGS: await told_songs(session, request, ids[_SONGS]),
        }


async def _ids(
    session: Session, who: Caller, asked: Parameters, words: str, kind: str
) -> Sequence[UUID]:
    count = asked.number(f"{kind}Count", _FEW, most=_MOST)
    offset = asked.number(f"{kind}Offset", 0, most=_FAR)
    if not count:
        return ()
    if words in _NOTHING:
        return await _all(session, who, kind, count, offset)
    return await _matching(session, words, kind, count, offset)


async def _matching(
    session: Session, words: str, kind: str, count: int, offset: int
) -> Sequence[UUID]:
    most = min(offset + count, MOST_FOUND)
    if offset >= most:
        return ()
    found = await search(session, Asked(text=words, kinds=(_KINDS[kind],), limit=most))
    return [one.document.subject_id for one in found[offset:most]]


async def _all(session: Session, who: Caller, kind: str, count: int, offset: int) -> Sequence[UUID]:
    if kind == _ARTISTS:
        return await performer_ids(session, limit=count, offset=offset)
    if kind == _ALBUMS:
        by_name = AlbumsAsked(order=AlbumOrder.BY_NAME)
        return await listed(session, by_name, listener_id=who.person_id, limit=count, offset=offset)
    return await all_tracks(session, limit=count, offset=offset)
