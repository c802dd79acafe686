"""Rows of tracks as a listener sees them: what the next play costs, how far they are, the heart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounting.pricing import Terms
from accounting.terms import terms_at
from base.database import Session
from catalog.favourites import marks_of
from catalog.liking import Kind
from catalog.plays import Standing, standings_of
from stream.api.cards import TrackCard

_UNHEARD = Standing(plays=0, owned_at=None)


async def rows_of(
    session: Session, listener_id: UUID | None, cards: Iterable[TrackCard], *, now: datetime
) -> dict[str, dict[str, Any]]:
    """Answer rows by the ids of their tracks, in as many statements however many they are."""
    known = {one.track: one for one in cards}
    terms, standings, liked = await terms_at(session, now), {}, set[str]()
    if listener_id is not None:
        recordings = [UUID(one.recording) for one in known.values()]
        standings = await standings_of(session, listener_id=listener_id, recordings=recordings)
        marks = await marks_of(session, listener_id, Kind.TRACK, [UUID(one) for one in known])
        liked = {str(one) for one, mark in marks.items() if mark.since is not None}
    return {
        track: _row(one, _standing(standings, one), terms=terms, is_liked=track in liked)
        for track, one in known.items()
    }


def _standing(standings: Mapping[UUID, Standing], card: TrackCard) -> Standing:
    return standings.get(UUID(card.recording), _UNHEARD)


def _row(card: TrackCard, standing: Standing, *, terms: Terms, is_liked: bool) -> dict[str, Any]:
    is_owned = standing.owned_at is not None
    is_paid = is_owned or card.is_free
    return {
        "id": card.track,
        "title": card.title,
        "artist": card.artist,
        "duration_s": card.duration or 0,
        "plays": standing.plays,
        "steps": terms.steps,
        "left": 0 if is_paid else terms.plays_left_after(standing.plays),
        "price_millicredits": 0 if is_paid else terms.price_after(standing.plays),
        "remainder": 0 if is_paid else terms.remainder_after(standing.plays),
        "owned": is_owned,
        "owned_at": standing.owned_at,
        "is_free": card.is_free,
        "is_audible": card.is_audible or is_owned,
        "is_liked": is_liked,
        "artwork": card.artwork,
        "release": card.release,
    }
