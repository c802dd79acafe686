"""The reads that are asked most find what they answer by an index, whatever there is of it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from accounting.library import begun_page, library_of, owned_page
from base.database import Database
from catalog.music import audible_tracks, track_of
from catalog.people import caller_of
from catalog.plays import standings_of
from catalog.releases import releases_of, standing_on
from catalog.roles import Role
from catalog.search import Asked, search
from tests.support.catalog import NOON, person
from tests.support.explained import asked, read_to_the_end
from tests.support.searching import put_out


@pytest.fixture
async def house(migrated_postgres_url: str) -> AsyncIterator[Database]:
    database = Database(migrated_postgres_url)
    yield database
    await database.close()


async def test_no_hot_read_reads_a_table_to_its_end(house: Database) -> None:
    tracks = await put_out(house, [("Yesterday", "The Beatles", 1), ("Love", "Björk", 1)])
    listener = await person(house, Role.LISTENER)

    with asked(house) as questions:
        async with house.read() as session:
            for text in ("yesterday", "y", "beatles yest", "nothing like it"):
                await search(session, Asked(text=text))
            found = await audible_tracks(session, limit=50)
            await audible_tracks(session, limit=50, after=(NOON, uuid4()))
            recordings = [one.track.recording_id for one in found]
            await standings_of(session, listener_id=listener.id, recordings=recordings)
            await track_of(session, next(iter(tracks.values())))
            await library_of(session, listener.id)
            await owned_page(session, listener.id, after=None, limit=50)
            await begun_page(session, listener.id, after=None, limit=50)
            await releases_of(session, listener.id)
            await standing_on(session, uuid4())
            await caller_of(session, "refrain_nobody", now=NOON)

    assert len(questions) >= 15
    assert await read_to_the_end(house, questions) == set()
