"""Mollie's library against a server that answers as Mollie does."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounting.payments.amounts import Money
from accounting.payments.mollie import Mollie
from accounting.payments.port import DisputeStanding, Notice, Order, Standing
from base.errors import Refused, Unavailable
from tests.support.mollie_server import MollieServer, mollie_server

SECRET = "of a test"  # noqa: S105 - it is
TEN = Order(
    reference="0b5a",
    amount=Money(micros=12_500_000, currency="EUR"),
    description="10 credits",
    return_url="https://refrain.example/wallet",
    webhook_url="https://refrain.example/hook",
)
EVENT = json.dumps(
    {
        "resource": "event",
        "id": "event_GvJ8WHrp5isUdRub9CJyH",
        "type": "payment.paid",
        "entityId": "tr_7UDhS0",
        "createdAt": "2026-11-24T12:00:00.0Z",
    }
).encode()


@pytest.fixture
async def server() -> AsyncIterator[MollieServer]:
    async with mollie_server() as running:
        yield running


@pytest.fixture
def mollie(server: MollieServer) -> Mollie:
    return Mollie(key="test_1234567890", webhook_secret=SECRET, url=server.url)


async def test_a_payment_is_made_once_whatever_is_asked_twice(
    server: MollieServer, mollie: Mollie
) -> None:
    first, again = await mollie.create(TEN), await mollie.create(TEN)

    assert first == again
    assert first.url.startswith("https://www.mollie.com/checkout/")
    assert server.payments[first.provider_id]["amount"] == {"value": "12.50", "currency": "EUR"}
    assert server.payments[first.provider_id]["webhookUrl"] == TEN.webhook_url


async def test_what_was_paid_is_told_and_no_account_number(
    server: MollieServer, mollie: Mollie
) -> None:
    made = await mollie.create(TEN)
    before = await mollie.fetch(made.provider_id)
    server.pay(made.provider_id)

    report = await mollie.fetch(made.provider_id)

    assert before.standing is Standing.OPEN
    assert (report.standing, report.reference) == (Standing.PAID, "0b5a")
    assert report.paid == report.received == Money(micros=12_500_000, currency="EUR")
    assert (report.fee, report.method, report.country) == (None, "ideal", "NL")
    assert report.fingerprint.startswith("account:")
    assert "RABO" not in repr(report)
    assert report.paid_at == datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", ["canceled", "expired", "failed"])
async def test_a_payment_that_is_over_has_failed(
    server: MollieServer, mollie: Mollie, status: str
) -> None:
    made = await mollie.create(TEN)
    server.payments[made.provider_id]["status"] = status

    assert (await mollie.fetch(made.provider_id)).standing is Standing.FAILED


async def test_a_chargeback_is_told_until_it_is_reversed(
    server: MollieServer, mollie: Mollie
) -> None:
    made = await mollie.create(TEN)
    server.pay(made.provider_id)
    server.charge_back(made.provider_id)
    [taken] = (await mollie.fetch(made.provider_id)).disputes
    server.charge_back(made.provider_id, reversed_at="2026-12-01T12:00:00+00:00")
    [back] = (await mollie.fetch(made.provider_id)).disputes

    assert (taken.id, taken.standing) == ("chb_n9z0tp", DisputeStanding.OPEN)
    assert taken.amount == Money(micros=12_500_000, currency="EUR")
    assert back.standing is DisputeStanding.WON


async def test_what_is_being_sent_at_this_moment_is_not_refused(
    server: MollieServer, mollie: Mollie
) -> None:
    made, five = await mollie.create(TEN), Money(micros=5_000_000, currency="EUR")
    server.pay(made.provider_id)
    server.may_answer.clear()
    first = asyncio.create_task(mollie.refund(made.provider_id, five, key="k"))
    async with asyncio.timeout(20):
        while not server.under_way:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    other = Mollie(key="test_1234567890", webhook_secret=SECRET, url=server.url)

    with pytest.raises(Unavailable, match="Mollie"):
        await other.refund(made.provider_id, five, key="k")

    server.may_answer.set()
    assert await first == "re_0"


async def test_a_refund_is_sent(server: MollieServer, mollie: Mollie) -> None:
    made = await mollie.create(TEN)
    server.pay(made.provider_id)

    name = await mollie.refund(made.provider_id, Money(micros=5_000_000, currency="EUR"), key="k")

    assert name == "re_0"
    [told] = (await mollie.fetch(made.provider_id)).refunds
    assert (told.id, told.amount, told.key) == ("re_0", 5_000_000, "k")


async def test_what_was_received_in_a_time_is_told_page_by_page(
    server: MollieServer, mollie: Mollie
) -> None:
    made = [await mollie.create(replace(TEN, reference=f"{number}")) for number in range(4)]
    for one in made[1:]:
        server.pay(one.provider_id)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    received = await mollie.settled(noon, noon + timedelta(seconds=1))
    server.payments[made[1].provider_id]["createdAt"] = "2026-11-01T12:00:00+00:00"
    lately = await mollie.settled(noon, noon + timedelta(seconds=1))

    assert received == {one.provider_id: 12_500_000 for one in made[1:]}
    assert {made[2].provider_id, made[3].provider_id} <= set(lately)
    assert await mollie.settled(noon - timedelta(days=1), noon) == {}


def test_a_classic_message_says_only_where_to_look(mollie: Mollie) -> None:
    assert mollie.verify(b"id=tr_7UDhS0", {}) == Notice(provider_id="tr_7UDhS0", kind="classic")


def test_a_newer_message_is_believed_if_one_of_its_signatures_fits(mollie: Mollie) -> None:
    fits = "sha256=" + hmac.digest(SECRET.encode(), EVENT, "sha256").hex()

    notice = mollie.verify(EVENT, {"x-mollie-signature": f"sha256=00, {fits}"})

    assert notice == Notice(
        event_id="event_GvJ8WHrp5isUdRub9CJyH", provider_id="tr_7UDhS0", kind="payment.paid"
    )
    for body, signed in ((EVENT, "sha256=00"), (EVENT + b" ", fits), (EVENT, "ü"), (EVENT, "")):
        with pytest.raises(Refused, match="webhook-forged"):
            mollie.verify(body, {"x-mollie-signature": signed})
    with pytest.raises(Refused, match="webhook-forged"):
        Mollie(key="test_1234567890").verify(EVENT, {"x-mollie-signature": fits})


@pytest.mark.parametrize("body", [b"", b"id=", b"id=ord_1", b"id=tr_../../x", b"\xff", b"x=1"])
def test_what_is_no_message_is_refused(mollie: Mollie, body: bytes) -> None:
    with pytest.raises(Refused, match="webhook-unreadable"):
        mollie.verify(body, {})


async def test_what_is_gone_or_out_of_reach_is_said(mollie: Mollie) -> None:
    with pytest.raises(Refused, match="payment-unknown"):
        await mollie.fetch("tr_ofanother")
    with pytest.raises(Refused, match="payment-unknown"):
        await mollie.fetch("../../v2/methods")
    nowhere = Mollie(key="test_1234567890", url="http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="provider-unavailable"):
        await nowhere.fetch("tr_7UDhS0")
