"""Stripe's library against a server that answers as Stripe does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounting.payments.amounts import Money
from accounting.payments.port import Dispute, DisputeStanding, Notice, Order, Standing
from accounting.payments.stripe import Stripe
from base.errors import Refused, Unavailable
from tests.support.stripe_server import SECRET, StripeServer, stripe_server

TEN = Order(
    reference="0b5a",
    amount=Money(micros=12_500_000, currency="EUR"),
    description="10 credits",
    return_url="https://refrain.example/wallet",
    webhook_url="https://refrain.example/hook",
)


@pytest.fixture
async def server() -> AsyncIterator[StripeServer]:
    async with stripe_server() as running:
        yield running


@pytest.fixture
def stripe(server: StripeServer) -> Stripe:
    return Stripe(key="sk_test_1", webhook_secret=SECRET, url=server.url)


async def test_a_payment_is_made_once_whatever_is_asked_twice(
    server: StripeServer, stripe: Stripe
) -> None:
    first = await stripe.create(TEN)
    again = await stripe.create(TEN)

    assert first == again
    assert first.url.startswith("https://checkout.stripe.com/")
    assert server.sessions[first.provider_id]["amount_total"] == 1250


async def test_a_payment_is_open_until_it_is_paid_or_expires(
    server: StripeServer, stripe: Stripe
) -> None:
    made = await stripe.create(TEN)

    is_open = await stripe.fetch(made.provider_id)
    server.sessions[made.provider_id]["status"] = "expired"
    expired = await stripe.fetch(made.provider_id)

    assert (is_open.standing, is_open.reference, is_open.paid) == (Standing.OPEN, "0b5a", None)
    assert expired.standing is Standing.FAILED


async def test_what_was_paid_is_told_by_either_name(server: StripeServer, stripe: Stripe) -> None:
    made = await stripe.create(TEN)
    intent = server.pay(made.provider_id)

    by_session, by_intent = await stripe.fetch(made.provider_id), await stripe.fetch(intent)

    assert by_session == by_intent
    assert by_session.paid == by_session.received == Money(micros=12_500_000, currency="EUR")
    assert by_session.fee == Money(micros=440_000, currency="EUR")
    assert (by_session.method, by_session.country) == ("card", "DE")
    assert by_session.fingerprint == "stripe:AOB934RVNwzk6xtn"
    assert by_session.paid_at == datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


async def test_what_was_converted_there_is_told_in_both_currencies(
    server: StripeServer, stripe: Stripe
) -> None:
    made = await stripe.create(TEN)
    server.sessions[made.provider_id]["currency"] = "usd"
    server.pay(made.provider_id, settled=(1070, "eur"))

    report = await stripe.fetch(made.provider_id)

    assert report.paid == Money(micros=12_500_000, currency="USD")
    assert report.received == Money(micros=10_700_000, currency="EUR")


async def test_a_dispute_is_told_with_its_fee_and_an_inquiry_is_none(
    server: StripeServer, stripe: Stripe
) -> None:
    made = await stripe.create(TEN)
    intent = server.pay(made.provider_id)
    server.dispute(intent, amount=1250, status="warning_needs_response")

    asked = await stripe.fetch(intent)
    dispute = server.dispute(intent, amount=1250)
    taken = await stripe.fetch(intent)
    server.close(dispute, "won", fee_back=1500)
    back = await stripe.fetch(intent)

    assert asked.disputes == ()
    amount = Money(micros=12_500_000, currency="EUR")
    fifteen, nothing = (Money(micros=one, currency="EUR") for one in (15_000_000, 0))
    is_open, won = DisputeStanding.OPEN, DisputeStanding.WON
    assert taken.disputes == (Dispute(id="dp_2", standing=is_open, amount=amount, fee=fifteen),)
    assert back.disputes == (Dispute(id="dp_2", standing=won, amount=amount, fee=nothing),)


async def test_a_refund_is_sent_once_under_its_key(server: StripeServer, stripe: Stripe) -> None:
    made = await stripe.create(TEN)
    server.pay(made.provider_id)
    five = Money(micros=5_000_000, currency="EUR")

    first = await stripe.refund(made.provider_id, five, key="k")
    again = await stripe.refund(made.provider_id, five, key="k")

    assert first == again == "re_1"
    [told] = (await stripe.fetch(made.provider_id)).refunds
    assert (told.amount, told.key, told.has_failed) == (5_000_000, "k", False)


async def test_what_was_received_in_a_time_is_told_page_by_page(
    server: StripeServer, stripe: Stripe
) -> None:
    made = [await stripe.create(replace(TEN, reference=f"{number}")) for number in range(4)]
    for one in made[1:]:
        server.pay(one.provider_id)
    noon = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

    received = await stripe.settled(noon, noon + timedelta(seconds=1))

    assert received == {one.provider_id: 12_500_000 for one in made[1:]}
    assert await stripe.settled(noon - timedelta(days=1), noon) == {}


async def test_messages_name_a_session_or_the_payment_of_a_dispute(
    server: StripeServer, stripe: Stripe
) -> None:
    made = await stripe.create(TEN)
    intent = server.pay(made.provider_id)
    dispute = server.dispute(intent, amount=1250)
    # In a message nothing is expanded.
    session = {**server.sessions[made.provider_id], "payment_intent": intent}

    paid = _verified(stripe, server.message("checkout.session.completed", session))
    disputed = _verified(stripe, server.message("charge.dispute.created", dispute, event="evt_2"))
    other = _verified(stripe, server.message("payout.paid", {"id": "po_1", "object": "payout"}))

    assert paid == Notice(
        event_id="evt_1", provider_id=made.provider_id, kind="checkout.session.completed"
    )
    assert (disputed.event_id, disputed.provider_id) == ("evt_2", intent)
    assert other.provider_id == ""


def _verified(stripe: Stripe, message: tuple[bytes, str]) -> Notice:
    body, signature = message
    return stripe.verify(body, {"stripe-signature": signature})


async def test_a_message_of_somebody_else_is_refused(server: StripeServer, stripe: Stripe) -> None:
    body, signature = server.message("checkout.session.completed", {"id": "x", "object": "y"})

    for text, signed in (
        (body.replace(b"evt_1", b"evt_9"), signature),
        (body, signature.replace("v1=", "v1=0")),
        (body, "t=1,v1=00"),
        (body, ""),
    ):
        with pytest.raises(Refused, match="webhook-forged"):
            stripe.verify(text, {"stripe-signature": signed})


async def test_what_is_gone_or_out_of_reach_is_said(stripe: Stripe) -> None:
    with pytest.raises(Refused, match="payment-unknown"):
        await stripe.fetch("cs_of_another")
    with pytest.raises(Refused, match="payment-unknown"):
        await stripe.fetch("pi_of_another")
    nowhere = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="provider-unavailable"):
        await nowhere.fetch("cs_1")
