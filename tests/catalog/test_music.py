from datetime import datetime, timedelta
from uuid import UUID

import pytest

from base.database import Database
from catalog.masters import note_trouble
from catalog.music import move, track_of
from catalog.roles import Role
from catalog.states import TrackEvent, TrackState
from ingest.accept import Accepted
from tests.support.catalog import NOON, accepted, person

A_MINUTE = timedelta(minutes=1)
TAKEN_DOWN = "The choir wants to hear it once more."


@pytest.fixture
async def withdrawn(database: Database) -> Accepted:
    """Answer a track that was taken down at noon while it was still examined."""
    sent = await accepted(database, await person(database, Role.ARTIST))
    for event in (TrackEvent.EXAMINE, TrackEvent.PUBLISH):
        await happens(database, sent.track_id, event, now=NOON - A_MINUTE)
    await happens(database, sent.track_id, TrackEvent.WITHDRAW, now=NOON, reason=TAKEN_DOWN)
    return sent


async def happens(
    database: Database, track: UUID, event: TrackEvent, *, now: datetime, reason: str | None = None
) -> None:
    async with database.begin() as session:
        await move(session, track, event, now=now, reason=reason)


async def said_of(database: Database, track: UUID) -> tuple[str, str | None, datetime]:
    async with database.read() as session:
        found = (await track_of(session, track)).track
    return found.state, found.reason, found.changed_at


@pytest.mark.parametrize("event", [TrackEvent.EXAMINE, TrackEvent.PUBLISH])
async def test_who_withdrew_a_track_said_why_whatever_becomes_of_the_work(
    database: Database, withdrawn: Accepted, event: TrackEvent
) -> None:
    await happens(database, withdrawn.track_id, event, now=NOON + A_MINUTE)
    async with database.begin() as session:
        await note_trouble(session, withdrawn.master_id, "It was set aside.")

    said = await said_of(database, withdrawn.track_id)
    assert said == (TrackState.WITHDRAWN, TAKEN_DOWN, NOON)


async def test_what_ends_a_withdrawal_has_its_own_reason(
    database: Database, withdrawn: Accepted
) -> None:
    later = NOON + A_MINUTE
    await happens(
        database, withdrawn.track_id, TrackEvent.REJECT, now=later, reason="It is cut off."
    )

    said = await said_of(database, withdrawn.track_id)
    assert said == (TrackState.REJECTED, "It is cut off.", later)
