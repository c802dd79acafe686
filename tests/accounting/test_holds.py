"""Suspicious plays are set aside before they are charged, and a person decides."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accounting.books import balance_of
from accounting.holds import Decision, Who, explain, held_plays, reject, release
from accounting.limits import limits_in_force, set_limits
from accounting.methods import sharing
from accounting.plays import settle
from accounting.settlement import Settlement
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.plays import Play, PlaySession
from catalog.models.suspicions import PlaySuspicion
from catalog.plays import play_session
from catalog.roles import Role
from catalog.states import PlayState
from refrain.synthetic_credit import top_up
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.suspects import Suspect, paid_by, suspect

EVA = Who(name="Eva", why="I know them")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def artist(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def track(database: Database, artist: Caller) -> UUID:
    return (await accepted(database, artist)).track_id


@pytest.fixture
async def held(database: Database) -> Suspect:
    return await suspect(database)


async def settled(database: Database, clock: ManualClock, plays: list[UUID]) -> list[Settlement]:
    return await database.run(lambda session: settle(session, plays, now=clock()))


async def state_of(database: Database, play: UUID) -> tuple[str, str]:
    async with database.read() as session:
        found = await play_session(session, play)
        return found.state, found.reason


async def test_a_suspicious_play_is_held_and_costs_nothing(
    database: Database, held: Suspect
) -> None:
    async with database.read() as session:
        [waiting] = await held_plays(session, limit=9)
        found = await explain(session, held.play)
        paid = await balance_of(session, held.listener.id, now=NOON)

    assert (waiting.session_id, waiting.reason) == (held.play, "held:same-purse")
    assert found.suspicion is not None
    assert found.suspicion.reasons == ("held:same-purse",)
    assert found.sentences == ("Listener and payee have paid by the same means.",)
    assert paid == 2_000


async def test_who_is_released_pays_as_everybody_does_and_is_not_held_again(
    database: Database, clock: ManualClock, held: Suspect
) -> None:
    async with database.begin() as session:
        assert await release(session, [held.play, held.play], EVA, now=clock()) == 1
        assert await release(session, [held.play], EVA, now=clock()) == 0
    [settlement] = await settled(database, clock, [held.play])

    assert (settlement.state, settlement.price_millicredits) == (PlayState.SETTLED, 2)
    async with database.read() as session:
        [decided] = (await explain(session, held.play)).decisions
    assert (decided.decision, decided.by, decided.why) == (
        Decision.RELEASED,
        "Eva",
        "I know them",
    )


async def test_what_is_rejected_comes_to_nothing_for_good(
    database: Database, clock: ManualClock, held: Suspect
) -> None:
    async with database.begin() as session:
        assert await reject(session, [held.play], EVA, now=clock()) == 1

    assert await state_of(database, held.play) == (PlayState.REJECTED, "rejected:same-purse")
    assert await settled(database, clock, [held.play]) == []


async def test_of_a_play_that_nobody_knows_nothing_is_decided(
    database: Database, clock: ManualClock
) -> None:
    async with database.begin() as session:
        with pytest.raises(Refused, match="no such play"):
            await release(session, [UUID(int=7)], EVA, now=clock())


async def test_each_play_that_costs_something_keeps_what_it_was_weighed_by(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=9)
    plays = [await qualified(database, clock, listener=listener, track_id=track)]
    clock.advance(timedelta(minutes=3))
    plays.append(await qualified(database, clock, listener=listener, track_id=track))
    own = await qualified(database, clock, listener=artist, track_id=track)
    told = {
        "timely": [[0, 60_000]],
        "claimed": [[0, 61_000]],
        "run": None,
        "began_ms": 0,
        "last_ms": 60_000,
        "beats": 9,
    }
    async with database.begin() as session:
        change = update(PlaySession).where(PlaySession.id == plays[1])
        await session.execute(change.values(told=told, delivered=[[10_000, 70_000]]))

    await settled(database, clock, plays[:1])
    await settled(database, clock, [*plays[1:], own])

    async with database.read() as session:
        found = await explain(session, plays[1])
        stored = set(await session.scalars(select(PlaySuspicion.session_id)))
    features = found.held.features
    assert features is not None
    assert stored == set(plays)
    assert found.suspicion is None
    assert (features.price, features.spent_day, features.payee_day) == (4, 6, 6)
    assert (features.plays_hour, features.plays_day, features.beside) == (2, 2, 0)
    assert (features.served_ms, features.reported_ms, features.heard_ms) == (
        60_000,
        60_000,
        50_000,
    )
    assert (features.claimed_ms, features.passed_ms) == (61_000, 60_000)


async def test_plays_of_the_last_hour_are_counted_to_the_second(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=99)
    for apart in (timedelta(), timedelta(hours=1), timedelta(seconds=30)):
        clock.advance(apart)
        play = await qualified(database, clock, listener=listener, track_id=track)
        await settled(database, clock, [play])

    async with database.read() as session:
        features = (await explain(session, play)).held.features
    assert features is not None
    assert (features.plays_hour, features.plays_day, features.beside) == (2, 3, 1)


async def test_limits_are_dated_and_a_verdict_keeps_those_it_was_made_by(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=99)
    clock.advance(timedelta(hours=1))
    async with database.begin() as session:
        await set_limits(session, {"plays_day": 0}, by_name="Eva", why="to try", now=clock())
        with pytest.raises(Refused, match="is no limit"):
            await set_limits(session, {"plays": 0}, by_name="Eva", why="", now=clock())
    play = await qualified(database, clock, listener=listener, track_id=track)
    await settled(database, clock, [play])
    clock.advance(timedelta(hours=1))
    async with database.begin() as session:
        await set_limits(session, {"plays_day": 9}, by_name="Eva", why="enough", now=clock())
        before = await limits_in_force(session, NOON)
        after = await limits_in_force(session, clock())
        found = await explain(session, play)

    assert (before.limits.plays_day, after.limits.plays_day) == (1_500, 9)
    assert after.limits.plays_hour == before.limits.plays_hour == 240
    assert found.suspicion is not None
    assert found.suspicion.reasons == ("held:too-many-a-day",)


async def test_two_artists_who_pay_each_other_are_seen(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    other = await person(database, Role.ARTIST, millicredits=99)
    theirs = (await accepted(database, other, b"another song")).track_id
    async with database.begin() as session:
        await set_limits(session, {"looped_month": 5}, by_name="Eva", why="to try", now=clock())
    plays = []
    for _ in range(2):
        for who, what in ((artist, theirs), (other, track)):
            plays.append(await qualified(database, clock, listener=who, track_id=what))
    async with database.begin() as session:
        for one in (artist, other):
            session.add(paid_by(one, f"stripe:{one.id}"))
        assert await sharing(session, [artist.id, other.id]) == {}
    await _rich(database, artist)

    for play in plays:
        await settled(database, clock, [play])

    async with database.read() as session:
        [last] = await held_plays(session, limit=9)
        paid = list(await session.scalars(select(Play.price_millicredits)))
    assert (last.session_id, last.reason) == (plays[-1], "held:loop")
    assert sorted(paid) == [2, 2, 4]


async def _rich(database: Database, caller: Caller) -> None:
    async with database.begin() as session:
        await top_up(session, caller.id, millicredits=99, now=NOON)
