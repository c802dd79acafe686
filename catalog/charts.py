"""Charts as they are kept: candidates for them, their places, and reading them in parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, delete, func, select

from base.bulk import among, insert_many
from base.database import Session
from base.several import among_told
from catalog.cards import Card, asking_cards, card_in, is_for_all, placed
from catalog.chart_rules import LONGEST, NOW, Candidate, Chart, Days, Place, days_of
from catalog.heat import score_on
from catalog.models.base import table_of
from catalog.models.charts import ChartEntry, ChartRun, DayOfPlays, Nearing, Trend
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack

#: So many are looked at for each place: some cannot be heard, or were heard by too few.
_CANDIDATES = 2 * LONGEST
#: Of releases all of whose tracks are new, and of artists who send much, one is shown.
_NEWEST = 10 * LONGEST
_DAYS, _NEARING, _TRENDS = table_of(DayOfPlays).c, table_of(Nearing).c, table_of(Trend).c
_ENTRIES = table_of(ChartEntry)
_FIRST = ReleaseTrack.disc, ReleaseTrack.position, Track.id
_COLUMNS = ("chart", "span", "place", "recording_id", "track_id", "score", "listeners")


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A track that is new to all, and whose it is."""

    track_id: UUID
    recording_id: UUID
    owner_id: UUID
    release_id: UUID | None
    heard_from: datetime


async def trending(session: Session, today: date) -> list[Candidate]:
    """Answer the hottest recordings, with how hot they are today."""
    query = select(_TRENDS.recording_id, _TRENDS.heat).order_by(_TRENDS.heat.desc())
    return [
        Candidate(recording_id=one, score=score_on(today, heat))
        for one, heat in await session.execute(query.limit(_CANDIDATES))
    ]


async def most_played(session: Session, days: Days) -> list[Candidate]:
    """Answer what was played most in some days."""
    sums = func.sum(_DAYS.counted)
    query = select(_DAYS.recording_id, sums).where(_DAYS.day >= days.since, _DAYS.day < days.until)
    query = query.group_by(_DAYS.recording_id).order_by(sums.desc(), _DAYS.recording_id)
    return await _candidates(session, query.limit(_CANDIDATES))


async def nearing(session: Session) -> list[Candidate]:
    """Answer what most listeners are about to own, with how many they are."""
    query = select(_NEARING.recording_id, func.count()).group_by(_NEARING.recording_id)
    query = query.order_by(func.count().desc(), _NEARING.recording_id)
    return await _candidates(session, query.limit(_CANDIDATES))


async def _candidates(session: Session, query: Select[*tuple[Any, ...]]) -> list[Candidate]:
    rows = await session.execute(query)
    return [Candidate(recording_id=one, score=float(score)) for one, score in rows]


async def newest(session: Session, since: date) -> list[New]:
    """Answer what all could hear from a day on and not before: of a release its first track."""
    at = datetime.combine(since, time(), UTC)
    singles = _tracks().where(Release.id.is_(None), Track.playable_at >= at)
    released = _tracks().where(Release.published_at >= at)
    found: dict[UUID, New] = {}
    for query, heard_from in ((singles, Track.playable_at), (released, Release.published_at)):
        for row in await session.execute(query.order_by(heard_from.desc(), *_FIRST).limit(_NEWEST)):
            one = New(
                track_id=row.id,
                recording_id=row.recording_id,
                owner_id=row.owner_id,
                release_id=row.release_id,
                heard_from=max(filter(None, (row.playable_at, row.published_at))),
            )
            found.setdefault(one.release_id or one.track_id, one)
    order = sorted(found.values(), key=lambda one: (one.heard_from, one.track_id), reverse=True)
    return order[:_NEWEST]


def _tracks() -> Select[*tuple[Any, ...]]:
    track = Track.id, Track.recording_id, Track.owner_id, Track.playable_at
    query = select(*track, Release.id.label("release_id"), Release.published_at)
    return placed(query.select_from(Track)).where(is_for_all(), Track.playable_at.is_not(None))


async def runs(session: Session) -> dict[tuple[str, str], ChartRun]:
    """Answer when charts were counted."""
    return {(one.chart, one.span): one for one in await session.scalars(select(ChartRun))}


async def write_chart(
    session: Session, chart: Chart, span: str, places: Sequence[Place], *, now: datetime
) -> None:
    """Let a chart have these places, and no others."""
    mine = _ENTRIES.c.chart == chart, _ENTRIES.c.span == span
    await session.execute(delete(_ENTRIES).where(*mine))
    rows = [
        (str(chart), span, place, one.recording_id, one.track_id, one.score, one.listeners)
        for place, one in enumerate(places[:LONGEST], start=1)
    ]
    await insert_many(session, _ENTRIES, _COLUMNS, rows)
    days = days_of(chart, span, now)
    run = ChartRun(chart=chart, span=span, counted_at=now, since=days.since, until=days.until)
    await session.merge(run)


async def run_of(session: Session, chart: Chart, span: str) -> ChartRun | None:
    """Answer when a chart was counted, if it ever was."""
    return await session.get(ChartRun, (chart, span))


async def places_of(
    session: Session, chart: Chart, span: str, *, limit: int, after: int = 0
) -> list[ChartEntry]:
    """Answer places of a chart, from behind one on."""
    mine = ChartEntry.chart == chart, ChartEntry.span == span, ChartEntry.place > after
    query = select(ChartEntry).where(*mine).order_by(ChartEntry.place)
    return list(await session.scalars(query.limit(limit)))


async def charted_cards(
    session: Session, charts: Collection[Chart], *, most: int
) -> dict[Chart, list[Card]]:
    """Answer what stands in the first places of charts of now, as far as all can hear it."""
    found: dict[Chart, list[Card]] = {one: [] for one in charts}
    for row in await session.execute(_CHARTED, {"charts": charts, "most": most}):
        found[Chart(row.chart)].append(card_in(row))
    return found


_CHARTED = (
    asking_cards()
    .add_columns(ChartEntry.chart)
    .join(ChartEntry, ChartEntry.track_id == Track.id)
    .where(
        among_told(ChartEntry.chart, "charts"),
        ChartEntry.span == NOW,
        ChartEntry.place <= bindparam("most", type_=Integer()),
        is_for_all(),
    )
    .order_by(ChartEntry.chart, ChartEntry.place)
)


async def heats_of(session: Session, recordings: Collection[UUID]) -> dict[UUID, float]:
    """Answer how hot recordings are, of those that anybody heard lately: to be compared only."""
    query = select(_TRENDS.recording_id, _TRENDS.heat)
    rows = await session.execute(query.where(among(session, _TRENDS.recording_id, recordings)))
    return {recording: heat for recording, heat in rows}  # noqa: C416 - rows are no pairs


async def charted_owners(session: Session, charts: Collection[Chart]) -> set[UUID]:
    """Answer whose tracks are in some charts."""
    query = select(Track.owner_id).distinct().join(ChartEntry, ChartEntry.track_id == Track.id)
    return set(await session.scalars(query.where(ChartEntry.chart.in_(list(charts)))))
