"""Rows of tracks that somebody has to do with: as all lists show them, with the heart."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from base.database import Session
from catalog.cards import cards_for
from catalog.favourites import marks_of
from catalog.liking import Kind
from stream.pages.listener.rows import Looking, Row
from stream.pages.listener.rows import rows_of as rows_in_order


async def rows_of(session: Session, looks: Looking, tracks: Collection[UUID]) -> dict[str, Row]:
    """Answer rows by the ids of their tracks, in as many statements however many they are.

    Of what is withdrawn its owner is told as well, and may hear it.
    """
    cards = await cards_for(session, looks.listener_id, tracks)
    liked = set[UUID]()
    if looks.listener_id is not None:
        marks = await marks_of(session, looks.listener_id, Kind.TRACK, list(cards))
        liked = {one for one, mark in marks.items() if mark.since is not None}
    rows = await rows_in_order(session, looks, list(cards.values()))
    return {
        one["id"]: one
        | {"is_liked": UUID(one["id"]) in liked, "is_audible": one["is_audible"] or one["owned"]}
        for one in rows
    }
