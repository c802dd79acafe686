"""Charts and recommendations, from plays to what listeners are told, on both databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from accounting.plays import settle_due
from base.clock import ManualClock
from catalog.callers import Caller
from catalog.chart_rules import LONGEST, NOW, Candidate, Chart, Span, days_of, is_due, placed
from catalog.charts import places_of
from catalog.history import choose_counted
from catalog.models.charts import Neighbour
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.recommendations import recommended
from catalog.recommending import Why, sentence_of
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.credit import credited
from tests.support.working import workshop
from workers.holding import Holding
from workers.neighbours import note_neighbours
from workers.rollups import rebuild, roll_up

LEAST = 2


@dataclass
class City:
    holding: Holding
    clock: ManualClock
    artists: list[Caller]
    listeners: list[Caller]
    tracks: list[UUID]
    recordings: list[UUID]

    async def hears(self, who: int | Caller, *songs: int, times: int = 1) -> None:
        database = self.holding.tools.database
        listener = self.listeners[who] if isinstance(who, int) else who
        for song in songs * times:
            await qualified(database, self.clock, listener=listener, track_id=self.tracks[song])
        await database.run(lambda session: settle_due(session, limit=99, now=self.clock()))

    async def chart(self, chart: Chart, span: str = NOW) -> list[int]:
        """Answer the songs of a chart, by number."""
        async with self.holding.tools.database.read() as session:
            places = await places_of(session, chart, span, limit=99)
        return [self.recordings.index(one.recording_id) for one in places]


@pytest.fixture
async def city(tmp_path: Path, database_url: str) -> AsyncIterator[City]:
    clock = ManualClock(NOON)
    settings = {"database_url": database_url, "chart_listeners": LEAST}
    async with workshop(tmp_path, clock=clock, **settings) as holding:
        database = holding.tools.database
        artists = [await person(database, Role.ARTIST) for _ in range(5)]
        listeners = [await person(database, Role.LISTENER) for _ in range(4)]
        for one in (*artists, *listeners):
            await credited(database, one, 5_000)
        tracks = [
            await audible(database, artist, f"song {number}".encode())
            for number, artist in enumerate(artists)
        ]
        async with database.begin() as session:
            rows = [await session.get_one(Track, one) for one in tracks]
            for number, row in enumerate(rows):
                row.playable_at = NOON - timedelta(days=number)
            recordings = [one.recording_id for one in rows]
        yield City(
            holding=holding,
            clock=clock,
            artists=artists,
            listeners=listeners,
            tracks=tracks,
            recordings=recordings,
        )


async def test_plays_become_charts_and_reasons(city: City) -> None:
    tools = city.holding.tools
    for who in (0, 1, 2):
        await city.hears(who, 0, 1, times=2)
    await city.hears(2, 1, times=6)
    await city.hears(3, 0, times=5)
    await city.hears(3, 2, times=7)  # alone: nobody is told
    await city.hears(city.artists[3], 3, times=9)  # of their own
    assert await roll_up(tools) == 0  # the first time all is counted at once
    await rebuild(tools)

    assert await city.chart(Chart.NEW, Span.WEEK) == [0, 1, 2, 3, 4]
    assert await city.chart(Chart.NEW, Span.DAY) == [0, 1]
    assert await city.chart(Chart.TRENDING) == [0, 1]
    assert await city.chart(Chart.MOST_PLAYED, Span.WEEK) == []  # of whole days
    assert await city.chart(Chart.UP_FOR_OWNERSHIP) == []
    assert await city.chart(Chart.UNDISCOVERED) == [2, 3, 4]

    city.clock.advance(timedelta(days=1))
    await city.hears(0, 1, times=6)
    await roll_up(tools)
    await rebuild(tools)
    assert await city.chart(Chart.MOST_PLAYED, Span.DAY) == [0, 1]
    assert await city.chart(Chart.UP_FOR_OWNERSHIP) == [1]
    assert await city.chart(Chart.TRENDING) == [1, 0]

    await see_reasons(city)


async def see_reasons(city: City) -> None:
    tools, database = city.holding.tools, city.holding.tools.database
    assert await note_neighbours(tools) == 2
    found = await told_to(city, city.listeners[3])
    # What is theirs is not told, nor is an artist's own to themselves.
    assert found[1] == (
        Why.HEARD,
        f"Because you listen to “{await title(city, 0)}”: 3 people hear both.",
    )
    assert set(found) == {1, 3, 4}
    assert found[4][0] is Why.UNDISCOVERED
    assert 3 not in await told_to(city, city.artists[3])
    async with database.begin() as session:
        counter = await session.get_one(Counter, (city.listeners[3].id, city.recordings[0]))
        counter.owned_at = city.clock()
    assert (await told_to(city, city.listeners[3]))[1][0] is Why.OWNED

    for one in city.listeners[:2]:
        async with database.begin() as session:
            await choose_counted(session, one.id, is_counted=False, now=city.clock())
    assert await note_neighbours(tools) == 0
    async with database.read() as session:
        assert (await session.scalars(select(Neighbour))).all() == []
    assert (await told_to(city, city.listeners[3]))[1][0] is Why.TRENDING


async def told_to(city: City, who: Caller) -> dict[int, tuple[Why, str]]:
    async with city.holding.tools.database.read() as session:
        found = await recommended(session, who.id, limit=20, least=LEAST, now=city.clock())
    return {
        city.recordings.index(one.card.recording_id): (one.reason.why, sentence_of(one.reason))
        for one in found
    }


async def title(city: City, song: int) -> str:
    async with city.holding.tools.database.read() as session:
        return (await session.get_one(Track, city.tracks[song])).title


def test_some_charts_are_counted_each_time_and_others_every_hour_and_day() -> None:
    minutes = timedelta(minutes=5)

    assert is_due(Chart.MOST_PLAYED, None, NOON)
    assert is_due(Chart.NEW, NOON - minutes, NOON)
    assert not is_due(Chart.MOST_PLAYED, NOON - minutes, NOON)
    assert is_due(Chart.MOST_PLAYED, NOON - timedelta(hours=1), NOON)
    midnight = NOON.replace(hour=0)
    assert is_due(Chart.MOST_PLAYED, midnight - minutes, midnight)
    days = days_of(Chart.MOST_PLAYED, Span.WEEK, NOON)
    assert (days.last, (days.until - days.since).days) == (NOON.date() - timedelta(days=1), 7)


def test_a_place_is_for_what_can_be_heard_and_was_by_enough() -> None:
    some = [UUID(int=number) for number in range(LONGEST + 9)]
    found = placed(
        [Candidate(recording_id=one, score=1.0) for one in some],
        listeners=dict.fromkeys(some[1:], 5),
        tracks={one: one for one in some[2:]},
        least=5,
    )

    assert [one.recording_id for one in found] == some[2 : LONGEST + 2]
