"""Calls that list albums and songs: in an order, by chance, of a genre, and what somebody likes."""

from __future__ import annotations

from aiohttp import web

from catalog.album_lists import AlbumOrder, AlbumsAsked, listed
from catalog.favourites import favourites_of
from catalog.genre_tracks import tracks_of_genres
from catalog.genres import genre_of, with_children
from catalog.liking import Kind
from catalog.similar import of_chance
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.told import told_albums, told_artists, told_songs

_FEW, _MOST, _FAR = 10, 500, 100_000
_MOST_LIKED = 2_000


async def get_album_list(request: web.Request) -> Content:
    """Answer albums in an order, to players that know folders only."""
    return {"albumList": {"album": await _albums(request, as_folders=True)}}


async def get_album_list2(request: web.Request) -> Content:
    """Answer albums in an order."""
    return {"albumList2": {"album": await _albums(request, as_folders=False)}}


async def get_random_songs(request: web.Request) -> Content:
    """Answer songs by chance, of a genre and of years if told."""
    asked = request[ASKED]
    size = asked.number("size", _FEW, least=1, most=_MOST)
    years = asked.number("fromYear", 0), asked.number("toYear", 9999)
    async with request.app[TOOLS].database.read() as session:
        tracks = await of_chance(session, limit=size, genre=asked.get("genre"), years=years)
        return {"randomSongs": {"song": await told_songs(session, request, tracks)}}


async def get_songs_by_genre(request: web.Request) -> Content:
    """Answer the songs of a genre, the newest first."""
    asked = request[ASKED]
    genre = genre_of(asked.must("genre"))
    count = asked.number("count", _FEW, least=1, most=_MOST)
    offset = asked.number("offset", 0, most=_MOST_LIKED)
    if genre is None:
        return {"songsByGenre": {"song": []}}
    async with request.app[TOOLS].database.read() as session:
        found = await tracks_of_genres(
            session, with_children(genre), after=None, limit=offset + count
        )
        tracks = [track_id for _, track_id in found[offset:]]
        return {"songsByGenre": {"song": await told_songs(session, request, tracks)}}


async def get_starred(request: web.Request) -> Content:
    """Answer what whoever asks likes, to players that know folders only."""
    return {"starred": await _starred(request, as_folders=True)}


async def get_starred2(request: web.Request) -> Content:
    """Answer what whoever asks likes."""
    return {"starred2": await _starred(request, as_folders=False)}


async def get_now_playing(request: web.Request) -> Content:
    """Answer nothing: what others hear is nobody's business."""
    del request
    return {"nowPlaying": {"entry": []}}


async def _albums(request: web.Request, *, as_folders: bool) -> list[Content]:
    who, asked = await caller(request), request[ASKED]
    name = asked.must("type")
    try:
        order = AlbumOrder(name)
    except ValueError:
        raise Fault(Code.GENERIC, f"type is one of {', '.join(AlbumOrder)}.") from None
    if order is AlbumOrder.BY_GENRE:
        asked.must("genre")
    if order is AlbumOrder.BY_YEAR:
        asked.must("fromYear"), asked.must("toYear")
    which = AlbumsAsked(
        order=order,
        genre=asked.get("genre"),
        from_year=asked.number("fromYear", 0, most=9999),
        to_year=asked.number("toYear", 9999, most=9999),
    )
    size = asked.number("size", _FEW, least=1, most=_MOST)
    offset = asked.number("offset", 0, most=_FAR)
    async with request.app[TOOLS].database.read() as session:
        found = await listed(session, which, listener_id=who.person_id, limit=size, offset=offset)
        return await told_albums(session, who, found, as_folders=as_folders)


async def _starred(request: web.Request, *, as_folders: bool) -> Content:
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        liked = {
            kind: [
                one.subject_id
                for one in await favourites_of(session, who.person_id, kind, limit=_MOST_LIKED)
            ]
            for kind in (Kind.ARTIST, Kind.RELEASE, Kind.TRACK)
        }
        return {
            "artist": await told_artists(session, who, liked[Kind.ARTIST]),
            "album": await told_albums(session, who, liked[Kind.RELEASE], as_folders=as_folders),
            "song": await told_songs(session, request, liked[Kind.TRACK]),
        }
