"""The home: what is new, what others hear, and what whoever looks might go on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from types import MappingProxyType
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.pricing import Terms
from base.database import Session
from catalog.cards import Card, newest_cards
from catalog.chart_rules import Chart
from catalog.charts import charted_cards
from catalog.history import cards_remembered
from catalog.recommendations import Recommended, recommended
from stream.api.tracks import PLACE
from stream.identity.callers import caller_or_none
from stream.keys import MOMENTS, TOOLS
from stream.pages.language import language_of, saying, theme_of
from stream.pages.listener.reasons import reason_said
from stream.pages.listener.rows import Looking, Row, looking, rows_of
from stream.pages.listener.shelves import Tile, tiles_of_tracks
from stream.pages.render import answered, printed, show

#: Of the newest tracks so many are looked at, as an album has many.
_LOOKED_AT, _NEW, _CHARTED, _RECOMMENDED, _GOING_ON, _TASTED = 96, 12, 5, 6, 4, 4
#: One hears the same again and again.
_REMEMBERED = 40
_ON_PAGE = 50
#: In micro-units.
_CENT = 10_000
#: What many hear, and what many are about to own.
_CHARTS = MappingProxyType({"trending": Chart.TRENDING, "nearing": Chart.UP_FOR_OWNERSHIP})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Front:
    """What is the same for everybody who comes."""

    new: Sequence[Tile]
    next: str | None
    #: What there is to hear for who comes for the first time where no chart has anything.
    tasted: Sequence[Card]
    charts: Mapping[str, Sequence[Card]]


async def get_home(request: web.Request) -> web.Response:
    """Show the home; from a cursor on, all that there is to hear, the newest first."""
    if "cursor" in request.query:
        return await _earlier(request)
    front = await _front(request.app)
    async with request.app[TOOLS].database.read() as session:
        is_visitor = await caller_or_none(request, session) is None
        own = {} if is_visitor else await _own(session, request, front)
    if is_visitor:
        return answered(request, await _welcome(request, front))
    return await show(request, "listener/home.html", own)


async def _own(session: Session, request: web.Request, front: _Front) -> dict[str, Any]:
    """Answer what is shown to who is signed in: what they might go on with, and more like it."""
    looks = await looking(session, request)
    found = await _recommended(session, request, looks)
    cards = {
        **front.charts,
        "going_on": await _remembered(session, looks),
        "recommended": [one.card for one in found],
    }
    shelves, say = await _shelves(session, looks, cards), saying(request)
    for row, one in zip(shelves["recommended"], found, strict=True):
        row["note"] = reason_said(one.reason, say)
    shelves["going_on"] = [one for one in shelves["going_on"] if one["plays_left"]][:_GOING_ON]
    return {"new": front.new, "next": front.next, **shelves}


async def _welcome(request: web.Request, front: _Front) -> str:
    """Tell somebody who is here for the first time what this is, all of them the same."""
    app = request.app

    async def told() -> str:
        async with app[TOOLS].database.read() as session:
            looks = await looking(session, request)
            shelves = await _shelves(session, looks, {**front.charts, "tasted": front.tasted})
        context = {
            "account": None,
            "going_on": [],
            "recommended": [],
            "new": front.new,
            "next": front.next,
            **shelves,
            **_first_impression(looks.terms),
            "tasted": (shelves["trending"] or shelves["tasted"])[:_TASTED],
        }
        return printed(request, "listener/home.html", context)

    if request.query_string:
        return await told()
    return await app[MOMENTS].of(("welcome", language_of(request), theme_of(request)), told)


async def _front(app: web.Application) -> _Front:
    """Answer what everybody sees, as it was a moment ago.

    Who asks holds no session: it would wait for one with all that there are.
    """

    async def read() -> _Front:
        async with app[TOOLS].database.read() as session:
            found = await newest_cards(session, limit=_LOOKED_AT + 1)
            charted = await charted_cards(session, _CHARTS.values(), most=_CHARTED)
        part = PLACE.page(found, limit=_LOOKED_AT, place=_place_of)
        new, tasted = tiles_of_tracks(part.items, most=_NEW), _one_of_each(part.items)
        charts = {name: charted[chart] for name, chart in _CHARTS.items()}
        return _Front(new=new, next=part.next, tasted=tasted, charts=charts)

    return await app[MOMENTS].of("front", read)


async def _earlier(request: web.Request) -> web.Response:
    after = PLACE.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        found = await newest_cards(session, limit=_ON_PAGE + 1, after=after)
        part = PLACE.page(found, limit=_ON_PAGE, place=_place_of)
        tracks = await rows_of(session, await looking(session, request), part.items)
    return await show(request, "listener/newest.html", {"tracks": tracks, "next": part.next})


def _place_of(card: Card) -> tuple[datetime, UUID]:
    return card.created_at, card.track_id


async def _shelves(
    session: Session, looks: Looking, cards: Mapping[str, Sequence[Card]]
) -> dict[str, list[Row]]:
    """Answer the rows of each shelf: what is asked of all of them is asked at once."""
    rows = iter(await rows_of(session, looks, list(chain.from_iterable(cards.values()))))
    return {name: list(islice(rows, len(some))) for name, some in cards.items()}


async def _recommended(
    session: Session, request: web.Request, looks: Looking
) -> Sequence[Recommended]:
    if looks.listener_id is None:
        return []
    tools = request.app[TOOLS]
    return await recommended(
        session,
        looks.listener_id,
        limit=_RECOMMENDED,
        least=tools.settings.chart_listeners,
        now=tools.clock(),
    )


async def _remembered(session: Session, looks: Looking) -> list[Card]:
    """Answer what was heard last and can be heard."""
    if looks.listener_id is None:
        return []
    found = await cards_remembered(session, looks.listener_id, limit=_REMEMBERED)
    return [one for one in found if one.is_audible]


def _first_impression(terms: Terms) -> dict[str, Any]:
    """Answer what tells somebody who is here for the first time what this is: prices."""
    return {
        "prices": terms.prices,
        "all_millicredits": sum(terms.prices),
        "all_micros": _to_the_cent(sum(terms.prices) * terms.credit_value_micros // 1000),
        "currency": terms.currency,
        "artist_ppm": terms.artist_ppm,
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
