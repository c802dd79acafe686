import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from accounting.articles import article_of
from accounting.gifts import (
    Offer,
    accept_gift,
    end_gift,
    expire_gifts,
    give_credit,
    offer_gift,
)
from accounting.ledger import Account, AccountKind
from accounting.lot_rows import unspent
from accounting.lots import LotKind
from accounting.moving import Move
from accounting.purchase_rows import Bought
from accounting.quoting import InsufficientCredit
from accounting.refunds import Why, refund_purchase
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ledger import Terms, Wallet
from catalog.models.plays import Counter
from catalog.models.purchases import Gift
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person
from tests.support.credit import credited, left_of, owed_to, sums_to_nothing

MONTH = timedelta(days=30)


@pytest.fixture
async def giver(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


@pytest.fixture
async def friend(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


@pytest.fixture
async def track(database: Database) -> UUID:
    return await audible(database, await person(database, Role.ARTIST))


async def given(database: Database, giver: Caller, friend: Caller, millicredits: int) -> int:
    move = Move(
        key=f"gift:test:{millicredits}",
        giver_id=giver.id,
        receiver_id=friend.id,
        millicredits=millicredits,
    )
    return await database.run(lambda session: give_credit(session, move, now=NOON))


async def offered(database: Database, giver: Caller, track: UUID, key: str = "k") -> Gift:
    async def work(session: Session) -> Gift:
        offer = Offer(
            key=key,
            giver_id=giver.id,
            article=await article_of(session, track),
            territory=None,
            expires_at=NOON + MONTH,
        )
        return await offer_gift(session, offer, now=NOON)

    return await database.run(work)


async def accepted(database: Database, gift: Gift, friend: Caller) -> list[Bought]:
    async def work(session: Session) -> list[Bought]:
        article = await article_of(session, gift.track_id)
        return await accept_gift(
            session, gift.id, friend.id, article=article, territory=None, now=NOON
        )

    return await database.run(work)


async def test_credit_is_given_with_its_price_and_its_age(
    database: Database, giver: Caller, friend: Caller
) -> None:
    await credited(database, giver, 100, price_micros=1_000_000, vat_ppm=200_000)
    await credited(database, giver, 100, price_micros=1_300_000)

    answers = await asyncio.gather(*(given(database, giver, friend, 150) for _ in range(4)))

    assert len(set(answers)) == 1
    assert await left_of(database, giver) == 50_000
    async with database.read() as session:
        lots = (await unspent(session, [friend.id], now=NOON))[friend.id]
    assert [(one.credits, one.amount, one.vat, one.acquired_at) for one in lots] == [
        (100_000, 100_000, 20_000, NOON),
        (50_000, 65_000, 0, NOON),
    ]
    assert await owed_to(database, Account(AccountKind.WALLET, str(friend.id))) == 165_000
    assert await owed_to(database, Account(AccountKind.VAT, "DE")) == 0


async def test_what_was_given_by_the_house_cannot_be_given_on(
    database: Database, giver: Caller, friend: Caller
) -> None:
    await credited(database, giver, 100, kind=LotKind.PROMO)
    await credited(database, giver, 10)

    with pytest.raises(InsufficientCredit, match="there are 10 that were paid for:") as refused:
        await given(database, giver, friend, 11)

    assert (refused.value.price, refused.value.balance) == (11, 10)
    with pytest.raises(Refused) as other:
        await given(database, giver, giver, 1)
    assert other.value.code == "gift-to-oneself"


async def test_a_track_is_given_and_the_rest_of_its_price_returns(
    database: Database, giver: Caller, friend: Caller, track: UUID
) -> None:
    await credited(database, giver, 1100)
    async with database.begin() as session:
        recording = (await article_of(session, track)).recording_id
        session.add(Counter(listener_id=friend.id, recording_id=recording, plays=8))
    gift = await offered(database, giver, track)
    assert (await offered(database, giver, track)).id == gift.id
    assert await left_of(database, giver) == 78_000

    answers = await asyncio.gather(*(accepted(database, gift, friend) for _ in range(4)))

    assert {one.price_millicredits for some in answers for one in some} == {512}
    assert await left_of(database, giver) == (1100 - 512) * 1000
    async with database.read() as session:
        assert (await session.get_one(Counter, (friend.id, recording))).owned_at == NOON
    assert await owed_to(database, Account(AccountKind.WALLET, str(gift.id))) == 0
    assert await sums_to_nothing(database)


async def test_a_gift_is_taken_up_once_by_one(
    database: Database, giver: Caller, track: UUID
) -> None:
    await credited(database, giver, 1022)
    gift = await offered(database, giver, track)
    people = [await person(database, Role.LISTENER) for _ in range(3)]

    answers = await asyncio.gather(
        *(accepted(database, gift, one) for one in people), return_exceptions=True
    )

    assert sum(isinstance(one, list) for one in answers) == 1
    assert {one.code for one in answers if isinstance(one, Refused)} == {"gift-over"}
    with pytest.raises(Refused):
        await database.run(lambda session: end_gift(session, gift.id, giver.id, now=NOON))
    assert await left_of(database, giver) == 0


async def test_what_a_frozen_wallet_gave_waits(
    database: Database, giver: Caller, friend: Caller, track: UUID
) -> None:
    await credited(database, giver, 2044)
    gift = await offered(database, giver, track)
    async with database.begin() as session:
        (await session.get_one(Wallet, giver.id)).frozen_at = NOON

    refusals = {"gift-waits": accepted(database, gift, friend)}
    refusals |= {"wallet-frozen": given(database, giver, friend, 1)}
    for code, work in refusals.items():
        with pytest.raises(Refused) as refused:
            await work
        assert refused.value.code == code
    await database.run(lambda session: end_gift(session, gift.id, giver.id, now=NOON))
    assert await left_of(database, giver) == 2_044_000


async def test_credit_that_was_paid_for_lately_is_not_given_yet(
    database: Database, giver: Caller, friend: Caller
) -> None:
    await credited(database, giver, 10)
    move = Move(key="k", giver_id=giver.id, receiver_id=friend.id, millicredits=1)
    young, old = [replace(move, paid_by=NOON + timedelta(seconds=one)) for one in (-1, 0)]

    with pytest.raises(Refused, match="of yours, 0 milli-credits can be given now") as refused:
        await database.run(lambda session: give_credit(session, young, now=NOON))
    assert refused.value.code == "credit-too-young"
    await database.run(lambda session: give_credit(session, old, now=NOON))

    assert await left_of(database, friend) == 1_000


async def test_a_gift_that_holds_too_little_says_so_to_its_receiver(
    database: Database, giver: Caller, friend: Caller, track: UUID
) -> None:
    await credited(database, giver, 1022)
    gift = await offered(database, giver, track)
    dearer = Terms(
        valid_from=NOON,
        currency="EUR",
        prices=[2, 4, 8, 16, 32, 64, 128, 256, 1024],
        credit_value_micros=1_200_000,
        artist_ppm=700_000,
    )
    async with database.begin() as session:
        session.add(dearer)

    with pytest.raises(Refused) as refused:
        await accepted(database, gift, friend)

    assert (refused.value.code, refused.value.status) == ("gift-falls-short", 409)


async def test_what_nobody_takes_up_returns(
    database: Database, giver: Caller, friend: Caller, track: UUID
) -> None:
    await credited(database, giver, 2044)
    first, other = [await offered(database, giver, track, key) for key in ("1", "2")]
    assert await left_of(database, giver) == 0

    for _ in range(2):
        await database.run(lambda session: end_gift(session, first.id, giver.id, now=NOON))
    assert await left_of(database, giver) == 1_022_000
    later = NOON + MONTH
    for found in (1, 0):
        assert await database.run(lambda session: expire_gifts(session, now=later)) == found

    assert await left_of(database, giver) == 2_044_000
    with pytest.raises(Refused) as refused:
        await accepted(database, other, friend)
    assert (refused.value.code, refused.value.status) == ("gift-over", 410)
    assert await sums_to_nothing(database)


async def test_a_gift_that_is_given_back_returns_to_who_gave_it(
    database: Database, giver: Caller, friend: Caller, track: UUID
) -> None:
    await credited(database, giver, 1022)
    [one] = await accepted(database, await offered(database, giver, track), friend)
    why = Why(by=friend.id, reason="not to my taste")

    for _ in range(2):
        await database.run(lambda session: refund_purchase(session, one.id, why=why, now=NOON))

    assert await left_of(database, giver) == 1_022_000
    async with database.read() as session:
        counter = await session.get_one(Counter, (friend.id, one.recording_id))
    assert (counter.plays, counter.owned_at) == (0, None)
