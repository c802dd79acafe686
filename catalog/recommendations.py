"""Gather what might be recommended to somebody, in as many statements whoever they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, or_, select, union_all

from base.database import Session
from base.several import among_told
from catalog.cards import Card, cards_by_recording
from catalog.chart_rules import LONGEST, NOW, Chart
from catalog.follows import new_releases
from catalog.models.base import table_of
from catalog.models.charts import ChartEntry, Neighbour
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import ReleaseTrack
from catalog.music import titles_of
from catalog.recommending import (
    Reason,
    Suggestion,
    Why,
    mixed,
    near_reason,
    places_to_try,
)

#: What is heard most and owned last says most; so many of it, and of their neighbours.
_SEEDS, _NEIGHBOURS = 60, 200
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
    seeds = await _seeds(session, listener_id)
    near = await _near(session, listener_id, seeds)
    released = await _released(session, listener_id, now=now)
    charted = await _charted(session, listener_id, now=now)
    candidates = {*(row.neighbour_id for row in near), *released, *charted}
    known = await _known(session, listener_id, candidates)
    cards = {
        recording: card
        for recording, card in (await cards_by_recording(session, candidates - known)).items()
        if card.owner_id != listener_id
    }
    titles = await titles_of(session, {row.recording_id for row in near})
    sources = (
        _of_released(released, cards),
        _of_near(near, seeds, titles, cards, least=least),
        _of_chart(charted, Chart.TRENDING, Why.TRENDING, cards),
    )
    unheard = _of_chart(charted, Chart.UNDISCOVERED, Why.UNDISCOVERED, cards)
    return [
        Recommended(card=cards[one.recording_id], reason=one.reason)
        for one in mixed(sources, unheard, limit=limit)
    ]


_MINE = _COUNTERS.listener_id == bindparam("who")
_MOST_HEARD = (
    select(_COUNTERS.recording_id, _COUNTERS.owned_at)
    .where(_MINE, or_(_COUNTERS.plays > 1, _COUNTERS.owned_at.is_not(None)))
    .order_by(
        _COUNTERS.owned_at.desc().nulls_last(), _COUNTERS.plays.desc(), _COUNTERS.recording_id
    )
    .limit(_SEEDS)
)
_BEGUN = select(_COUNTERS.recording_id).where(_MINE, among_told(_COUNTERS.recording_id, "ids"))
_NEIGHBOURS_OF = (
    select(table_of(Neighbour))
    .where(
        among_told(_NEAR.recording_id, "seeds"),
        ~exists().where(_MINE, _COUNTERS.recording_id == _NEAR.neighbour_id),
    )
    .order_by(_NEAR.score.desc(), _NEAR.neighbour_id, _NEAR.recording_id)
    .limit(_NEIGHBOURS)
)
#: The recordings of releases, the first of each last.
_FIRST_LAST = (
    select(ReleaseTrack.release_id, Track.recording_id)
    .join(Track, Track.id == ReleaseTrack.track_id)
    .where(among_told(ReleaseTrack.release_id, "releases"))
    .order_by(ReleaseTrack.disc.desc(), ReleaseTrack.position.desc())
)
_PLACES = select(ChartEntry.recording_id, ChartEntry.chart, ChartEntry.place)
_PLACES = _PLACES.where(ChartEntry.span == NOW)
# Not one with an OR: PostgreSQL would read all charts for it.
_IN_CHARTS = union_all(
    _PLACES.where(ChartEntry.chart == Chart.TRENDING, ChartEntry.place <= _TRENDING),
    _PLACES.where(ChartEntry.chart == Chart.UNDISCOVERED, among_told(ChartEntry.place, "tried")),
)


async def _seeds(session: Session, listener_id: UUID) -> dict[UUID, bool]:
    """Answer what somebody hears most, those first that they own; and whether they do."""
    rows = await session.execute(_MOST_HEARD, {"who": listener_id})
    return {recording: owned_at is not None for recording, owned_at in rows}


async def _near(session: Session, listener_id: UUID, seeds: Collection[UUID]) -> Sequence[Row[Any]]:
    told = {"who": listener_id, "seeds": seeds}
    return (await session.execute(_NEIGHBOURS_OF, told)).all()


async def _released(
    session: Session, listener_id: UUID, *, now: datetime
) -> dict[UUID, tuple[UUID, str]]:
    """Answer the first recordings of new releases, with the release and whose it is."""
    releases = await new_releases(session, listener_id, limit=_RELEASES, since=now - _NEW)
    by_id = {one.id: one for one in releases}
    rows = await session.execute(_FIRST_LAST, {"releases": by_id}) if by_id else ()
    first = {release: recording for release, recording in rows}  # noqa: C416 - rows are no pairs
    return {first[one.id]: (one.id, one.artist) for one in releases if one.id in first}


async def _charted(
    session: Session, listener_id: UUID, *, now: datetime
) -> dict[UUID, tuple[str, int]]:
    """Answer what many hear, and some of what few have heard: where it is in its chart."""
    tried = places_to_try(listener_id, now.date(), of=LONGEST, number=_EXPLORED)
    rows = await session.execute(_IN_CHARTS, {"tried": tried})
    found = {one: (chart, place) for one, chart, place in rows}
    order = {place: at for at, place in enumerate(tried)}
    return dict(
        sorted(
            found.items(),
            key=lambda one: order[one[1][1]] if one[1][0] == Chart.UNDISCOVERED else one[1][1],
        )
    )


async def _known(session: Session, listener_id: UUID, recordings: Collection[UUID]) -> set[UUID]:
    """Answer which of some recordings somebody has heard for money already."""
    return set(await session.scalars(_BEGUN, {"who": listener_id, "ids": recordings}))


def _of_near(
    rows: Iterable[Row[Any]],
    seeds: Mapping[UUID, bool],
    titles: Mapping[UUID, str],
    cards: Mapping[UUID, Card],
    *,
    least: int,
) -> list[Suggestion]:
    return [
        Suggestion(
            recording_id=row.neighbour_id,
            owner_id=cards[row.neighbour_id].owner_id,
            reason=near_reason(
                row.recording_id,
                titles.get(row.recording_id, ""),
                is_owned=seeds[row.recording_id],
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
