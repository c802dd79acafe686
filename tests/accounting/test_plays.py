import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from accounting.books import balance_of
from accounting.grants import Grant, give
from accounting.journal import balance_of as booked_on
from accounting.journal import trial_balance
from accounting.ledger import Account, AccountKind, TxnKind
from accounting.plays import due, hold, settle, settle_due
from accounting.settlement import PlayKind, Settlement
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.models.ledger import CreditLot, LedgerEntry, LedgerTxn, Terms, Wallet
from catalog.models.plays import Counter, Play, PlaySession
from catalog.music import track_of
from catalog.plays import (
    Standing,
    counted_plays,
    move_play,
    play_session,
    standing_of,
)
from catalog.roles import Role
from catalog.states import PlayEvent, PlayState
from refrain.synthetic_credit import top_up
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.tampering import unguard

SERIES = [2, 4, 8, 16, 32, 64, 128, 256, 512]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def track(database: Database) -> UUID:
    artist = await person(database, Role.ARTIST)
    return (await accepted(database, artist)).track_id


async def settled(
    database: Database, clock: ManualClock, plays: Sequence[UUID]
) -> list[Settlement]:
    return await database.run(lambda session: settle(session, plays, now=clock()))


async def heard(
    database: Database, clock: ManualClock, listener: Caller, track: UUID
) -> Settlement:
    play = await qualified(database, clock, listener=listener, track_id=track)
    [settlement] = await settled(database, clock, [play])
    return settlement


async def swept(database: Database, clock: ManualClock) -> list[Settlement]:
    """Settle all that is due, beside others who do the same."""
    found: list[Settlement] = []
    while some := await database.run(partial(settle_due, limit=7, now=clock())):
        found += some
    return found


async def balance(database: Database, listener: Caller) -> int:
    async with database.read() as session:
        return await balance_of(session, listener.id, now=NOON)


async def booked(database: Database, account: Account) -> int:
    """Answer what is owed to an account, or was earned."""
    async with database.read() as session:
        return -(await booked_on(session, account)).get("EUR", 0)


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

    answers = await asyncio.gather(*(settled(database, clock, [play]) for _ in range(50)))

    [[answer]] = [some for some in answers if some]
    assert (answer.state, answer.step, answer.price_millicredits) == (PlayState.SETTLED, 1, 2)
    assert await balance(database, listener) == 98
    assert (await standing(database, listener, track)).plays == 1


async def test_fifty_sessions_in_one_batch_pay_exactly_nine_times(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    plays = [await qualified(database, clock, listener=listener, track_id=track) for _ in range(50)]

    answers = await settled(database, clock, plays)

    assert [answer.price_millicredits for answer in answers] == SERIES + [0] * 41
    assert await balance(database, listener) == 5000 - 1022
    assert await standing(database, listener, track) == Standing(plays=9, owned_at=NOON)


async def test_scenario_fifty_parallel_plays_charge_nine_times(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    for _ in range(50):
        await qualified(database, clock, listener=listener, track_id=track)

    answers = await asyncio.gather(*(swept(database, clock) for _ in range(5)))

    prices = sorted(one.price_millicredits for some in answers for one in some)
    assert prices == [0] * 41 + SERIES
    assert await balance(database, listener) == 5000 - 1022
    artist = {one.due.payee_id for some in answers for one in some}.pop()
    assert await booked(database, Account(AccountKind.PAYABLE, str(artist))) == 858_480
    assert await booked(database, Account(AccountKind.COOP_SHARE)) == 367_920
    wallet = Account(AccountKind.WALLET, str(listener.id))
    assert await booked(database, wallet) == 6_000_000 - 1_226_400


async def test_mistake_01_who_settles_at_the_same_time_spends_nothing_twice(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    other = await accepted(database, await person(database, Role.ARTIST), b"another")
    listener = await person(database, Role.LISTENER, millicredits=9)
    plays = [
        await qualified(database, clock, listener=listener, track_id=one)
        for one in (track, other.track_id) * 3
    ]

    answers = await asyncio.gather(*(settled(database, clock, [play]) for play in plays))

    # 2 and 2, and then 4 of the one or the other; for the rest there is not enough.
    paid = sorted(one.price_millicredits for some in answers for one in some)
    assert paid == [0, 0, 0, 2, 2, 4]
    assert await balance(database, listener) == 1
    async with database.read() as session:
        balances = await trial_balance(session)
    assert sum(one.debits - one.credits for one in balances) == 0


async def test_two_at_once_settle_each_their_own(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    # Once its artist has an account, nobody waits for who settles another play of it.
    await heard(database, clock, await person(database, Role.LISTENER, millicredits=9), track)
    people = [await person(database, Role.LISTENER, millicredits=9) for _ in range(4)]
    for one in people:
        await qualified(database, clock, listener=one, track_id=track)

    async with database.begin() as session:
        mine = await settle_due(session, limit=2, now=clock())
        if "postgresql" in str(database.engine.url):
            async with asyncio.timeout(5), database.begin() as beside:
                theirs = await settle_due(beside, limit=2, now=clock())
    if "sqlite" in str(database.engine.url):  # where they take turns
        theirs = await database.run(partial(settle_due, limit=2, now=clock()))

    found = {one.due.listener_id for one in [*mine, *theirs]}
    assert found == {one.id for one in people}


async def test_who_tops_up_meanwhile_loses_nothing(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    for _ in range(20):
        await qualified(database, clock, listener=listener, track_id=track)

    async def added() -> None:
        for _ in range(10):
            await database.run(
                lambda session: top_up(session, listener.id, millicredits=1, now=clock())
            )

    await asyncio.gather(swept(database, clock), added(), swept(database, clock), added())

    assert await balance(database, listener) == 5000 - 1022 + 20


@pytest.mark.parametrize("seed", range(2))
async def test_a_batch_comes_to_what_one_at_a_time_comes_to(
    database: Database, clock: ManualClock, seed: int
) -> None:
    chance = random.Random(seed)
    artists = [await person(database, Role.ARTIST, millicredits=40) for _ in range(2)]
    people = [
        await person(database, Role.LISTENER, millicredits=chance.randrange(1, 1100))
        for _ in range(3)
    ]
    tracks = [
        (await accepted(database, artist, f"song {number}".encode())).track_id
        for number, artist in enumerate(artists)
    ]
    plays = []
    for _ in range(40):
        listener = chance.choice([*people, *people, artists[0]])
        plays.append(
            await qualified(database, clock, listener=listener, track_id=chance.choice(tracks))
        )
        clock.advance(timedelta(seconds=1))

    for play in plays:
        await settled(database, clock, [play])
    one_at_a_time = await _all_there_is(database)
    await _undone(database)
    await settled(database, clock, plays)

    assert await _all_there_is(database) == one_at_a_time


async def test_what_cannot_be_settled_is_held_and_no_longer_due(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=10)
    play = await qualified(database, clock, listener=listener, track_id=track)

    async with database.begin() as session:
        await hold(session, play, "not-settled")

    assert await settled(database, clock, [play]) == []
    async with database.read() as session:
        found = await play_session(session, play)
        assert (found.state, found.reason) == (PlayState.HELD, "held:not-settled")
        assert await due(session, limit=9) == []


async def test_mistake_03_a_wallet_that_is_short_pays_nothing_and_counts_nothing(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2 + 4 + 7)

    plays = [await heard(database, clock, listener, track) for _ in range(3)]

    assert plays[2].state is PlayState.REJECTED
    assert plays[2].reason == "rejected:insufficient-credit"
    assert await balance(database, listener) == 7
    assert (await standing(database, listener, track)).plays == 2
    async with database.read() as session:
        assert await counted_plays(session) == 2
        assert await session.scalar(select(func.count()).select_from(LedgerTxn)) == 3


async def test_a_frozen_wallet_pays_nothing_until_it_is_free_again(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=10)
    play = await qualified(database, clock, listener=listener, track_id=track)
    async with database.begin() as session:
        await session.execute(update(Wallet).values(frozen_at=clock()))

    [held] = await settled(database, clock, [play])

    assert (held.state, held.reason) == (PlayState.HELD, "held:wallet-frozen")
    assert await balance(database, listener) == 10
    async with database.begin() as session:
        await session.execute(update(Wallet).values(frozen_at=None))
        move_play(await play_session(session, play, lock=True), PlayEvent.RELEASE, "released")
    [paid] = await settled(database, clock, [play])
    assert (paid.state, paid.price_millicredits) == (PlayState.SETTLED, 2)


async def test_what_is_given_is_limited_for_a_payee_in_a_month(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    async with database.begin() as session:
        given = Grant(listener_id=listener.id, key="1", credits=1_000_000, reason="a gift")
        await give(session, given, now=clock())
        await unguard(session, "terms")
        await session.execute(update(Terms).values(promo_cap_micros=9_600))

    plays = [await heard(database, clock, listener, track) for _ in range(3)]
    clock.advance(timedelta(days=7))  # into December
    plays.append(await heard(database, clock, listener, track))

    assert [one.kind for one in plays] == [PlayKind.PROMO] * 2 + [PlayKind.PAID, PlayKind.PROMO]
    assert [one.price_millicredits for one in plays] == [2, 4, 0, 8]
    assert await balance(database, listener) == 1000 - 14
    promo = Account(AccountKind.WALLET_PROMO, str(listener.id))
    assert await booked(database, promo) == 1_200_000 - 14 * 1_200


async def test_mistake_10_artists_hear_themselves_for_free_and_it_counts_for_nothing(
    database: Database, clock: ManualClock
) -> None:
    artist = await person(database, Role.ARTIST, millicredits=10)
    track = (await accepted(database, artist)).track_id

    play = await heard(database, clock, artist, track)

    assert (play.state, play.price_millicredits, play.step) == (PlayState.SETTLED, 0, 0)
    assert await balance(database, artist) == 10
    assert (await standing(database, artist, track)).plays == 0


async def _all_there_is(database: Database) -> object:
    """Answer all that settling leaves behind, by what it is known by."""
    plays = select(Play.session_id, Play.kind, Play.step, Play.price_millicredits)
    sessions = select(PlaySession.id, PlaySession.state, PlaySession.reason)
    counters = select(Counter.listener_id, Counter.recording_id, Counter.plays)
    counters = counters.add_columns(Counter.owned_at.is_not(None))
    wallets = select(Wallet.listener_id, Wallet.balance_micros, Wallet.promo_micros)
    left = (CreditLot.credits_left, CreditLot.amount_left, CreditLot.vat_left)
    said = select(LedgerTxn.key, LedgerTxn.payload, LedgerTxn.facts)
    async with database.read() as session:
        return [
            {tuple(row) for row in await session.execute(query)}
            for query in (plays, sessions, counters, wallets, select(CreditLot.id, *left), said)
        ]


async def _undone(database: Database) -> None:
    async with database.begin() as session:
        for table in ("plays", "ledger_txn", "ledger_entries"):
            await unguard(session, table)
        await session.execute(delete(Play))
        is_play = LedgerTxn.kind == TxnKind.PLAY
        numbers = select(LedgerTxn.id).where(is_play)
        await session.execute(delete(LedgerEntry).where(LedgerEntry.txn_id.in_(numbers)))
        await session.execute(delete(LedgerTxn).where(is_play))
        await session.execute(delete(Counter))
        values = {"state": PlayState.QUALIFIED, "reason": "qualified"}
        await session.execute(update(PlaySession).values(values))
        whole = {"credits_left": CreditLot.credits, "amount_left": CreditLot.amount}
        await session.execute(update(CreditLot).values(whole))
        mine = CreditLot.listener_id == Wallet.listener_id
        total = select(func.sum(CreditLot.credits)).where(mine).scalar_subquery()
        await session.execute(update(Wallet).values(balance_micros=total))
