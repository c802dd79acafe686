"""The page of an artist: what of theirs is heard most, all that they put out, and who they are."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.cards import Card, cards_of
from catalog.charts import heats_of
from catalog.discographies import releases_by_artist, tracks_by_artist
from catalog.follows import followers_of
from catalog.liking import Kind
from stream.api.artists import artist_told, visible_artist
from stream.api.discographies import RELEASES, out_at
from stream.keys import ORIGIN, TOOLS
from stream.pages.embed.facts import artist_facts
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import looking, rows_of
from stream.pages.listener.shelves import tile_of, tiles_of_tracks
from stream.pages.meta import artist_meta
from stream.pages.render import show

#: Of the newest tracks so many are compared; an artist of more has popular ones among them.
_COMPARED, _POPULAR, _ON_SHELF = 200, 10, 24


async def get_artist_page(request: web.Request) -> web.Response:
    """Show an artist."""
    after = RELEASES.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        artist = await visible_artist(session, request)
        told = await artist_told(session, artist, is_own=False)
        looks = await looking(session, request)
        cards = await _cards(session, artist.id)
        found = await releases_by_artist(session, artist.id, after=after, limit=_ON_SHELF + 1)
        part = RELEASES.page(found, limit=_ON_SHELF, place=out_at)
        context = {
            "artist": told,
            "meta": artist_meta(request.app[ORIGIN], artist_facts(told)),
            "popular": await rows_of(session, looks, await _popular(session, cards)),
            "releases": [tile_of(one) for one in part.items],
            "singles": tiles_of_tracks(_alone(cards), most=_ON_SHELF),
            "next": part.next,
            "followers": await followers_of(session, Kind.ARTIST, artist.id),
            "marks": await marks_on(session, looks, Kind.ARTIST, artist.id),
        }
    return await show(request, "listener/artist.html", context)


async def _cards(session: Session, artist_id: UUID) -> list[Card]:
    found = await tracks_by_artist(session, artist_id, after=None, limit=_COMPARED)
    cards = await cards_of(session, [track_id for _, track_id in found])
    return [cards[track_id] for _, track_id in found]


async def _popular(session: Session, cards: list[Card]) -> list[Card]:
    """Answer the tracks that are heard most these days, each recording once; else the newest."""
    heats = await heats_of(session, {one.recording_id for one in cards})
    once = {one.recording_id: one for one in reversed(cards)}.values()
    newest_first = [one for one in cards if one in once]
    return sorted(newest_first, key=lambda one: -heats.get(one.recording_id, 0.0))[:_POPULAR]


def _alone(cards: list[Card]) -> list[Card]:
    return [one for one in cards if one.release_id is None]
