"""Packs are ordered, paid and credited, each once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from accounting.confirming import Confirmation, confirm
from accounting.ledger import Account, AccountKind
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.payments.mollie import Mollie
from accounting.payments.stripe import Stripe
from accounting.topup_refunds import refund
from accounting.topups import Wanted, order, take_message
from base.errors import Refused, Unavailable
from catalog.models.ledger import CreditLot
from catalog.models.payments import (
    Payment,
    PaymentEvent,
    TopupProduct,
)
from catalog.payments import differing_countries
from tests.support.catalog import NOON
from tests.support.mollie_server import mollie_server
from tests.support.stripe_server import SECRET
from tests.support.topups import BOTH, FEES, HERE, NET, PSP, TAX, VAT, Desk, asked, count, told


@BOTH
async def test_mistake_07_three_deliveries_of_a_webhook_credit_once(desk: Desk) -> None:
    payment = await desk.order()
    session = desk.server.sessions[payment.provider_id or ""]
    desk.server.pay(payment.provider_id or "")

    first = await desk.tell("checkout.session.completed", told(session), event="evt_a")
    again = await desk.tell("checkout.session.completed", told(session), event="evt_a")
    other = await desk.tell("charge.succeeded", told(session), event="evt_b")

    assert (first, again) == (True, False)
    assert other  # another message, and nothing new in it
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await count(desk.database, CreditLot) == 1
    assert await desk.balances(PSP, VAT, FEES) == [12_500_000 - 440_000, -TAX, 440_000]
    lot = await desk.lot(payment)
    assert (lot.credits, lot.amount, lot.vat, lot.country) == (10_000_000, NET, 0, "DE")


@BOTH
async def test_mistake_07_deliveries_at_the_same_moment_credit_once(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.pay(payment.provider_id or "")
    subject = told(desk.server.sessions[payment.provider_id or ""])

    found = await asyncio.gather(
        *(
            desk.tell("checkout.session.completed", subject, event=f"evt_{number % 2}")
            for number in range(8)
        )
    )

    assert sum(found) == 2  # two messages, four times each
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await count(desk.database, PaymentEvent) == 2


async def test_mistake_07_an_unknown_product_is_refused(desk: Desk) -> None:
    for product in ("credits-11", "NaN", ""):
        with pytest.raises(Refused, match="product-unknown"):
            await desk.order(product)

    async with desk.database.begin() as session:
        withdrawn = TopupProduct(
            id="credits-5",
            valid_from=NOON,
            title="-",
            credits=1,
            price=10_000,
            currency="EUR",
            is_sold=False,
        )
        session.add(withdrawn)
    with pytest.raises(Refused, match="product-unknown"):
        await desk.order("credits-5")
    assert await count(desk.database, Payment) == 0


async def test_an_order_is_placed_once_under_its_key(desk: Desk) -> None:
    first = await desk.order()
    desk.keys -= 1
    again = await desk.order()
    desk.keys -= 1
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await desk.order("credits-20")

    assert again.id == first.id
    assert again.checkout_url == first.checkout_url
    assert len(desk.server.sessions) == 1


async def test_an_order_that_could_not_be_placed_is_placed_when_it_is_repeated(desk: Desk) -> None:
    there = desk.stripe
    desk.stripe = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await desk.order()
    desk.stripe = there
    desk.keys -= 1

    payment = await desk.order()

    assert payment.state == "open"
    assert await count(desk.database, Payment) == 1


async def test_pages_that_nobody_pays_on_are_not_made_for_ever(desk: Desk) -> None:
    made = [await desk.order() for _ in range(20)]
    with pytest.raises(Refused, match="too-many-unpaid"):
        await desk.order()
    desk.keys = 1  # what was ordered is still told
    assert (await desk.order()).id == made[1].id
    await desk.paid(made[0])
    desk.keys = 30

    assert (await desk.order()).state == "open"


async def test_what_is_credited_is_what_the_provider_says_was_paid(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.sessions[payment.provider_id or ""]["amount_total"] = 500

    await desk.paid(payment)

    lot = await desk.lot(payment)
    assert lot.credits == 4_000_000
    assert (await desk.now(payment)).paid == 5_000_000


async def test_a_payment_that_failed_gives_nothing_until_it_is_paid_after_all(desk: Desk) -> None:
    payment = await desk.order()
    session = desk.server.sessions[payment.provider_id or ""]
    session["status"] = "expired"
    await desk.tell("checkout.session.expired", told(session))
    assert (await desk.now(payment)).state == "failed"

    await desk.paid(payment)

    assert (await desk.now(payment)).state == "paid"
    assert (await desk.wallet()).balance_micros == 10_000_000


async def test_messages_of_other_shops_are_let_go(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.sessions[payment.provider_id or ""]["metadata"] = {"payment": "of another"}

    is_new = await desk.tell(
        "checkout.session.completed", told(desk.server.sessions[payment.provider_id or ""])
    )
    unknown = await desk.tell("charge.succeeded", {"id": "ch", "object": "charge"})

    assert (is_new, unknown) == (False, False)
    assert await count(desk.database, PaymentEvent) == 0


async def test_a_transfer_is_confirmed_by_hand_once(desk: Desk) -> None:
    wanted = Wanted(
        listener_id=desk.listener.id, request_key="k", product="credits-10", country="FI"
    )
    payment = await order(desk.database, Manual(), wanted, addresses=HERE, clock=desk.clock)
    assert (payment.checkout_url, (payment.provider_id or "")[:2]) == (None, "RF")

    for _ in range(2):
        await _confirmed(desk, payment, 12_500_000)
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await _confirmed(desk, payment, 12_000_000)
    for micros, code in ((1, "amount-too-fine"), (60_000_000, "amount-implausible")):
        with pytest.raises(Refused, match=code):
            await _confirmed(desk, payment, micros, "B-2")
    with pytest.raises(Refused, match="own-account"):
        await _confirmed(desk, payment, 12_500_000, "B-2", by=desk.listener.id)

    assert (await desk.wallet()).balance_micros == 10_000_000
    tax = Account(AccountKind.VAT, "FI")
    assert await desk.balances(Account(AccountKind.BANK), tax) == [12_500_000, -2_539_841]


async def test_each_transfer_for_an_order_credits_once_and_goes_back_by_itself(desk: Desk) -> None:
    wanted = Wanted(
        listener_id=desk.listener.id, request_key="k", product="credits-10", country="DE"
    )
    payment = await order(desk.database, Manual(), wanted, addresses=HERE, clock=desk.clock)

    halves = [await _confirmed(desk, payment, 6_250_000, one) for one in ("B-1", "B-2", "B-2")]
    more = await _confirmed(desk, payment, 1_250_000, "B-3")

    assert (halves[0].id, halves[0].follows) == (payment.id, None)
    assert (halves[1].id, halves[1].follows) == (halves[2].id, payment.id)
    assert [one.credits for one in (*halves, more)] == [5_000_000] * 3 + [1_000_000]
    assert (await desk.wallet()).balance_micros == 11_000_000
    assert await desk.balances(Account(AccountKind.BANK)) == [13_750_000]
    back = await refund(desk.database, Manual(), asked(halves[1], desk), clock=desk.clock)
    assert back.amount == 6_250_000
    other = await order(
        desk.database,
        Manual(),
        replace(wanted, request_key="l"),
        addresses=HERE,
        clock=desk.clock,
    )
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await _confirmed(desk, other, 6_250_000, "B-1")


async def _confirmed(
    desk: Desk, payment: Payment, micros: int, reference: str = "B-1", *, by: UUID | None = None
) -> Payment:
    said = Confirmation(
        payment_id=payment.id,
        reference=reference,
        amount=Money(micros=micros, currency="EUR"),
        by=by,
        at=NOON,
    )
    return await desk.database.run(lambda session: confirm(session, said, now=desk.clock()))


async def test_mollie_is_asked_only_for_payments_of_ours_and_credits_once(desk: Desk) -> None:
    async with mollie_server() as server:
        mollie = Mollie(key="test_1234567890", url=server.url)
        wanted = Wanted(
            listener_id=desk.listener.id, request_key="k", product="credits-10", country="NL"
        )
        payment = await order(desk.database, mollie, wanted, addresses=HERE, clock=desk.clock)
        named = payment.provider_id or ""
        told = [await _classic(desk, mollie, "tr_ofanother"), await _classic(desk, mollie, named)]
        asked_for = server.asked
        server.pay(named)

        told += [await _classic(desk, mollie, named) for _ in range(3)]
        server.charge_back(named)
        told.append(await _classic(desk, mollie, named))
        gone = await desk.wallet()
        server.charge_back(named, reversed_at="2026-12-01T12:00:00+00:00")
        told.append(await _classic(desk, mollie, named))

    assert asked_for == 1  # of another's nobody asks
    assert told == [False, True, True, False, False, True, True]
    assert (gone.balance_micros, gone.frozen_reason) == (0, "chargeback:chb_n9z0tp")
    wallet = await desk.wallet()
    assert (wallet.balance_micros, wallet.frozen_at) == (10_000_000, None)
    mollies = Account(AccountKind.PSP, "mollie")
    assert await desk.balances(mollies, Account(AccountKind.VAT, "NL")) == [12_500_000, -2_169_421]


async def _classic(desk: Desk, mollie: Mollie, named: str) -> bool:
    return await take_message(desk.database, mollie, (f"id={named}".encode(), {}), clock=desk.clock)


async def test_a_card_of_another_country_than_is_told_is_shown(desk: Desk) -> None:
    same, other = await desk.order(country="DE"), await desk.order(country="FI")
    for one in (same, other):
        await desk.paid(one)

    async with desk.database.read() as session:
        [found] = await differing_countries(session)

    assert (found.id, found.country, found.country_told) == (other.id, "FI", "DE")
