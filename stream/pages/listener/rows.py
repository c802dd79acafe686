"""Tracks as lists show them, to whoever looks: with their beads, and what the next play costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.deal_rows import deals_of
from accounting.deals import EVERYWHERE, DealModel, Dealt, deal_for
from accounting.pricing import Terms
from accounting.quoting import Article, quoted
from accounting.terms import terms_at
from base.database import Session
from base.settings import Settings
from catalog.callers import Caller
from catalog.cards import Card
from catalog.people import NOBODY
from catalog.permissions import Permission
from catalog.plays import Standing, standings_of
from stream.api.picture_documents import picture_url
from stream.identity.callers import caller_or_none
from stream.keys import TOOLS
from stream.territory import territory_of

Row = dict[str, Any]
_UNHEARD = Standing(plays=0, owned_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks, as whose listener, and by which terms."""

    who: Caller | None
    listener_id: UUID | None
    terms: Terms
    at: datetime
    settings: Settings


async def looking(session: Session, request: web.Request) -> Looking:
    """Answer who looks at a page."""
    who, tools = await caller_or_none(request, session), request.app[TOOLS]
    now = tools.clock()
    return Looking(
        who=who,
        listener_id=None if who is None else who.personal_id(Permission.LIBRARY_READ),
        terms=await terms_at(session, now),
        at=now,
        settings=tools.settings,
    )


async def standings_for(
    session: Session, looks: Looking, recordings: Collection[UUID]
) -> Mapping[UUID, Standing]:
    """Answer how far who looks is on the way to owning recordings."""
    if looks.listener_id is None or not recordings:
        return {}
    return await standings_of(session, listener_id=looks.listener_id, recordings=recordings)


async def dealt_for(
    session: Session, looks: Looking, tracks: Collection[UUID]
) -> Mapping[UUID, Dealt]:
    """Answer what applies to each of the tracks that has deals, where who looks is."""
    deals = await deals_of(session, tracks)
    if not deals:
        return {}
    where = looks.settings.territory or None
    if looks.listener_id is not None:
        where = await territory_of(session, looks.listener_id, looks.settings)
    return {track: deal_for(found, at=looks.at, territory=where) for track, found in deals.items()}


async def rows_of(session: Session, looks: Looking, cards: Sequence[Card]) -> list[Row]:
    """Answer tracks in their order: as many statements, however many they are."""
    standings = await standings_for(session, looks, {one.recording_id for one in cards})
    dealt = await dealt_for(session, looks, {one.track_id for one in cards})
    return [
        row_of(
            one,
            looks,
            standings.get(one.recording_id, _UNHEARD),
            dealt.get(one.track_id, EVERYWHERE),
        )
        for one in cards
    ]


def row_of(
    card: Card, looks: Looking, standing: Standing = _UNHEARD, dealt: Dealt = EVERYWHERE
) -> Row:
    """Answer a track as a list shows it."""
    article = Article(
        track_id=card.track_id,
        recording_id=card.recording_id,
        owner_id=card.owner_id,
        is_audible=card.is_audible,
        is_free=card.is_free,
    )
    is_had = dealt.model is not DealModel.UNAVAILABLE
    return {
        "id": str(card.track_id),
        "title": card.title,
        "artist": card.artist,
        "duration_s": None if card.duration_ms is None else card.duration_ms / 1000,
        "artwork": picture_url(card.cover),
        "cover_key": str(card.release_id or card.track_id),
        "release": None if card.release_id is None else str(card.release_id),
        "release_title": card.release_title,
        "is_had": is_had,
        "is_audible": card.is_audible and is_had,
        "note": "",
        **stake_of(looks, article, standing, dealt),
    }


def stake_of(looks: Looking, article: Article, standing: Standing, dealt: Dealt) -> Row:
    """Answer what is paid of a track, and what is left to pay, as who buys it is quoted."""
    quote = quoted(
        article,
        listener_id=looks.listener_id or NOBODY,
        dealt=dealt,
        standing=standing,
        prices=looks.terms.prices,
    )
    is_own = looks.listener_id is not None and looks.listener_id == article.owner_id
    return {
        "plays": quote.plays,
        "owned": standing.owned_at is not None or is_own,
        "is_own": is_own,
        "is_free": article.is_free or dealt.model is DealModel.FREE,
        "price_millicredits": quote.next_price,
        "remainder_millicredits": quote.remainder,
        "plays_left": 0 if quote.nothing else quote.steps - quote.plays,
        "step": min(quote.plays + 1, quote.steps),
    }
