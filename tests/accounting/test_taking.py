import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from accounting.reports import Beat, told_by
from accounting.taking import take_in
from base.clock import ManualClock
from base.database import Database
from catalog.evidence import forget_marks, passed
from catalog.models.plays import Grant, PlaySession
from catalog.notes import NOTE, Batch
from catalog.plays import play_session
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.catalog import NOON, accepted, opened, person


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def track(database: Database) -> UUID:
    artist = await person(database, Role.ARTIST)
    return (await accepted(database, artist)).track_id


@pytest.fixture
async def play(database: Database, clock: ManualClock, track: UUID) -> UUID:
    listener = await person(database, Role.LISTENER, millicredits=100)
    return await opened(database, clock, listener=listener, track_id=track)


def batch(play: UUID, *stretches: tuple[int, int], producer: UUID, first: int = 0) -> Batch:
    return Batch(
        producer=producer,
        passed=0,
        first=first,
        end=first + len(stretches),
        notes=b"".join(NOTE.pack(play.bytes, start, end) for start, end in stretches),
    )


async def taken(database: Database, *batches: Batch) -> int:
    return await database.run(lambda session: take_in(session, batches, now=NOON))


async def told(database: Database, play: UUID, seconds: int) -> None:
    """Let the session's heartbeats say that so much was played."""
    beats = [Beat(at_ms=ms, position_ms=ms, elapsed_ms=ms) for ms in range(0, seconds * 1000, 5000)]
    async with database.begin() as session:
        (await play_session(session, play)).told = told_by(beats).as_json()


async def state(database: Database, play: UUID) -> tuple[str, list[list[int]] | None]:
    async with database.read() as session:
        found = await play_session(session, play)
        return found.state, found.delivered


async def mark(database: Database, producer: UUID) -> int:
    async with database.read() as session:
        return (await passed(session, [producer])).get(producer, 0)


async def test_who_reported_before_the_evidence_came_qualifies_with_it(
    database: Database, play: UUID
) -> None:
    await told(database, play, 60)

    assert await taken(database, batch(play, (0, 30_000), producer=uuid4())) == 0
    assert await taken(database, batch(play, (30_000, 60_000), producer=uuid4())) == 1

    assert await state(database, play) == (PlayState.QUALIFIED, [[0, 60_000]])
    assert await taken(database, batch(play, (60_000, 61_000), producer=uuid4())) == 0


async def test_who_has_not_reported_does_not_qualify(database: Database, play: UUID) -> None:
    assert await taken(database, batch(play, (0, 180_000), producer=uuid4())) == 0

    assert await state(database, play) == (PlayState.OPEN, [[0, 180_000]])


async def test_a_preview_never_qualifies(database: Database, play: UUID) -> None:
    async with database.begin() as session:
        await session.execute(update(PlaySession).values(grant=Grant.PREVIEW))
    await told(database, play, 60)

    assert await taken(database, batch(play, (0, 180_000), producer=uuid4())) == 0


async def test_notes_of_nobody_are_passed_over(database: Database, play: UUID) -> None:
    producer = uuid4()

    await taken(database, batch(uuid4(), (0, 5), (5, 9), producer=producer))
    await taken(database, batch(play, (0, 5), producer=producer, first=2))

    assert await mark(database, producer) == 3


@pytest.mark.parametrize("seed", range(3))
async def test_in_whatever_order_and_however_often_they_come_it_comes_to_the_same(
    database: Database, clock: ManualClock, track: UUID, seed: int
) -> None:
    chance = random.Random(seed)
    listener = await person(database, Role.LISTENER)
    plays = [await opened(database, clock, listener=listener, track_id=track) for _ in range(3)]
    producers = [uuid4(), uuid4()]
    heard: dict[UUID, set[int]] = {play: set() for play in plays}
    batches = []
    for producer in producers:
        for first in range(0, 20, 2):
            play, start = chance.choice(plays), chance.randrange(100)
            batches.append(
                batch(play, (start, start + 5), (50, 60), producer=producer, first=first)
            )
            heard[play] |= {*range(start, start + 5), *range(50, 60)}

    sent = chance.sample(batches, len(batches)) + chance.choices(batches, k=10)
    while sent:
        some, sent = sent[: chance.randrange(1, 5)], sent[4:]
        await taken(database, *some)
    await taken(database, *batches)

    for play in plays:
        _, delivered = await state(database, play)
        assert {n for start, end in delivered or [] for n in range(start, end)} == heard[play]
    assert [await mark(database, producer) for producer in producers] == [20, 20]


async def test_what_is_missing_in_between_is_waited_for(database: Database, play: UUID) -> None:
    producer = uuid4()
    await taken(database, batch(play, (0, 5), producer=producer))
    await taken(database, batch(play, (9, 12), producer=producer, first=2))
    assert await mark(database, producer) == 1

    await taken(database, batch(play, (5, 9), producer=producer, first=1))

    assert await mark(database, producer) == 3
    assert (await state(database, play))[1] == [[0, 12]]


async def test_a_mark_that_was_forgotten_is_made_again(database: Database, play: UUID) -> None:
    producer = uuid4()
    await taken(database, batch(play, (0, 5), producer=producer))
    async with database.begin() as session:
        assert await forget_marks(session, NOON + timedelta(days=1)) == 1

    later = batch(play, (5, 9), producer=producer, first=1)
    await taken(database, Batch(producer=producer, passed=1, first=1, end=2, notes=later.notes))

    assert await mark(database, producer) == 2
