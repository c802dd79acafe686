"""What an account was charged in a time is undone, and what was paid for the same after it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.books import balance_of
from accounting.holds import Decision, Who, explain
from accounting.journal import balance_of as balance_of_account
from accounting.ledger import Account, AccountKind
from accounting.plays import settle
from accounting.reversing import Span, downwards, reverse_all
from accounting.unwinding import Charge, ChargeKind, unwound
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.plays import standing_of
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.credit import credited
from tests.support.locks import wait_for_locks

PEOPLE, SONGS = [UUID(int=1), UUID(int=2)], [UUID(int=11), UUID(int=12)]


def charge(listener: UUID, song: UUID, step: int) -> Charge:
    return Charge(
        id=UUID(int=listener.int * 10_000 + song.int * 100 + step),
        kind=ChargeKind.PLAY,
        txn_id=step,
        listener_id=listener,
        payer_id=listener,
        payee_id=UUID(int=3),
        recording_id=song,
        first_step=step,
        last_step=step,
    )


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(SONGS)), st.integers(1, 9), max_size=4
    ),
    st.data(),
)
def test_whatever_is_wanted_can_be_given_back_and_no_more_is_than_must_be(
    counts: dict[tuple[UUID, UUID], int], data: st.DataObject
) -> None:
    charges = [
        charge(*pair, step) for pair, plays in counts.items() for step in range(1, plays + 1)
    ]
    wanted = data.draw(st.sets(st.sampled_from(charges))) if charges else set()

    undone = downwards(charges, [one.id for one in wanted])

    left = unwound(undone, counts)  # refuses what has gaps
    assert wanted <= set(undone)
    for pair, plays in left.items():
        lowest = min(one.first_step for one in wanted if one.pair == pair)
        assert plays == lowest - 1


@pytest.fixture
async def treasurer(database: Database) -> Caller:
    return await person(database, Role.TREASURER)


async def test_plays_of_a_night_are_undone_with_all_later_steps_and_money_is_where_it_was(
    database: Database, treasurer: Caller
) -> None:
    clock = ManualClock(NOON)
    artist, listener = await person(database, Role.ARTIST), await person(database, Role.LISTENER)
    tracks = [
        (await accepted(database, artist, f"song {number}".encode())).track_id
        for number in range(2)
    ]
    await credited(database, listener, 1_000)
    sessions = []
    for track in (tracks[0], tracks[1], tracks[0], tracks[0]):
        play = await qualified(database, clock, listener=listener, track_id=track)
        await database.run(lambda session, play=play: settle(session, [play], now=clock()))
        sessions.append(play)
        clock.advance(timedelta(hours=1))
    night = Span(
        listener_id=listener.id,
        since=NOON + timedelta(hours=2),
        until=NOON + timedelta(hours=3),
    )
    who = Who(id=treasurer.id, name=treasurer.name, why="somebody else's")

    undone = await database.run(lambda session: reverse_all(session, night, who, now=clock()))
    again = await database.run(lambda session: reverse_all(session, night, who, now=clock()))

    assert [(one.id, one.last_step) for one in undone] == [(sessions[3], 3), (sessions[2], 2)]
    assert again == []
    async with database.read() as session:
        assert await balance_of(session, listener.id, now=NOON) == 1_000 - 2 - 2
        earned = await balance_of_account(session, Account(AccountKind.PAYABLE, str(artist.id)))
        assert earned == {"EUR": -2 * 2 * 1_200 * 7 // 10}
        [decided] = (await explain(session, sessions[3])).decisions
        recording = undone[0].recording_id
        found = await standing_of(session, listener_id=listener.id, recording_id=recording)
    assert (decided.decision, decided.by, decided.why) == (
        Decision.REVERSED,
        "A treasurer",
        "somebody else's",
    )
    assert found.plays == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_charged_while_it_is_undone_is_undone_too(
    database: Database, treasurer: Caller
) -> None:
    clock = ManualClock(NOON)
    artist, listener = await person(database, Role.ARTIST), await person(database, Role.LISTENER)
    track = (await accepted(database, artist, b"a song")).track_id
    await credited(database, listener, 1_000)
    first, second = [
        await qualified(database, clock, listener=listener, track_id=track) for _ in range(2)
    ]
    await database.run(lambda session: settle(session, [first], now=clock()))
    span = Span(listener_id=listener.id, since=NOON, until=NOON + timedelta(hours=1))
    who = Who(id=treasurer.id, name=treasurer.name, why="somebody else's")

    async with database.begin() as session:
        await settle(session, [second], now=clock())
        undoing = asyncio.create_task(
            database.run(lambda session: reverse_all(session, span, who, now=clock()))
        )
        await wait_for_locks(database, 1)

    assert [one.last_step for one in await undoing] == [2, 1]
    async with database.read() as session:
        assert await balance_of(session, listener.id, now=NOON) == 1_000


async def test_who_undoes_it_stands_in_the_books(database: Database) -> None:
    span = Span(listener_id=PEOPLE[0], since=NOON, until=NOON)
    async with database.begin() as session:
        with pytest.raises(Refused, match="by which account"):
            await reverse_all(session, span, Who(name="Eva", why="so"), now=NOON)
