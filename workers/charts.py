"""Make charts of what was counted: those that are due, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from accounting.rollups import listeners_between
from base.database import Session
from base.tools import Tools
from catalog.cards import cards_by_recording
from catalog.chart_rules import SPANS, Candidate, Chart, Days, Place, days_of, is_due, placed
from catalog.charts import (
    New,
    charted_owners,
    most_played,
    nearing,
    newest,
    runs,
    trending,
    write_chart,
)

#: Fewer people than these have heard what is undiscovered, in so many days.
FEW = 50
_FOR_ALL = (Chart.TRENDING, Chart.MOST_PLAYED)


async def count_charts(tools: Tools, *, is_anew: bool = False) -> None:
    """Make those charts again that are due, or all."""
    now = tools.clock()
    async with tools.database.read() as session:
        done = {key: one.counted_at for key, one in (await runs(session)).items()}
    for chart, spans in SPANS.items():
        for span in spans:
            if is_anew or is_due(chart, done.get((chart, span)), now):
                await tools.database.run(partial(_count, tools=tools, chart=chart, span=span))


async def _count(session: Session, *, tools: Tools, chart: Chart, span: str) -> None:
    now = tools.clock()
    days = days_of(chart, span, now)
    match chart:
        case Chart.NEW:
            places = [_place(one) for one in await newest(session, days.since)]
        case Chart.UNDISCOVERED:
            places = await _undiscovered(session, days)
        case Chart.UP_FOR_OWNERSHIP:
            found = await nearing(session)
            listeners = {one.recording_id: int(one.score) for one in found}
            places = await _places(session, found, listeners, tools.settings.chart_listeners)
        case _:
            found = await _heard(session, chart, days)
            listeners = await _listeners(session, (one.recording_id for one in found), days)
            places = await _places(session, found, listeners, tools.settings.chart_listeners)
    await write_chart(session, chart, span, places, now=now)


async def _heard(session: Session, chart: Chart, days: Days) -> list[Candidate]:
    if chart is Chart.TRENDING:
        return await trending(session, days.last)
    return await most_played(session, days)


async def _places(
    session: Session, found: Sequence[Candidate], listeners: Mapping[UUID, int], least: int
) -> list[Place]:
    cards = await cards_by_recording(session, [one.recording_id for one in found])
    tracks = {recording: card.track_id for recording, card in cards.items()}
    return placed(found, listeners=listeners, tracks=tracks, least=least)


async def _undiscovered(session: Session, days: Days) -> list[Place]:
    known = await charted_owners(session, _FOR_ALL)
    found = list(_first_of_each(await newest(session, days.since), known))
    listeners = await _listeners(session, (one.recording_id for one in found), days)
    return [_place(one) for one in found if listeners.get(one.recording_id, 0) < FEW]


def _first_of_each(found: Iterable[New], known: set[UUID]) -> Iterator[New]:
    seen = set(known)
    for one in found:
        if one.owner_id not in seen:
            seen.add(one.owner_id)
            yield one


async def _listeners(session: Session, recordings: Iterable[UUID], days: Days) -> dict[UUID, int]:
    return await listeners_between(session, list(recordings), since=days.since, until=days.until)


def _place(one: New) -> Place:
    """Answer the place of what is there because it is new: nobody's taste is in it."""
    return Place(
        recording_id=one.recording_id,
        track_id=one.track_id,
        score=one.heard_from.timestamp(),
        listeners=0,
    )
