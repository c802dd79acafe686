"""Gather what might be recommended to somebody, in as many statements whoever they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Integer,
    Row,
    String,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from base.database import Instant, Session
from base.several import among_told
from catalog.cards import Card, cards_unheard
from catalog.chart_rules import LONGEST, NOW, Chart
from catalog.follows import asking_new
from catalog.models.base import table_of
from catalog.models.charts import ChartEntry, Neighbour
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import titles_of
from catalog.recommending import (
    Reason,
    Suggestion,
    Why,
    about_of,
    mixed,
    named_by,
    near_reason,
    places_to_try,
)

#: What is heard most and owned last says most; so many of it, and of their neighbours.
_MOST_SEEDS, _NEIGHBOURS = 60, 200
#: Some cannot be heard, and of one artist few are told.
_FOR_EACH = 10
_EXPLORED, _TRENDING, _RELEASES = 40, 30, 20
#: What came out within these days is new of whom one follows.
_NEW = timedelta(days=60)
_COUNTERS, _NEAR = table_of(Counter).c, table_of(Neighbour).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A track to hear, and why."""

    card: Card
    reason: Reason


async def recommended(
    session: Session, listener_id: UUID, *, limit: int, least: int, now: datetime
) -> list[Recommended]:
    """Answer what somebody might like to hear, that is not theirs and that they have not begun."""
    near = await _near(session, listener_id, most=min(_NEIGHBOURS, limit * _FOR_EACH))
    released, charted = await _beside(session, listener_id, now=now)
    candidates = {*(row.neighbour_id for row in near), *released, *charted}
    cards = await cards_unheard(session, listener_id, candidates)
    sources = (
        _of_released(released, cards),
        _of_near(near, cards, least=least),
        _of_chart(charted, Chart.TRENDING, Why.TRENDING, cards),
    )
    unheard = _of_chart(charted, Chart.UNDISCOVERED, Why.UNDISCOVERED, cards)
    found = mixed(sources, unheard, limit=limit)
    titles = await titles_of(session, about_of(one.reason for one in found))
    return [
        Recommended(card=cards[one.recording_id], reason=named_by(one.reason, titles))
        for one in found
    ]


_WHO: BindParameter[UUID] = bindparam("who", type_=Uuid())
_MINE = _COUNTERS.listener_id == _WHO
#: What somebody hears most, those first that they own.
_SEEDS = (
    select(_COUNTERS.recording_id, _COUNTERS.owned_at)
    .where(_MINE, or_(_COUNTERS.plays > 1, _COUNTERS.owned_at.is_not(None)))
    .order_by(
        _COUNTERS.owned_at.desc().nulls_last(), _COUNTERS.plays.desc(), _COUNTERS.recording_id
    )
    .limit(_MOST_SEEDS)
    .subquery()
)
_NEAR_SEEDS = (
    select(table_of(Neighbour), _SEEDS.c.owned_at)
    .join(_SEEDS, _SEEDS.c.recording_id == _NEAR.recording_id)
    .where(~exists().where(_MINE, _COUNTERS.recording_id == _NEAR.neighbour_id))
    .order_by(_NEAR.score.desc(), _NEAR.neighbour_id, _NEAR.recording_id)
    .limit(bindparam("most", type_=Integer()))
)
_RELEASED = (
    asking_new(_WHO)
    .with_only_columns(Release.id, Release.artist, Release.published_at)
    .where(Release.published_at >= bindparam("since", type_=Instant()))
    .limit(_RELEASES)
    .subquery()
)
_FIRST_OF_IT = (
    select(Track.recording_id)
    .join(ReleaseTrack, ReleaseTrack.track_id == Track.id)
    .where(ReleaseTrack.release_id == _RELEASED.c.id)
    .order_by(ReleaseTrack.disc, ReleaseTrack.position)
    .limit(1)
    .scalar_subquery()
)
_LAST_FIRST = _RELEASED.c.published_at.desc(), _RELEASED.c.id.desc()
_PLACES = select(
    *(ChartEntry.recording_id, ChartEntry.chart, ChartEntry.place),
    *(cast(null(), Uuid()), cast(null(), String())),
).where(ChartEntry.span == NOW)
#: The first recordings of new releases, with the release and whose it is; and what is in charts.
_BESIDE = union_all(
    select(
        _FIRST_OF_IT.label("recording_id"),
        literal("").label("chart"),
        func.row_number().over(order_by=_LAST_FIRST).label("place"),
        _RELEASED.c.id.label("release_id"),
        _RELEASED.c.artist,
    ),
    # Not one with an OR: PostgreSQL would read all charts for it.
    _PLACES.where(ChartEntry.chart == Chart.TRENDING, ChartEntry.place <= _TRENDING),
    _PLACES.where(ChartEntry.chart == Chart.UNDISCOVERED, among_told(ChartEntry.place, "tried")),
)


async def _near(session: Session, listener_id: UUID, *, most: int) -> Sequence[Row[Any]]:
    """Answer what is heard by the same people as what somebody hears most."""
    return (await session.execute(_NEAR_SEEDS, {"who": listener_id, "most": most})).all()


async def _beside(
    session: Session, listener_id: UUID, *, now: datetime
) -> tuple[dict[UUID, tuple[UUID, str]], dict[UUID, tuple[str, int]]]:
    """Answer what is new of whom somebody follows; and what many hear, and some of what few have.

    Of the one by which release and whose it is, of the other where it is in its chart.
    """
    tried = places_to_try(listener_id, now.date(), of=LONGEST, number=_EXPLORED)
    told = {"who": listener_id, "since": now - _NEW, "tried": tried}
    rows = sorted(await session.execute(_BESIDE, told), key=lambda one: one.place)
    released = {
        one.recording_id: (one.release_id, one.artist)
        for one in rows
        if one.recording_id and not one.chart
    }
    order = {place: at for at, place in enumerate(tried)}
    in_charts = sorted(
        (one for one in rows if one.chart),
        key=lambda one: order[one.place] if one.chart == Chart.UNDISCOVERED else one.place,
    )
    return released, {one.recording_id: (one.chart, one.place) for one in in_charts}


def _of_near(
    rows: Iterable[Row[Any]], cards: Mapping[UUID, Card], *, least: int
) -> list[Suggestion]:
    return [
        Suggestion(
            recording_id=row.neighbour_id,
            owner_id=cards[row.neighbour_id].owner_id,
            reason=near_reason(
                row.recording_id,
                is_owned=row.owned_at is not None,
                together=row.together,
                owners=row.owners if row.owners >= least else 0,
            ),
        )
        for row in rows
        if row.neighbour_id in cards
    ]


def _of_released(
    released: Mapping[UUID, tuple[UUID, str]], cards: Mapping[UUID, Card]
) -> list[Suggestion]:
    return [
        Suggestion(
            recording_id=recording,
            owner_id=cards[recording].owner_id,
            reason=Reason(why=Why.FOLLOWED, about_id=release, about=artist),
        )
        for recording, (release, artist) in released.items()
        if recording in cards
    ]


def _of_chart(
    charted: Mapping[UUID, tuple[str, int]], chart: Chart, why: Why, cards: Mapping[UUID, Card]
) -> list[Suggestion]:
    return [
        Suggestion(
            recording_id=recording, owner_id=cards[recording].owner_id, reason=Reason(why=why)
        )
        for recording, (of, _) in charted.items()
        if of == chart and recording in cards
    ]
