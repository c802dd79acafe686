"""A track as lists show it: what it is called, how long it is, where it stands, what it looks like.

However many are asked for, it is one statement.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    exists,
    or_,
    select,
)

from base.database import Instant, Session
from base.several import among_told
from catalog.artworks import is_shown
from catalog.keysets import behind
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import IS_AUDIBLE
from catalog.pictures import PictureOf, cover_of
from catalog.states import ReleaseState

#: Where a list goes on: when the last track was made, and its id.
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A track in a list; one that `is_audible` to nobody new is told for those who listed it.

    It `was_out` if all could ever hear it: its name is no secret.
    """

    track_id: UUID
    created_at: datetime
    recording_id: UUID
    owner_id: UUID
    title: str
    artist: str
    duration_ms: int | None
    is_audible: bool
    was_out: bool
    is_free: bool
    release_id: UUID | None
    release_title: str | None
    cover: PictureOf | None


def is_for_all() -> ColumnElement[bool]:
    """Say that everybody may hear a track, in a query that joins it outwards to its release."""
    return IS_AUDIBLE & or_(Release.id.is_(None), Release.state == ReleaseState.PUBLISHED)


def was_out() -> ColumnElement[bool]:
    """Say that everybody could hear a track once, in such a query."""
    single = Release.id.is_(None) & Track.playable_at.is_not(None)
    return or_(is_for_all(), single, Release.published_at.is_not(None))


def placed(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join tracks outwards to where they stand on their release."""
    return query.outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id).outerjoin(
        Release, Release.id == ReleaseTrack.release_id
    )


async def cards_of(session: Session, tracks: Collection[UUID]) -> dict[UUID, Card]:
    """Answer tracks by their id, of those that there ever were."""
    rows = await session.execute(_BY_TRACK, {"ids": set(tracks)})
    return {row.track_id: card_in(row) for row in rows}


async def cards_for(
    session: Session, reader_id: UUID | None, tracks: Collection[UUID]
) -> dict[UUID, Card]:
    """Answer tracks of which somebody may know: that were out, or are their own."""
    found = await cards_of(session, tracks)
    return {key: one for key, one in found.items() if one.was_out or one.owner_id == reader_id}


async def cards_by_recording(session: Session, recordings: Collection[UUID]) -> dict[UUID, Card]:
    """Answer for each recording the first track of it that everybody may hear, if there is one."""
    rows = await session.execute(_BY_RECORDING, {"ids": set(recordings)})
    return {row.recording_id: card_in(row) for row in rows}


async def cards_unheard(
    session: Session, listener_id: UUID, recordings: Collection[UUID]
) -> dict[UUID, Card]:
    """Answer the same of those that somebody has neither begun to pay for nor made."""
    told = {"ids": set(recordings), "who": listener_id}
    return {row.recording_id: card_in(row) for row in await session.execute(_UNHEARD, told)}


async def cards_of_recording(session: Session, recording_id: UUID) -> list[Card]:
    """Answer the tracks of a recording that everybody may hear, the newest first."""
    rows = await session.execute(_BY_RECORDING, {"ids": [recording_id]})
    return [card_in(row) for row in rows]


async def newest_cards(session: Session, *, limit: int, after: Place | None = None) -> list[Card]:
    """Answer what there is to hear, the newest first, from behind a place on."""
    question = _NEWEST if after is None else _NEXT
    at, track_id = after or (None, None)
    rows = await session.execute(question, {"most": limit, "at": at, "track": track_id})
    return [card_in(row) for row in rows]


def asking_cards() -> Select[*tuple[Any, ...]]:
    """Ask for cards, as part of a larger question."""
    track = Track.id.label("track_id"), Track.created_at, Track.recording_id, Track.owner_id
    release = Release.id.label("release_id"), Release.title.label("release_title")
    return placed(
        select(
            *(*track, Track.title, Track.artist, Track.is_free, Master.samples, Master.sample_rate),
            *(*release, Release.artwork_id, is_shown(Track.artwork_id).label("has_cover")),
            *(is_for_all().label("is_audible"), was_out().label("was_out")),
        )
        .select_from(Track)
        .join(Master, Master.id == Track.master_id)
    )


_NEWEST_FIRST = Track.created_at.desc(), Track.id.desc()
_BY_TRACK = asking_cards().where(among_told(Track.id, "ids"))
_BY_RECORDING = (
    asking_cards()
    .where(among_told(Track.recording_id, "ids"), is_for_all())
    .order_by(*_NEWEST_FIRST)
)
_WHO: BindParameter[UUID] = bindparam("who", type_=Uuid())
_UNHEARD = _BY_RECORDING.where(
    Track.owner_id != _WHO,
    ~exists().where(Counter.listener_id == _WHO, Counter.recording_id == Track.recording_id),
)
_NEWEST = (
    asking_cards()
    .where(is_for_all())
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most", type_=Integer()))
)
_AFTER = bindparam("at", type_=Instant()), bindparam("track", type_=Uuid())
_NEXT = _NEWEST.where(behind((Track.created_at, Track.id), _AFTER, descending=True))


def card_in(row: Row[*tuple[Any, ...]]) -> Card:
    """Read a card in a row of such a question."""
    return Card(
        track_id=row.track_id,
        created_at=row.created_at,
        recording_id=row.recording_id,
        owner_id=row.owner_id,
        title=row.title,
        artist=row.artist,
        duration_ms=row.samples * 1000 // row.sample_rate if row.samples else None,
        is_audible=bool(row.is_audible),
        was_out=bool(row.was_out),
        is_free=row.is_free,
        release_id=row.release_id,
        release_title=row.release_title,
        cover=cover_of(
            row.track_id,
            has_own=row.has_cover,
            release_id=row.release_id,
            has_release_one=row.artwork_id is not None,
        ),
    )
