import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from base.database import Database
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, events_after, forget_before, newest_numbers, tell
from catalog.models.jobs import Job
from catalog.music import move
from catalog.roles import Role
from catalog.states import TrackEvent
from catalog.webhooks import add_webhook
from tests.support.catalog import NOON, accepted, open_database, person


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def pinged(database: Database, who: Caller) -> int:
    async with database.begin() as session:
        event = NewEvent(owner_id=who.id, kind=EventKind.PING, request_id="test")
        return await tell(session, event, now=NOON)


async def told(database: Database, owner_id: UUID, after: int = 0) -> list[tuple[int, str]]:
    async with database.read() as session:
        return [(one.number, one.kind) for one in await events_after(session, owner_id, after)]


async def test_numbers_have_no_gap_however_many_tell_at_once(database: Database) -> None:
    artist, other = await person(database, Role.ARTIST), await person(database, Role.ARTIST)

    numbers = await asyncio.gather(*(pinged(database, artist) for _ in range(10)))
    await pinged(database, other)

    assert sorted(numbers) == list(range(1, 11))
    assert [number for number, _ in await told(database, artist.id)] == list(range(1, 11))
    async with database.read() as session:
        assert await newest_numbers(session, [artist.id, other.id]) == {artist.id: 10, other.id: 1}


async def test_what_was_rolled_back_was_never_told(database: Database) -> None:
    artist = await person(database, Role.ARTIST)

    with pytest.raises(ZeroDivisionError):
        async with database.begin() as session:
            event = NewEvent(owner_id=artist.id, kind=EventKind.PING, request_id="test")
            await tell(session, event, now=NOON)
            raise ZeroDivisionError

    assert await pinged(database, artist) == 1


async def test_a_track_tells_of_every_change_once(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    track_id = (await accepted(database, artist)).track_id

    for event in (TrackEvent.EXAMINE, TrackEvent.EXAMINE, TrackEvent.PUBLISH, TrackEvent.PUBLISH):
        async with database.begin() as session:
            await move(session, track_id, event, now=NOON)

    assert await told(database, artist.id) == [
        (1, "track.received"),
        (2, "track.examining"),
        (3, "track.playable"),
    ]
    assert await told(database, artist.id, after=2) == [(3, "track.playable")]


async def test_each_webhook_that_wants_an_event_has_a_job(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    async with database.begin() as session:
        wants = await add_webhook(
            session, artist.id, url="https://a.test/", kinds=[EventKind.PING], now=NOON
        )
        for kinds, disabled_at in (([EventKind.TRACK_COMPLETE], None), (None, NOON)):
            other = await add_webhook(
                session, artist.id, url="https://b.test/", kinds=kinds, now=NOON
            )
            other.disabled_at = disabled_at

    number = await pinged(database, artist)

    async with database.read() as session:
        subjects = [job.payload["subject"] for job in await session.scalars(select(Job))]
    assert subjects == [f"{wants.id}/{number}"]


async def test_old_events_are_forgotten_and_numbers_go_on(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    await pinged(database, artist)

    async with database.begin() as session:
        assert await forget_before(session, NOON) == 0
        assert await forget_before(session, NOON + timedelta(seconds=1)) == 1

    assert await told(database, artist.id) == []
    assert await pinged(database, artist) == 2
