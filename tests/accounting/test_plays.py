import asyncio
from uuid import UUID

import pytest

from accounting.books import balance_of
from accounting.plays import Settlement, settle
from base.clock import ManualClock
from base.database import Database
from catalog.models.people import Role
from catalog.music import track_of
from catalog.people import Caller
from catalog.plays import Standing, standing_of
from catalog.states import PlayState
from tests.support.catalog import NOON, accepted, person, qualified

SERIES = [2, 4, 8, 16, 32, 64, 128, 256, 512]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def track(database: Database) -> UUID:
    artist = await person(database, Role.ARTIST)
    return (await accepted(database, artist)).track_id


async def settled(database: Database, clock: ManualClock, play: UUID) -> Settlement:
    return await database.run(lambda session: settle(session, clock, play))


async def heard(
    database: Database, clock: ManualClock, listener: Caller, track: UUID
) -> Settlement:
    play = await qualified(database, clock, listener=listener, track_id=track)
    return await settled(database, clock, play)


async def balance(database: Database, listener: Caller) -> int:
    async with database.read() as session:
        return await balance_of(session, listener.id)


async def standing(database: Database, listener: Caller, track: UUID) -> Standing:
    async with database.read() as session:
        found = await track_of(session, track)
        return await standing_of(
            session, listener_id=listener.id, recording_id=found.track.recording_id
        )


async def test_nine_plays_cost_1022_and_make_an_owner_whose_tenth_is_free(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)

    plays = [await heard(database, clock, listener, track) for _ in range(10)]

    assert [play.price_millicredits for play in plays] == [*SERIES, 0]
    assert [play.step for play in plays] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert await balance(database, listener) == 2000 - 1022
    assert await standing(database, listener, track) == Standing(plays=9, owned_at=NOON)


async def test_fifty_settlements_of_one_session_charge_once(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=100)
    play = await qualified(database, clock, listener=listener, track_id=track)

    answers = await asyncio.gather(*(settled(database, clock, play) for _ in range(50)))

    assert set(answers) == {
        Settlement(state=PlayState.SETTLED, reason="qualified", step=1, price_millicredits=2)
    }
    assert await balance(database, listener) == 98
    assert (await standing(database, listener, track)).plays == 1


async def test_fifty_sessions_at_once_pay_exactly_nine_times(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    plays = [await qualified(database, clock, listener=listener, track_id=track) for _ in range(50)]

    answers = await asyncio.gather(*(settled(database, clock, play) for play in plays))

    assert sorted(answer.price_millicredits for answer in answers) == [0] * 41 + SERIES
    assert await balance(database, listener) == 5000 - 1022


async def test_a_wallet_that_is_short_pays_nothing_and_counts_nothing(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2 + 4 + 7)

    plays = [await heard(database, clock, listener, track) for _ in range(3)]

    assert plays[2].state is PlayState.REJECTED
    assert plays[2].reason == "rejected:insufficient-credit"
    assert await balance(database, listener) == 7
    assert (await standing(database, listener, track)).plays == 2


async def test_artists_hear_themselves_for_free_and_it_counts_for_nothing(
    database: Database, clock: ManualClock
) -> None:
    artist = await person(database, Role.ARTIST, millicredits=10)
    track = (await accepted(database, artist)).track_id

    play = await heard(database, clock, artist, track)

    assert (play.state, play.price_millicredits, play.step) == (PlayState.SETTLED, 0, 0)
    assert await balance(database, artist) == 10
    assert (await standing(database, artist, track)).plays == 0
