"""The home: what is new, what others hear, and what whoever looks might go on with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from base.database import Session
from catalog.cards import Card, cards_for, cards_of
from catalog.chart_rules import NOW, Chart
from catalog.charts import places_of
from catalog.history import plays_of
from catalog.recommendations import recommended
from stream.api.tracks import PLACE, newest, place_of
from stream.keys import TOOLS
from stream.pages.language import saying
from stream.pages.listener.reasons import reason_said
from stream.pages.listener.rows import Looking, Row, looking, rows_of
from stream.pages.listener.shelves import tiles_of_tracks
from stream.pages.render import show

#: Of the newest tracks so many are looked at, as an album has many.
_LOOKED_AT, _NEW, _CHARTED, _RECOMMENDED, _GOING_ON, _TASTED = 96, 12, 5, 6, 4, 4
#: One hears the same again and again.
_REMEMBERED = 40
_ON_PAGE = 50
#: In micro-units.
_CENT = 10_000


async def get_home(request: web.Request) -> web.Response:
    """Show the home; from a cursor on, all that there is to hear, the newest first."""
    if "cursor" in request.query:
        return await _earlier(request)
    found = await newest(request.app, limit=_LOOKED_AT + 1, after=None)
    part = PLACE.page(found, limit=_LOOKED_AT, place=place_of)
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        cards = await cards_of(session, [one.track.id for one in part.items])
        fresh = [cards[one.track.id] for one in part.items]
        context = {
            "new": tiles_of_tracks(fresh, most=_NEW),
            "next": part.next,
            **await _charted(session, looks),
            **await _own(session, request, looks),
        }
        if looks.who is None:
            context |= await _first_impression(session, looks, fresh, context["trending"])
    return await show(request, "listener/home.html", context)


async def _earlier(request: web.Request) -> web.Response:
    after = PLACE.after(request.query.get("cursor"))
    found = await newest(request.app, limit=_ON_PAGE + 1, after=after)
    part = PLACE.page(found, limit=_ON_PAGE, place=place_of)
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        cards = await cards_of(session, [one.track.id for one in part.items])
        tracks = await rows_of(session, looks, [cards[one.track.id] for one in part.items])
    return await show(request, "listener/newest.html", {"tracks": tracks, "next": part.next})


async def _charted(session: Session, looks: Looking) -> dict[str, Any]:
    """Answer the first places of what many hear, and of what many are about to own."""
    charts = {"trending": Chart.TRENDING, "nearing": Chart.UP_FOR_OWNERSHIP}
    places = {
        name: await places_of(session, chart, NOW, limit=_CHARTED) for name, chart in charts.items()
    }
    tracks = {one.track_id for some in places.values() for one in some}
    cards = await cards_of(session, tracks) if tracks else {}
    heard = [card for card in cards.values() if card.is_audible]
    rows = {one["id"]: one for one in await rows_of(session, looks, heard)}
    return {
        name: [rows[str(one.track_id)] for one in some if str(one.track_id) in rows]
        for name, some in places.items()
    }


async def _own(session: Session, request: web.Request, looks: Looking) -> dict[str, Any]:
    """Answer what is for whoever looks alone; nothing to a visitor."""
    if looks.listener_id is None:
        return {"going_on": [], "recommended": []}
    tools, say = request.app[TOOLS], saying(request)
    found = await recommended(
        session,
        looks.listener_id,
        limit=_RECOMMENDED,
        least=tools.settings.chart_listeners,
        now=tools.clock(),
    )
    rows = await rows_of(session, looks, [one.card for one in found])
    for row, one in zip(rows, found, strict=True):
        row["note"] = reason_said(one.reason, say)
    return {"going_on": await _going_on(session, looks), "recommended": rows}


async def _going_on(session: Session, looks: Looking) -> list[Row]:
    """Answer what was heard last and is not owned yet."""
    if looks.listener_id is None:
        return []
    plays = await plays_of(session, looks.listener_id, limit=_REMEMBERED)
    tracks = list(dict.fromkeys(one.track_id for one in plays))
    cards = await cards_for(session, looks.listener_id, tracks)
    heard = [cards[one] for one in tracks if one in cards and cards[one].is_audible]
    rows = await rows_of(session, looks, heard)
    return [one for one in rows if one["plays_left"]][:_GOING_ON]


async def _first_impression(
    session: Session, looks: Looking, fresh: Sequence[Card], trending: Sequence[Row]
) -> dict[str, Any]:
    """Answer what tells somebody who is here for the first time what this is: prices, and music."""
    terms = looks.terms
    tasted = list(trending) or await rows_of(session, looks, _one_of_each(fresh))
    return {
        "prices": terms.prices,
        "all_millicredits": sum(terms.prices),
        "all_micros": _to_the_cent(sum(terms.prices) * terms.credit_value_micros // 1000),
        "currency": terms.currency,
        "artist_ppm": terms.artist_ppm,
        "tasted": tasted[:_TASTED],
    }


def _to_the_cent(micros: int) -> int:
    return round(micros / _CENT) * _CENT


def _one_of_each(fresh: Sequence[Card]) -> list[Card]:
    """Answer one track of each artist, as long as there are others."""
    first: dict[object, Card] = {}
    for card in fresh:
        first.setdefault(card.artist, card)
    rest = [one for one in fresh if one not in first.values()]
    return [*first.values(), *rest][:_TASTED]
