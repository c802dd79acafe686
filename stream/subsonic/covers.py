"""Calls that answer pictures, near the size that is asked for."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.artworks import images_shown
from catalog.collection import albums_of, performers_of, songs_of
from catalog.pictures import PictureOf, Shown
from catalog.playlist_entries import covers_of
from catalog.playlists import shown
from stream.api.pictures import shown_near
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.door import ASKED
from stream.subsonic.faults import not_found
from stream.subsonic.ids import Named, Thing, named

_USUAL, _LARGEST = 640, 4_000


async def get_cover_art(request: web.Request) -> web.StreamResponse:
    """Answer the picture of a song, an album, an artist or a playlist."""
    who, asked = await caller(request), request[ASKED]
    about = named(asked.must("id"))
    size = asked.number("size", _USUAL, least=1, most=_LARGEST)
    async with request.app[TOOLS].database.read() as session:
        picture = await _picture(session, about, who.id)
        images = await images_shown(session, picture) if picture else []
    if not images:
        raise not_found("picture")
    return await shown_near(request, images, size, is_public=False)


async def _picture(session: Session, about: Named, reader_id: UUID) -> PictureOf | None:
    """Answer whose picture it is, of what all may see."""
    match about.thing:
        case Thing.ALBUM:
            is_there = about.id in await albums_of(session, [about.id])
            return PictureOf(kind=Shown.RELEASE, id=about.id) if is_there else None
        case Thing.ARTIST:
            found = (await performers_of(session, [about.id])).get(about.id)
            return found.picture if found else None
        case Thing.PLAYLIST:
            await shown(session, about.id, reader_id)
            tracks = (await covers_of(session, [about.id]))[about.id]
        case Thing.SONG:
            tracks = [about.id]
    songs = await songs_of(session, tracks)
    covers = (songs[one].card.cover for one in tracks if one in songs)
    return next((one for one in covers if one is not None), None)
