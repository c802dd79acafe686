"""Top-ups over HTTP: orders, messages of a provider, and what treasurers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from base.clock import system_clock
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ledger import Wallet
from catalog.people import caller_of
from catalog.roles import Role
from stream.idempotency import bound, key_of
from tests.support.served import Answer, Client, served
from tests.support.stripe_server import SECRET, StripeServer, intent_of, stripe_server

TEN = {"product": "credits-10", "provider": "stripe", "country": "DE"}


@dataclass
class House:
    client: Client
    stripe: StripeServer

    async def post(
        self,
        path: str,
        data: dict[str, Any] | bytes,
        *,
        token: str = "",
        key: str = "",
        **more: str,
    ) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        said = {"data": data} if isinstance(data, bytes) else {"json": data}
        url = f"{self.client.url}/api/v1/{path}"
        async with self.client.http.post(url, headers=headers, **said) as answer:  # type: ignore[arg-type]
            return Answer(answer.status, {}, await answer.read())

    async def message(self, session: dict[str, Any], *, event: str = "evt_1") -> Answer:
        subject = {**session, "payment_intent": intent_of(session).get("id")}
        body, signed = self.stripe.message("checkout.session.completed", subject, event=event)
        return await self.post("payments/stripe/webhook", body, stripe_signature=signed)

    async def who(self, token: str) -> Caller:
        async with self.client.holding.tools.database.read() as session:
            found = await caller_of(session, token, now=system_clock())
        assert found
        return found

    async def wallet(self, token: str) -> tuple[int, int]:
        listener = await self.who(token)
        async with self.client.holding.tools.database.read() as session:
            wallet = await session.get(Wallet, listener.id)
        return (wallet.balance_micros, wallet.promo_micros) if wallet else (0, 0)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with (
        stripe_server() as stripe,
        served(
            tmp_path,
            stripe_key="sk_test_1",
            stripe_webhook_secret=SECRET,
            stripe_url=stripe.url,
        ) as client,
    ):
        yield House(client, stripe)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def test_a_pack_is_ordered_paid_and_credited_once(house: House) -> None:
    anna, ben = [await house.client.artist(Role.LISTENER) for _ in range(2)]

    sold = (await house.client.ask("GET", "/api/v1/topup-products")).json
    ordered = await house.post("topups", TEN, token=anna, key="1")
    again = await house.post("topups", TEN, token=anna, key='"1"')
    other = await house.post("topups", TEN, token=ben, key="1")
    [session, _] = house.stripe.sessions.values()
    house.stripe.pay(session["id"])
    told = [await house.message(session) for _ in range(3)]

    assert [one["id"] for one in sold["products"]] == ["credits-10", "credits-20", "credits-5"]
    assert sold["providers"] == ["manual", "stripe"]
    assert (ordered.status, ordered.json) == (201, again.json)
    assert ordered.json["checkout"] == session["url"]
    assert other.json["id"] != ordered.json["id"]
    assert [one.status for one in told] == [200, 200, 200]
    assert await house.wallet(anna) == (10_000_000, 0)
    path = f"/api/v1/topups/{ordered.json['id']}"
    cleo, countries = await house.client.artist(Role.TREASURER), "/api/v1/topup-countries"
    assert (await house.client.ask("GET", countries, token=cleo)).json == {"topups": []}
    assert (await house.client.ask("GET", countries, token=anna)).status == 403
    mine = (await house.client.ask("GET", path, token=anna)).json
    assert (mine["state"], mine["paid"], mine["currency"]) == ("paid", 12_500_000, "EUR")
    assert (await house.client.ask("GET", path, token=ben)).status == 404
    listed = (await house.client.ask("GET", "/api/v1/topups", token=anna)).json
    assert listed["topups"] == [mine]


async def test_what_is_not_acceptable_is_said(house: House) -> None:
    anna = await house.client.artist(Role.LISTENER)
    body, signed = house.stripe.message("checkout.session.completed", {"id": "1", "object": "x"})

    async def order(**changed: str) -> Answer:
        return await house.post("topups", {**TEN, **changed}, token=anna, key="k")

    assert code_of(await house.post("topups", TEN, token=anna)) == (400, "idempotency-key-missing")
    assert code_of(await house.post("topups", TEN, key="k")) == (401, "sign-in-first")
    assert code_of(await order(product="credits-99")) == (404, "product-unknown")
    assert code_of(await order(provider="paypal")) == (404, "provider-unknown")
    assert code_of(await order(country="XX")) == (422, "vat-rate-unknown")
    assert code_of(await order(amount="0.01")) == (422, "bad-request")
    hook = "payments/stripe/webhook"
    forged = await house.post(hook, body + b" ", stripe_signature=signed)
    assert code_of(forged) == (400, "webhook-forged")
    too_long = await house.post(hook, b"x" * 300_000, stripe_signature=signed)
    assert code_of(too_long) == (413, "message-too-large")
    assert code_of(await house.post("payments/none/webhook", b"")) == (404, "provider-unknown")
    assert code_of(await house.post("payments/manual/webhook", b""))[1] == "confirmed-by-hand"


async def test_treasurers_confirm_transfers_send_back_and_give(house: House) -> None:
    anna, cleo = [await house.client.artist(role) for role in (Role.LISTENER, Role.TREASURER)]
    transfer = {**TEN, "provider": "manual"}
    made = (await house.post("topups", transfer, token=anna, key="1")).json
    arrived = {"amount": 12_500_000, "currency": "EUR", "scale": 6, "bank_reference": "B-1"}
    path = f"topups/{made['reference']}/confirmation"

    refused = await house.post(path, arrived, token=anna, key="2")
    paid = [await house.post(path, arrived, token=cleo, key="2") for _ in range(2)]
    why = {"reason": "changed her mind"}
    back = [
        await house.post(f"topups/{made['id']}/refund", why, token=cleo, key="3") for _ in range(2)
    ]
    account = str((await house.who(anna)).id)
    grant = {"account": account, "credits": 2_000_000, "scale": 6, "reason": "welcome"}
    given = [await house.post("grants", grant, token=cleo, key="4") for _ in range(2)]
    more = await house.post("grants", {**grant, "credits": 3_000_000}, token=cleo, key="4")
    said = {"reason": "complaints"}
    frozen = await house.post(f"wallets/{account}/freezes", said, token=cleo)
    by_anna = await house.post(f"freezes/{frozen.json['id']}/lifting", said, token=anna)
    freed = await house.post(f"freezes/{frozen.json['id']}/lifting", said, token=cleo)

    assert refused.status == 403
    assert [one.json["state"] for one in paid] == ["paid", "paid"]
    assert back[0].json == back[1].json
    assert (back[0].json["amount"], back[0].json["currency"]) == (12_500_000, "EUR")
    assert given[0].json == given[1].json
    assert code_of(more) == (409, "idempotency-mismatch")
    assert (frozen.status, by_anna.status, freed.status) == (201, 403, 200)
    assert frozen.json["reason"] == "complaints"
    assert freed.json["lifted_at"] is not None
    assert await house.wallet(anna) == (0, 2_000_000)


def keyed(value: str, path: str = "/x") -> web.Request:
    return make_mocked_request("POST", path, headers={"Idempotency-Key": value} if value else {})


def test_a_key_belongs_to_who_sent_it_and_to_what_for() -> None:
    anna, ben = [Caller(id=uuid4(), name="") for _ in range(2)]

    keys = {
        key_of(keyed("k"), anna),
        key_of(keyed("k"), ben),
        key_of(keyed("k", "/y"), anna),
        key_of(keyed("l"), anna),
    }

    assert len(keys) == 4
    assert key_of(keyed('"k"'), anna) == key_of(keyed("k"), anna)
    assert key_of(keyed("k"), anna) == bound("k", caller_id=str(anna.id), operation="POST /x")
    with pytest.raises(Refused, match="idempotency-key-missing"):
        key_of(keyed(""), anna)
    for unfit in ("a b", "x" * 201, "ü"):
        with pytest.raises(Refused, match="idempotency-key-unfit"):
            key_of(keyed(unfit), anna)


async def test_the_same_key_with_another_body_moves_nothing(house: House) -> None:
    anna, ben = [await house.client.artist(Role.LISTENER) for _ in range(2)]
    cleo = await house.client.artist(Role.TREASURER)
    orders = [
        (await house.post("topups", {**TEN, "provider": "manual"}, token=who, key="o")).json
        for who in (anna, ben)
    ]
    await _confirmed(house, cleo, orders[0]["reference"])

    path = f"topups/{orders[0]['id']}/refund"
    sent = await house.post(path, {"reason": "one"}, token=cleo, key="r1")
    other = await house.post(path, {"reason": "two"}, token=cleo, key="r1")
    again = await house.post(path, {"reason": "one"}, token=cleo, key="r1")

    assert (sent.status, again.status) == (200, 200)
    assert sent.json == again.json
    # By hand it is sent when a treasurer says so, and not before.
    assert (sent.json["state"], sent.json["by"], sent.json["sent_at"]) == (
        *("waiting", "transfer"),
        None,
    )
    waiting = (await house.client.ask("GET", "/api/v1/topup-refunds", token=cleo)).json["refunds"]
    assert waiting == [sent.json]
    path = f"topup-refunds/{sent.json['id']}/transfer"
    done = [
        await house.post(path, {"bank_reference": "B-7"}, token=cleo, key=key) for key in ("t", "u")
    ]
    assert [one.json["state"] for one in done] == ["sent", "sent"]
    later = await house.post(path, {"bank_reference": "B-8"}, token=cleo, key="v")
    assert code_of(later) == (409, "idempotency-mismatch")
    assert not (await house.client.ask("GET", "/api/v1/topup-refunds", token=cleo)).json["refunds"]
    assert code_of(other) == (409, "idempotency-mismatch")


async def _confirmed(house: House, treasurer: str, reference: str) -> None:
    arrived = {"amount": 12_500_000, "currency": "EUR", "scale": 6, "bank_reference": "B-1"}
    path = f"topups/{reference}/confirmation"
    assert (await house.post(path, arrived, token=treasurer, key="c")).status == 200
