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
from accounting.seen import seen_of
from accounting.stakes import Stakes, stakes_of
from accounting.terms import terms_at
from base.database import Session
from base.settings import Settings
from catalog.callers import Caller
from catalog.cards import Card
from catalog.people import NOBODY
from catalog.permissions import Permission
from catalog.plays import UNHEARD, Standing
from stream.api.picture_documents import picture_url
from stream.identity.callers import caller_or_none
from stream.keys import SEEN, TOOLS
from stream.territory import territory_of

Row = dict[str, Any]


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
        terms=await _terms(session, request, who, now=now),
        at=now,
        settings=tools.settings,
    )


async def _terms(
    session: Session, request: web.Request, who: Caller | None, *, now: datetime
) -> Terms:
    """Answer the terms, and keep what the head of the page tells of who looks."""
    if who is None:
        return await terms_at(session, now)
    request[SEEN] = seen = await seen_of(session, who, now=now)
    return seen.terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is asked of tracks for whoever looks, who is a visitor until told."""

    standings: Mapping[UUID, Standing]
    dealt: Mapping[UUID, Dealt]

    def stake(self, looks: Looking, article: Article) -> Row:
        """Answer what is paid of a track, and what is left to pay."""
        standing = self.standings.get(article.recording_id, UNHEARD)
        return stake_of(looks, article, standing, self.dealt_of(article.track_id))

    def dealt_of(self, track_id: UUID) -> Dealt:
        """Answer where a track may be had."""
        return self.dealt.get(track_id, EVERYWHERE)


async def told_for(session: Session, looks: Looking, articles: Collection[Article]) -> Told:
    """Answer what is asked of tracks, as many statements however many they are."""
    stakes = await _stakes(session, looks, articles)
    where = looks.settings.territory or None
    if stakes.deals and looks.listener_id is not None:
        where = await territory_of(session, looks.listener_id, looks.settings)
    dealt = {
        track: deal_for(deals, at=looks.at, territory=where)
        for track, deals in stakes.deals.items()
    }
    return Told(standings=stakes.standings, dealt=dealt)


async def _stakes(session: Session, looks: Looking, articles: Collection[Article]) -> Stakes:
    tracks = {one.track_id for one in articles}
    if not tracks or looks.listener_id is None:
        return Stakes(deals=await deals_of(session, tracks))
    recordings = {one.recording_id for one in articles}
    return await stakes_of(session, looks.listener_id, tracks=tracks, recordings=recordings)


async def rows_of(session: Session, looks: Looking, cards: Sequence[Card]) -> list[Row]:
    """Answer tracks in their order: as many statements, however many they are."""
    told = await told_for(session, looks, [article_of(one) for one in cards])
    return [row_of(one, looks, told) for one in cards]


def article_of(card: Card) -> Article:
    """Answer what is paid for."""
    return Article(
        track_id=card.track_id,
        recording_id=card.recording_id,
        owner_id=card.owner_id,
        is_audible=card.is_audible,
        is_free=card.is_free,
    )


def row_of(card: Card, looks: Looking, told: Told) -> Row:
    """Answer a track as a list shows it."""
    is_had = told.dealt_of(card.track_id).model is not DealModel.UNAVAILABLE
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
        **told.stake(looks, article_of(card)),
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
