"""Disputes of money whose credit was given on, or whose music was given back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.gifts import Offer, accept_gift, give_credit, offer_gift
from accounting.ledger import Account, AccountKind, Entry
from accounting.moving import Move
from accounting.payee_locks import lock_payees
from accounting.purchase_rows import Bought
from accounting.refunds import Why, refund_purchase, require_returnable
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ledger import Wallet
from catalog.models.payments import TopupTerms
from catalog.models.purchases import Gift
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person
from tests.support.topups import ARTIST, LOSS, NET, RESERVE, TAX, VAT, Desk


@pytest.fixture
async def friend(desk: Desk) -> Caller:
    return await person(desk.database, Role.LISTENER)


async def given(desk: Desk, friend: Caller, millicredits: int) -> None:
    move = Move(
        key="k", giver_id=desk.listener.id, receiver_id=friend.id, millicredits=millicredits
    )
    await desk.database.run(lambda session: give_credit(session, move, now=desk.clock()))


async def held(desk: Desk, whose: UUID) -> tuple[int, bool]:
    async with desk.database.read() as session:
        wallet = await session.get_one(Wallet, whose)
    return wallet.balance_micros, wallet.frozen_at is not None


async def terms(desk: Desk, vat_mode: str = "topup", chargebacks: str = "payable") -> None:
    async with desk.database.begin() as session:
        session.add(TopupTerms(valid_from=NOON, vat_mode=vat_mode, chargebacks=chargebacks))


async def test_credit_that_was_given_on_is_taken_back_before_anybody_bears_it(
    desk: Desk, friend: Caller
) -> None:
    other = await person(desk.database, Role.LISTENER)
    intent = await desk.paid(await desk.order())
    await given(desk, friend, 10_000)
    move = Move(key="k2", giver_id=friend.id, receiver_id=other.id, millicredits=4_000)
    await desk.database.run(lambda session: give_credit(session, move, now=desk.clock()))

    made = await desk.dispute(intent)
    after = [await held(desk, one.id) for one in (desk.listener, friend, other)]
    loss = await desk.balances(LOSS, VAT)
    await desk.close(made, "won")

    assert after == [(0, True), (0, False), (0, False)]
    assert loss == [0, 0]
    assert [await held(desk, one.id) for one in (friend, other)] == [
        (6_000_000, False),
        (4_000_000, False),
    ]


async def test_what_is_disputed_in_part_is_taken_from_who_paid_first(
    desk: Desk, friend: Caller
) -> None:
    intent = await desk.paid(await desk.order())
    await given(desk, friend, 6_000)

    await desk.dispute(intent, amount=625)

    assert (await held(desk, desk.listener.id))[0] == 0
    assert 4_999_999 <= (await held(desk, friend.id))[0] <= 5_000_001


async def test_a_gift_that_nobody_took_up_is_taken_back(desk: Desk, friend: Caller) -> None:
    track = await audible(desk.database, await person(desk.database, Role.ARTIST))
    intent = await desk.paid(await desk.order())

    async def offer(session: object) -> Gift:
        made = Offer(
            key="k",
            giver_id=desk.listener.id,
            article=await article_of(session, track),  # type: ignore[arg-type]
            territory=None,
            expires_at=desk.clock() + timedelta(days=60),
        )
        return await offer_gift(session, made, now=desk.clock())  # type: ignore[arg-type]

    gift = await desk.database.run(offer)
    await desk.dispute(intent)

    assert await held(desk, gift.id) == (0, False)
    assert await desk.balances(LOSS) == [0]
    with pytest.raises(Refused) as refused:
        async with desk.database.begin() as session:
            await accept_gift(
                session,
                gift.id,
                friend.id,
                article=await article_of(session, track),
                territory=None,
                now=desk.clock(),
            )
    assert refused.value.code == "gift-waits"


@pytest.mark.parametrize("spent", [0, 2_000_000])
async def test_tax_comes_back_only_as_far_as_it_was_due(
    desk: Desk, friend: Caller, spent: int
) -> None:
    await terms(desk, "redemption", "expense")
    intent = await desk.paid(await desk.order())
    await given(desk, friend, 5_000)
    if spent:
        await desk.spend(spent, by=friend)
    [due] = await desk.balances(VAT)

    for amount in (1000, 250):  # unspent comes first, so the second part is borne
        await desk.dispute(intent, amount=amount)

    assert due == -(TAX * spent // 10_000_000)
    [tax, loss] = await desk.balances(VAT, LOSS)
    assert abs(tax) <= 1
    assert abs(loss - NET * spent // 10_000_000) <= 2


async def bought(desk: Desk, artist: Caller) -> Bought:
    track_id = await audible(desk.database, artist)
    async with desk.database.read() as session:
        track = await article_of(session, track_id)
    order = Order(
        key="buy",
        asked="it",
        listener_id=desk.listener.id,
        payer_id=desk.listener.id,
        articles=[track],
    )
    [one] = await desk.database.run(lambda session: buy(session, order, now=desk.clock()))
    return one


@pytest.mark.parametrize("vat_mode", ["topup", "redemption"])
@pytest.mark.parametrize("chargebacks", ["expense", "payable"])
async def test_what_is_given_back_after_a_dispute_costs_nobody_twice(
    desk: Desk, vat_mode: str, chargebacks: str
) -> None:
    await terms(desk, vat_mode, chargebacks)
    artist = await person(desk.database, Role.ARTIST)
    payable = Account(AccountKind.PAYABLE, str(artist.id))
    payment = await desk.order()
    intent = await desk.paid(payment)
    one = await bought(desk, artist)
    [before] = await desk.balances(payable)
    made = await desk.dispute(intent)

    with pytest.raises(Refused, match="frozen"):
        async with desk.database.begin() as session:
            await require_returnable(session, one, within=timedelta(14), now=desk.clock())
    why = Why(by=artist.id, reason="a treasurer's")
    for _ in range(2):
        await desk.database.run(
            lambda session: refund_purchase(session, one.id, why=why, now=desk.clock())
        )

    assert before < 0
    assert (await desk.lot(payment)).credits == 0
    assert await desk.balances(payable, LOSS, VAT) == [0, 0, 0]
    await desk.require_sound()
    await desk.close(made, "won")
    assert (await desk.lot(payment)).credits == 10_000_000
    assert await desk.balances(payable, LOSS) == [0, 0]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_takes_from_a_payee_waits_for_whoever_else_does(desk: Desk) -> None:
    intent = await desk.paid(await desk.order())
    await desk.spend(10_000_000)
    await desk.moved(Entry(ARTIST, 2_000_000, "EUR"), Entry(RESERVE, -2_000_000, "EUR"))

    async with desk.database.begin() as session:
        await lock_payees(session, ["artist"])
        disputing = asyncio.create_task(desk.dispute(intent))
        waiting = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        is_waiting = None
        while not is_waiting and not disputing.done():
            await asyncio.wait([disputing], timeout=0.02)
            is_waiting = await session.scalar(waiting)

    await disputing
    assert is_waiting
    assert await desk.balances(RESERVE) == [0]
