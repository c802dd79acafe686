"""Plays and purchases of one recording: charged once, given back from the last on."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from accounting.articles import article_of
from accounting.books import balance_of
from accounting.buying import Order, buy
from accounting.deal_rows import NewDeal, add_deal, end_deal
from accounting.deals import DealModel, Subject
from accounting.journal import trial_balance
from accounting.ledger import Account, AccountKind
from accounting.lots import LotKind
from accounting.opening import asked
from accounting.plays import settle, settle_due
from accounting.purchase_rows import Bought
from accounting.refunds import (
    Refunded,
    Why,
    charges_of,
    refund_all,
    refund_plays,
    refund_purchase,
    require_returnable,
)
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.erasing import erase
from catalog.models.ledger import PromoSpent, Terms
from catalog.models.people import Account as Person
from catalog.models.plays import Play, PlaySession
from catalog.music import move
from catalog.people import issue_token, known_listener
from catalog.plays import Standing, standing_of
from catalog.roles import Role
from catalog.states import TrackEvent
from stream.sessions import open_session
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.credit import credited, owed_to, sums_to_nothing
from tests.support.tampering import unguard

SERIES = [2, 4, 8, 16, 32, 64, 128, 256, 512]
WHOLE = 1022


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def artist(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def track(database: Database, artist: Caller) -> UUID:
    return await audible(database, artist)


async def heard(
    database: Database, clock: ManualClock, listener: Caller, track: UUID, times: int = 1
) -> list[Play]:
    """Hear a track so often; answer the plays that were counted."""
    plays = []
    for _ in range(times):
        one = await qualified(database, clock, listener=listener, track_id=track)
        await database.run(lambda session, one=one: settle(session, [one], now=clock()))
        async with database.read() as session:
            found = await session.scalar(select(Play).where(Play.session_id == one))
        plays += [found] if found else []
        clock.advance(timedelta(minutes=1))
    return plays


async def bought(database: Database, listener: Caller, track: UUID) -> list[Bought]:
    async def work(session: Session) -> list[Bought]:
        order = Order(
            key=str(uuid4()),
            asked="it",
            listener_id=listener.id,
            payer_id=listener.id,
            articles=[await article_of(session, track)],
        )
        return await buy(session, order, now=NOON)

    return await database.run(work)


async def returned(database: Database, *plays: Play, by: Caller) -> list[Refunded]:
    why, ids = Why(by=by.id, reason="a test"), [one.id for one in plays]
    return await database.run(lambda session: refund_plays(session, ids, why=why, now=NOON))


async def standing(database: Database, listener: Caller, track: UUID) -> Standing:
    async with database.read() as session:
        recording = (await article_of(session, track)).recording_id
        return await standing_of(session, listener_id=listener.id, recording_id=recording)


async def balance(database: Database, listener: Caller) -> int:
    async with database.read() as session:
        return await balance_of(session, listener.id, now=NOON)


async def test_the_highest_step_is_given_back_first_and_paid_for_again(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)
    plays = await heard(database, clock, listener, track, 9)
    assert (await standing(database, listener, track)).owned_at is not None

    with pytest.raises(Refused) as refused:
        await returned(database, plays[7], by=artist)
    assert (refused.value.code, refused.value.status) == ("later-plays-first", 409)
    answers = await asyncio.gather(
        *(returned(database, plays[7], plays[8], by=artist) for _ in range(3))
    )

    assert sorted(one.is_new for some in answers for one in some) == [False] * 4 + [True] * 2
    assert await standing(database, listener, track) == Standing(plays=7, owned_at=None)
    assert await balance(database, listener) == 2000 - sum(SERIES[:7])
    [again] = await heard(database, clock, listener, track)
    assert (again.step, again.price_millicredits) == (8, 256)
    assert await sums_to_nothing(database)


async def test_what_cost_nothing_is_not_given_back(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    [own] = await heard(database, clock, artist, track)

    with pytest.raises(Refused) as refused:
        await returned(database, own, by=artist)
    assert refused.value.code == "nothing-to-refund"


async def test_promotional_credit_returns_as_such(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 5, kind=LotKind.PROMO)
    await credited(database, listener, 5)
    async with database.begin() as session:
        await unguard(session, "terms")
        await session.execute(update(Terms).values(promo_cap_micros=10**9))
    plays = await heard(database, clock, listener, track, 2)  # 2 given; 3 given and 1 paid for

    await returned(database, *plays, by=artist)

    for kind in (AccountKind.WALLET, AccountKind.WALLET_PROMO):
        assert await owed_to(database, Account(kind, str(listener.id))) == 6_000
    async with database.read() as session:
        assert await session.scalar(select(func.sum(PromoSpent.amount))) == 0


async def test_all_of_an_account_is_given_back_at_once(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)
    other = await audible(database, artist, b"other")
    await heard(database, clock, listener, track, 3)
    await bought(database, listener, track)
    await heard(database, clock, listener, other, 2)
    why = Why(by=artist.id, reason="stolen card")

    async def back(session: Session) -> int:
        charges = await charges_of(session, listener.id)
        return len(await refund_all(session, charges, why=why, now=NOON))

    assert await database.run(back) == 3 + 1 + 2
    assert await balance(database, listener) == 2000
    assert await owed_to(database, Account(AccountKind.PAYABLE, str(artist.id))) == 0


@pytest.mark.parametrize("number", range(3))
async def test_who_buys_while_plays_are_settled_pays_the_price_once(
    database: Database, clock: ManualClock, track: UUID, number: int
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    await heard(database, clock, listener, track, number)
    for _ in range(4):
        await qualified(database, clock, listener=listener, track_id=track)

    async def swept() -> None:
        while await database.run(lambda session: settle_due(session, limit=1, now=clock())):
            pass

    async def buying() -> None:
        for _ in range(number):
            await asyncio.sleep(0.005)
        await bought(database, listener, track)

    await asyncio.gather(swept(), buying(), swept())

    assert await balance(database, listener) == 5000 - WHOLE
    assert (await standing(database, listener, track)).plays == 9
    async with database.read() as session:
        charges = await charges_of(session, listener.id)
    steps = [step for one in charges for step in range(one.first_step, one.last_step + 1)]
    assert sorted(steps) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert await sums_to_nothing(database)


async def test_who_bought_and_played_it_does_not_give_it_back_alone(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=5000)
    await heard(database, ManualClock(NOON - timedelta(hours=1)), listener, track, 2)
    [one] = await bought(database, listener, track)

    async def asked_for() -> None:
        async with database.read() as session:
            await require_returnable(session, one, within=timedelta(days=14), now=NOON)

    await asked_for()
    await heard(database, clock, listener, track)
    with pytest.raises(Refused, match="a treasurer may help") as refused:
        await asked_for()

    assert (refused.value.code, refused.value.status) == ("played-since", 409)
    why = Why(by=listener.id, reason="a treasurer helped")
    await database.run(lambda session: refund_purchase(session, one.id, why=why, now=NOON))
    assert await balance(database, listener) == 5000 - 2 - 4
    await asked_for()  # said again, it is answered as it was


async def test_mistake_04_who_bought_hears_it_for_nothing(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)
    await heard(database, clock, listener, track, 2)
    [one] = await bought(database, listener, track)
    assert one.price_millicredits == WHOLE - 6

    [play] = await heard(database, clock, listener, track)

    assert (play.kind, play.price_millicredits, play.txn_id) == ("owned", 0, None)
    assert await balance(database, listener) == 2000 - WHOLE


async def test_scenario_takedown_between_steps_5_and_6(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)
    owner = await person(database, Role.LISTENER, millicredits=WHOLE)
    await bought(database, owner, track)
    await heard(database, clock, listener, track, 5)
    begun = await qualified(database, clock, listener=listener, track_id=track)
    tokens = {}
    async with database.begin() as session:
        for one in (listener, owner):
            tokens[one.id] = await issue_token(session, one, label="t", now=NOON)
        await move(session, track, TrackEvent.WITHDRAW, now=clock(), reason="The label asked.")

    # What was heard before is charged.
    [settled] = await database.run(lambda session: settle(session, [begun], now=clock()))
    assert (settled.step, settled.price_millicredits) == (6, 64)
    # What is not heard yet is offered no more, neither to hear nor to buy.
    with pytest.raises(Refused) as refused:
        await opened(database, clock, tokens[listener.id], track)
    assert refused.value.code == "not-playable"
    with pytest.raises(Refused) as refused:
        await bought(database, listener, track)
    assert refused.value.code == "nothing-to-buy"
    # Who owns it keeps it.
    async with database.read() as session:
        found = await asked(session, tokens[owner.id], track, now=clock())
    assert found is not None
    assert (found.is_audible, found.is_free) == (True, True)
    assert (await standing(database, owner, track)).owned_at is not None
    assert await balance(database, listener) == 2000 - sum(SERIES[:6])


async def opened(database: Database, clock: ManualClock, token: str, track: UUID) -> UUID:
    async with database.begin() as session:
        offer = await open_session(
            session, token, track, clock=clock, threshold_ms=45_000, home="DE"
        )
    return offer.play_id


async def dealt(
    database: Database, by: Caller, track: UUID, model: DealModel, *, at: ManualClock
) -> UUID:
    new = NewDeal(
        subject=Subject.TRACK,
        subject_id=track,
        model=model,
        territories=["DE"],
        excluded=[],
        starts_at=at(),
        ends_at=None,
    )
    async with database.begin() as session:
        return await add_deal(session, new, by=by.id, now=at())


async def test_a_play_keeps_the_deal_and_the_territory_it_was_heard_by(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=100)
    deal = await dealt(database, artist, track, DealModel.PAID, at=clock)
    sessions = [await qualified(database, clock, listener=listener, track_id=track)]
    await located(database, sessions[0], "DE")
    sessions.append(await qualified(database, clock, listener=listener, track_id=track))
    await located(database, sessions[1], "FR")
    clock.advance(timedelta(hours=1))
    async with database.begin() as session:
        await end_deal(session, deal, now=clock())

    answers = await database.run(lambda session: settle(session, sessions, now=clock()))

    found = {one.due.session_id: one for one in answers}
    assert [found[one].reason for one in sessions] == ["qualified", "rejected:no-deal"]
    async with database.read() as session:
        [play] = await session.scalars(select(Play))
    assert (play.deal_id, play.territory, play.step) == (deal, "DE", 1)
    assert await balance(database, listener) == 98


async def test_what_a_deal_gives_costs_nothing_and_is_not_counted(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    deal = await dealt(database, artist, track, DealModel.FREE, at=clock)
    session_id = await qualified(database, clock, listener=listener, track_id=track)
    await located(database, session_id, "DE")

    [settled] = await database.run(lambda session: settle(session, [session_id], now=clock()))

    assert (settled.kind, settled.step, settled.due.deal_id) == ("free", 0, deal)
    assert (await standing(database, listener, track)).plays == 0


async def test_a_session_is_opened_where_a_deal_allows_it(
    database: Database, clock: ManualClock, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=100)
    await dealt(database, artist, track, DealModel.PAID, at=clock)
    async with database.begin() as session:
        token = await issue_token(session, listener, label="t", now=NOON)

    play_id = await opened(database, clock, token, track)

    async with database.begin() as session:
        assert (await session.get_one(PlaySession, play_id)).territory == "DE"
        (await session.get_one(Person, listener.id)).country = "FR"
    with pytest.raises(Refused) as refused:
        await opened(database, clock, token, track)
    assert refused.value.code == "no-deal"


async def located(database: Database, session_id: UUID, territory: str) -> None:
    async with database.begin() as session:
        (await session.get_one(PlaySession, session_id)).territory = territory


async def test_scenario_listener_erased(
    database: Database, clock: ManualClock, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=2000)
    await heard(database, clock, listener, track, 3)
    await bought(database, listener, track)
    async with database.begin() as session:
        await issue_token(session, listener, label="t", now=NOON)
    before = await books(database)

    async with database.begin() as session:
        await erase(session, listener.id, now=clock())

    assert await books(database) == before
    async with database.read() as session:
        account = await session.get_one(Person, listener.id)
        assert (account.name, account.country, account.erased_at) == ("erased", None, clock())
        with pytest.raises(Refused):
            await known_listener(session, listener.id)
    assert await sums_to_nothing(database)


async def books(database: Database) -> object:
    async with database.read() as session:
        plays = select(Play.id, Play.listener_id, Play.step, Play.price_millicredits, Play.txn_id)
        return await trial_balance(session), set(await session.execute(plays))
