"""A play that is held: its listener pays by the means of who is paid for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounting.methods import note_method
from accounting.plays import settle
from base.clock import ManualClock
from base.database import Database
from catalog.models.people import Role
from catalog.people import Caller
from tests.support.catalog import NOON, accepted, person, qualified


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A play that waits, and whose it is."""

    play: UUID
    listener: Caller
    artist: Caller
    track: UUID


async def suspect(database: Database) -> Suspect:
    clock = ManualClock(NOON)
    artist = await person(database, Role.ARTIST)
    listener = await person(database, Role.LISTENER, millicredits=2_000)
    track = (await accepted(database, artist)).track_id
    async with database.begin() as session:
        for one in (artist, listener):
            await note_method(session, one.id, "stripe:4242", now=clock())
    play = await qualified(database, clock, listener=listener, track_id=track)
    assert not await database.run(lambda session: settle(session, [play], now=clock()))
    return Suspect(play=play, listener=listener, artist=artist, track=track)
