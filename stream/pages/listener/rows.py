"""Tracks as lists show them, to whoever looks: with their beads, and what the next play costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.pricing import Terms
from accounting.terms import terms_at
from base.database import Session
from catalog.callers import Caller
from catalog.cards import Card
from catalog.permissions import Permission
from catalog.plays import Standing, standings_of
from stream.api.picture_documents import picture_url
from stream.identity.callers import caller_or_none
from stream.keys import TOOLS

Row = dict[str, Any]
_UNHEARD = Standing(plays=0, owned_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks, as whose listener, and by which terms."""

    who: Caller | None
    listener_id: UUID | None
    terms: Terms


async def looking(session: Session, request: web.Request) -> Looking:
    """Answer who looks at a page."""
    who = await caller_or_none(request, session)
    return Looking(
        who=who,
        listener_id=None if who is None else who.personal_id(Permission.LIBRARY_READ),
        terms=await terms_at(session, request.app[TOOLS].clock()),
    )


async def standings_for(
    session: Session, looks: Looking, recordings: Collection[UUID]
) -> Mapping[UUID, Standing]:
    """Answer how far who looks is on the way to owning recordings."""
    if looks.listener_id is None or not recordings:
        return {}
    return await standings_of(session, listener_id=looks.listener_id, recordings=recordings)


async def rows_of(session: Session, looks: Looking, cards: Sequence[Card]) -> list[Row]:
    """Answer tracks in their order: one statement, however many they are."""
    standings = await standings_for(session, looks, {one.recording_id for one in cards})
    return [row_of(one, looks, standings.get(one.recording_id, _UNHEARD)) for one in cards]


def row_of(card: Card, looks: Looking, standing: Standing = _UNHEARD) -> Row:
    """Answer a track as a list shows it."""
    return {
        "id": str(card.track_id),
        "title": card.title,
        "artist": card.artist,
        "duration_s": None if card.duration_ms is None else card.duration_ms / 1000,
        "artwork": picture_url(card.cover),
        "cover_key": str(card.release_id or card.track_id),
        "release": None if card.release_id is None else str(card.release_id),
        "release_title": card.release_title,
        "is_audible": card.is_audible,
        "note": "",
        **stake_of(looks, standing, owner_id=card.owner_id, is_free=card.is_free),
    }


def stake_of(looks: Looking, standing: Standing, *, owner_id: UUID, is_free: bool) -> Row:
    """Answer what is paid of a track, and what is left to pay."""
    is_own = looks.listener_id is not None and looks.listener_id == owner_id
    owned = standing.owned_at is not None or is_own
    terms, plays = looks.terms, standing.plays
    is_paid = owned or is_free
    return {
        "plays": plays,
        "owned": owned,
        "is_own": is_own,
        "is_free": is_free,
        "price_millicredits": 0 if is_paid else terms.price_after(plays),
        "remainder_millicredits": 0 if is_paid else terms.remainder_after(plays),
        "plays_left": 0 if is_paid else terms.plays_left_after(plays),
        "step": min(plays + 1, terms.steps),
    }
