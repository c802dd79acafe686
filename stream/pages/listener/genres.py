"""Genres: all of which there is any music, and what there is to hear of one."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.errors import Refused
from catalog.cards import cards_of
from catalog.genre_tracks import genres_said, tracks_of_genres
from catalog.genres import GENRES, Genre, with_children
from stream.api.paging import Keyset
from stream.keys import TOOLS
from stream.pages.listener.rows import looking, rows_of
from stream.pages.listener.shelves import tiles_of_tracks
from stream.pages.render import show

_PLACE = Keyset("genre", tuple[AwareDatetime, UUID])
_ON_PAGE, _SHELF = 50, 6


async def get_genres_page(request: web.Request) -> web.Response:
    """Show the genres of which there is any music, each with its kinds."""
    async with request.app[TOOLS].database.read() as session:
        said = await genres_said(session)
    tops = [one for one in GENRES.values() if one.parent is None and with_children(one.slug) & said]
    context = {"genres": [(one, [kid for kid in _kinds(one) if kid.slug in said]) for one in tops]}
    return await show(request, "listener/genres.html", context)


async def get_genre_page(request: web.Request) -> web.Response:
    """Show what there is to hear of a genre and its kinds, the newest first."""
    genre = GENRES.get(request.match_info["genre"])
    if genre is None:
        raise Refused("genre-unknown", "There is no such genre.", status=404)
    after = _PLACE.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        found = await tracks_of_genres(
            session, with_children(genre.slug), after=after, limit=_ON_PAGE + 1
        )
        part = _PLACE.page(found, limit=_ON_PAGE, place=lambda one: one)
        cards = await cards_of(session, [track_id for _, track_id in part.items])
        newest = [cards[track_id] for _, track_id in part.items]
        tracks = await rows_of(session, looks, newest)
    context = {
        "genre": genre,
        "parent": GENRES[genre.parent] if genre.parent else None,
        "kinds": _kinds(genre),
        "new": [] if after else tiles_of_tracks(newest, most=_SHELF),
        "tracks": tracks,
        "next": part.next,
    }
    return await show(request, "listener/genre.html", context)


def _kinds(genre: Genre) -> list[Genre]:
    return [one for one in GENRES.values() if one.parent == genre.slug]
