"""A listener's recordings as they look for them: in an order of theirs, by a part of a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from accounting.library import Item
from base.database import Session
from catalog.keysets import behind
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.music import AUDIBLE
from catalog.states import TrackState


class Order(StrEnum):
    """What comes first: what was owned last, what is nearest to being owned, or by name."""

    RECENT = "recent"
    NEAREST = "nearest"
    TITLE = "title"
    ARTIST = "artist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Owned recordings, or those begun; with a text in their title or artist, in an order."""

    is_owned: bool
    order: Order
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A recording of a listener, and its place in the order."""

    item: Item
    place: tuple[Any, ...]


async def shelf_page(
    session: Session,
    listener_id: UUID,
    wanted: Wanted,
    *,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Shelved]:
    """Answer some of a listener's recordings, from behind a place on."""
    columns, is_descending = _ORDERS[wanted.order]
    owned = Counter.owned_at.is_not(None)
    begun = Counter.owned_at.is_(None) & (Counter.plays > 0)
    query = (
        select(Counter.recording_id, Counter.plays, Counter.owned_at, Track, *columns)
        .outerjoin(Track, Track.id == _FIRST)
        .where(Counter.listener_id == listener_id, owned if wanted.is_owned else begun)
        .where(behind(columns, after, descending=is_descending))
        .order_by(*(one.desc() if is_descending else one for one in columns))
    )
    if wanted.text:
        named = (one.icontains(wanted.text, autoescape=True) for one in (Track.title, Track.artist))
        query = query.where(or_(*named))
    rows = await session.execute(query.limit(limit))
    return [_shelved(*row[:4], place=tuple(row[4:])) for row in rows]


#: The track by which a recording is called: one that all can hear is preferred, then the first.
_FIRST = (
    select(Track.id)
    .where(Track.recording_id == Counter.recording_id, Track.state != TrackState.REMOVED)
    .order_by(case((Track.state.in_(AUDIBLE), 0), else_=1), Track.created_at, Track.id)
    .limit(1)
    .correlate(Counter)
    .scalar_subquery()
)
_TITLE, _ARTIST = (func.coalesce(func.lower(one), "") for one in (Track.title, Track.artist))
_ORDERS: dict[Order, tuple[tuple[ColumnElement[Any], ...], bool]] = {
    Order.RECENT: ((Counter.owned_at.expression, Counter.recording_id.expression), True),
    Order.NEAREST: ((Counter.plays.expression, Counter.recording_id.expression), True),
    Order.TITLE: ((_TITLE, Counter.recording_id.expression), False),
    Order.ARTIST: ((_ARTIST, _TITLE, Counter.recording_id.expression), False),
}


def _shelved(
    recording_id: UUID,
    plays: int,
    owned_at: datetime | None,
    track: Track | None,
    *,
    place: tuple[Any, ...],
) -> Shelved:
    item = Item(
        recording_id=recording_id,
        plays=plays,
        owned_at=owned_at,
        track_id=None if track is None else track.id,
        title=None if track is None else track.title,
        artist=None if track is None else track.artist,
    )
    return Shelved(item=item, place=place)
