"""What an account's music came to from one day on and before another, as it was counted.

In territories with few listeners nobody can be told from the figures: they are told as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, case, func, join, select
from sqlalchemy.orm import InstrumentedAttribute

from accounting.days import Days
from accounting.hearers import hearers_of, territories_heard
from accounting.sketch import FEW, Sketch, people_in, sketched
from accounting.ways import NO_PLAYS, Way
from base.database import Session
from catalog.models.base import table_of
from catalog.models.insights import DayOfWays
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack

#: What territories with few listeners, and what is not known where, are told as together.
ELSEWHERE = ""
_TABLE = table_of(DayOfWays)
_WAYS = _TABLE.c
_NO_PLAYS = tuple(one.value for one in NO_PLAYS)


@dataclass(slots=True, kw_only=True)
class Sums:
    """How often something was played, by way, and by about how many people."""

    ways: dict[str, int] = field(default_factory=dict)
    listeners: int = 0

    def add(self, way: str, number: int) -> None:
        """Count some more of a way."""
        self.ways[way] = self.ways.get(way, 0) + number

    @property
    def plays(self) -> int:
        """All plays, whatever they cost."""
        return sum(number for way, number in self.ways.items() if way not in _NO_PLAYS)

    @property
    def paid(self) -> int:
        """Plays that were paid for."""
        return sum(number for way, number in self.ways.items() if way.isdecimal())

    @property
    def bought(self) -> int:
        """How often all that was missing was bought at once."""
        return self.ways.get(Way.BOUGHT, 0)

    @property
    def won(self) -> int:
        """How often somebody came to own a track."""
        return self.ways.get(Way.WON, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """What a track or a release came to."""

    id: UUID
    title: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was played in some days: in all, and by day."""

    total: Sums
    days: Mapping[date, Sums]


async def heard_in(session: Session, payee_id: UUID, days: Days) -> Heard:
    """Answer what was played of an account's music in some days."""
    by_day = {day: Sums() for day in days.each()}
    total = Sums()
    query = select(_WAYS.day, _WAYS.way, func.sum(_WAYS.number)).where(*_of(payee_id, days))
    for day, way, number in await session.execute(query.group_by(_WAYS.day, _WAYS.way)):
        by_day[day].add(way, int(number))
        total.add(way, int(number))
    sketches = await hearers_of(session, payee_id, since=days.since, until=days.until)
    for day, sketch in sketches.items():
        by_day[day].listeners = people_in(sketch)
    total.listeners = people_in(sketched(*sketches.values()))
    return Heard(total=total, days=by_day)


async def territories_in(session: Session, payee_id: UUID, days: Days) -> dict[str, int]:
    """Answer plays by territory in some days, the most first, and those of elsewhere."""
    query = select(_WAYS.territory, func.sum(_WAYS.number)).where(*_of(payee_id, days))
    plays = query.where(_WAYS.way.not_in(_NO_PLAYS)).group_by(_WAYS.territory)
    each = {place: int(number) for place, number in await session.execute(plays)}
    heard = await territories_heard(session, payee_id, since=days.since, until=days.until)
    return told_places(each, heard)


async def tracks_in(session: Session, payee_id: UUID, days: Days, *, most: int) -> list[Of]:
    """Answer what each track came to; of many those that were played most."""
    return await _most_played(session, payee_id, days, by=_TRACKS, most=most)


async def releases_in(session: Session, payee_id: UUID, days: Days, *, most: int) -> list[Of]:
    """Answer what the tracks of each release came to together, as those of tracks."""
    return await _most_played(session, payee_id, days, by=_RELEASES, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _By:
    """What is summed by: its id and title, and how plays are joined to it."""

    id: InstrumentedAttribute[UUID]
    title: InstrumentedAttribute[str]
    rows: FromClause


_TRACKS = _By(id=Track.id, title=Track.title, rows=join(_TABLE, Track, Track.id == _WAYS.track_id))
_RELEASES = _By(
    id=Release.id,
    title=Release.title,
    rows=join(_TABLE, ReleaseTrack, ReleaseTrack.track_id == _WAYS.track_id).join(
        Release, Release.id == ReleaseTrack.release_id
    ),
)


async def _most_played(
    session: Session, payee_id: UUID, days: Days, *, by: _By, most: int
) -> list[Of]:
    mine, number = _of(payee_id, days), func.sum(_WAYS.number)
    plays = func.sum(case((_WAYS.way.in_(_NO_PLAYS), 0), else_=_WAYS.number))
    top = select(by.id, by.title).select_from(by.rows).where(*mine).group_by(by.id, by.title)
    rows = await session.execute(top.order_by(plays.desc(), by.id).limit(most))
    found = {of: Of(id=of, title=title, sums=Sums()) for of, title in rows}
    parts = select(by.id, _WAYS.way, number).select_from(by.rows).where(*mine)
    parts = parts.where(by.id.in_(list(found))).group_by(by.id, _WAYS.way)
    for of, way, total in await session.execute(parts):
        found[of].sums.add(way, int(total))
    return list(found.values())


def told_places(plays: Mapping[str, int], heard: Mapping[str, Sketch]) -> dict[str, int]:
    """Answer plays by territory, the most first, where enough people listen; and elsewhere."""
    told: dict[str, int] = {}
    for place, number in plays.items():
        name = place if place and len(heard.get(place, ())) >= FEW else ELSEWHERE
        told[name] = told.get(name, 0) + number
    return dict(sorted(told.items(), key=lambda one: (one[0] == ELSEWHERE, -one[1], one[0])))


def _of(payee_id: UUID, days: Days) -> tuple[ColumnElement[bool], ...]:
    return _WAYS.payee_id == payee_id, _WAYS.day >= days.since, _WAYS.day < days.until
