"""Plays summed by recording and day (UTC): what charts are made of, so that no request counts.

What changed is counted anew from the plays themselves, so it may be done any number of times, and
in whatever order plays come in: sums are those that counting all at once would find.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    outerjoin,
    select,
)

from accounting.settlement import PlayKind
from base.bulk import among, in_parts
from base.database import Session
from catalog.days import day_in
from catalog.insiders import acts_for_its_owner
from catalog.models.base import table_of
from catalog.models.charts import DayOfPlays
from catalog.models.ledger import LedgerTxn
from catalog.models.plays import Play

#: Of one listener so many plays of a recording count in charts on a day, and more do not.
MOST_A_DAY = 4
_COLUMNS = ("recording_id", "day", "plays", "listeners", "paid", "counted")
_PLAYS, _UNDOING, _DAYS = table_of(Play), table_of(LedgerTxn), table_of(DayOfPlays)
_DAY = timedelta(days=1)


async def count_days(session: Session, changed: Mapping[date, Collection[UUID]]) -> None:
    """Count recordings anew, of the days on which their plays changed."""
    for day in sorted(changed):
        for recordings in in_parts(sorted(changed[day])):
            await _count_day(session, day, recordings)


async def count_all(session: Session) -> None:
    """Count all there is, instead of what was counted before."""
    await session.execute(delete(_DAYS))
    await _write(session, [])


async def listeners_between(
    session: Session, recordings: Sequence[UUID], *, since: date, until: date
) -> dict[UUID, int]:
    """Answer how many people heard recordings, from one day on and before another."""
    found: dict[UUID, int] = {}
    people = func.count(_PLAYS.c.listener_id.distinct())
    for some in in_parts(recordings):
        which = *counted_plays(), *of_recordings(session, some, since=since, until=until)
        query = select(_PLAYS.c.recording_id, people).select_from(kept()).where(*which)
        rows = await session.execute(query.group_by(_PLAYS.c.recording_id))
        found |= {recording: number for recording, number in rows}  # noqa: C416 - rows are no pairs
    return found


async def _count_day(session: Session, day: date, recordings: Sequence[UUID]) -> None:
    gone = delete(_DAYS).where(_DAYS.c.day == day)
    await session.execute(gone.where(among(session, _DAYS.c.recording_id, recordings)))
    await _write(session, of_recordings(session, recordings, since=day, until=day + _DAY))


async def _write(session: Session, which: Sequence[ColumnElement[bool]]) -> None:
    sums = _sums(_by_listener(session, which))
    await session.execute(insert(_DAYS).from_select(list(_COLUMNS), sums))


def _sums(by_listener: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    one = by_listener.subquery().c
    counted = case((one.plays < MOST_A_DAY, one.plays), else_=MOST_A_DAY)
    key = one.recording_id, one.day
    sums = func.sum(one.plays), func.count(), func.sum(one.paid), func.sum(counted)
    return select(*key, *sums).group_by(*key)


def _by_listener(
    session: Session, which: Sequence[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    day = day_in(session, _PLAYS.c.occurred_at).label("day")
    paid = func.sum(case((_PLAYS.c.step > 0, 1), else_=0)).label("paid")
    query = select(_PLAYS.c.recording_id, day, func.count().label("plays"), paid)
    query = query.select_from(kept()).where(*counted_plays(), *which)
    return query.group_by(_PLAYS.c.recording_id, day, _PLAYS.c.listener_id)


def kept() -> Any:  # noqa: ANN401 - SQLAlchemy names no such join
    """Answer plays, and by what they were undone, if they were."""
    undone = and_(_UNDOING.c.reverses == _PLAYS.c.txn_id, _UNDOING.c.reverses != 0)
    return outerjoin(_PLAYS, _UNDOING, undone)


def counted_plays() -> tuple[ColumnElement[bool], ...]:
    """Say which plays count: not artists' of their own, and not what was given back."""
    of = _PLAYS.c
    is_inside = acts_for_its_owner(of.listener_id, of.recording_id, at=of.occurred_at)
    return _PLAYS.c.kind != PlayKind.OWN, _UNDOING.c.id.is_(None), ~is_inside


def of_recordings(
    session: Session, recordings: Sequence[UUID], *, since: date, until: date
) -> tuple[ColumnElement[bool], ...]:
    """Say that plays are of recordings, from one day on and before another."""
    return (
        among(session, _PLAYS.c.recording_id, recordings),
        _PLAYS.c.occurred_at >= midnight(since),
        _PLAYS.c.occurred_at < midnight(until),
    )


def midnight(day: date) -> datetime:
    """Answer the first instant of a day."""
    return datetime.combine(day, time(), UTC)
