"""Buying, giving and giving back over HTTP."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sqlalchemy import select

from catalog.callers import Caller
from catalog.models.music import Track
from catalog.models.purchases import Purchase
from catalog.people import create_account, issue_token
from catalog.roles import Role
from catalog.states import TrackState
from tests.support.credit import credited
from tests.support.origin import Origin, open_origin

Document = dict[str, Any]


@dataclass
class Shop:
    origin: Origin
    http: aiohttp.ClientSession

    @property
    def track(self) -> str:
        return str(self.origin.track_id)

    async def person(self, role: Role = Role.LISTENER, *, millicredits: int = 0) -> "Customer":
        tools = self.origin.tools
        async with tools.database.begin() as session:
            caller = await create_account(session, name=f"A {role}", role=role, now=tools.clock())
            token = await issue_token(session, caller, label="t", now=tools.clock())
        if millicredits:
            await credited(tools.database, caller, millicredits)
        return Customer(shop=self, caller=caller, token=token)


@dataclass
class Customer:
    shop: Shop
    caller: Caller
    token: str

    async def ask(
        self, method: str, path: str, data: Document | None = None, *, key: str = ""
    ) -> tuple[int, Document]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = key
        url = self.shop.origin.url + path
        async with self.shop.http.request(method, url, json=data, headers=headers) as answer:
            said = await answer.read()
            return answer.status, json.loads(said) if said else {}

    async def buys(self, *, key: str = "") -> tuple[int, Document]:
        wanted = {"track": self.shop.track}
        return await self.ask("POST", "/api/v1/purchases", wanted, key=key or str(uuid4()))

    async def wallet(self) -> int:
        _, said = await self.ask("GET", "/api/v1/wallet")
        return int(said["paid"])


@pytest.fixture
async def shop(tmp_path: Path, migrated_sqlite_url: str) -> AsyncIterator[Shop]:
    settings = {"database_url": migrated_sqlite_url, "territory": "DE", "gift_credit_days": "0"}
    async with open_origin(tmp_path, **settings) as origin, aiohttp.ClientSession() as http:
        async with origin.tools.database.begin() as session:
            (await session.get_one(Track, origin.track_id)).state = TrackState.COMPLETE
        yield Shop(origin=origin, http=http)


async def test_a_track_is_bought_by_one_request_however_often_it_is_sent(shop: Shop) -> None:
    listener = await shop.person(millicredits=2000)
    _, price = await listener.ask("GET", f"/api/v1/tracks/{shop.track}/price")
    assert (price["remainder"], price["next_price"], price["balance"]) == (1022, 2, 2000)

    answers = [await listener.buys(key="once") for _ in range(2)]

    assert [status for status, _ in answers] == [201, 201]
    assert answers[0] == answers[1]
    said = answers[0][1]
    assert (said["price"], said["balance"]) == (1022, 978)
    assert said["purchases"][0]["first_step"] == 1
    _, library = await listener.ask("GET", "/api/v1/library")
    assert library == {"steps": 9, "owned": [said["purchases"][0]["recording"]], "begun": []}
    _, page = await listener.ask("GET", "/api/v1/library/owned?limit=1")
    assert ([one["track"] for one in page["items"]], page["next"]) == ([shop.track], None)
    for wrong in ("2026-11-26T09:00:00", "", "2026-11-26", "0001-01-01T00:00:00+14:00"):
        place = json.dumps(["owned", [wrong, page["items"][0]["recording"]]])
        cursor = urlsafe_b64encode(place.encode()).decode().rstrip("=")
        status, _ = await listener.ask("GET", f"/api/v1/library/owned?cursor={cursor}")
        assert status == 422, wrong
    _, price = await listener.ask("GET", f"/api/v1/tracks/{shop.track}/price")
    assert (price["nothing"], price["remainder"]) == ("owned", 0)
    status, problem = await listener.buys()
    assert (status, problem["type"]) == (409, "urn:refrain:problem:nothing-to-buy")


async def test_without_credit_it_is_said_what_is_missing(shop: Shop) -> None:
    listener = await shop.person(millicredits=7)

    status, problem = await listener.buys()

    assert (status, problem["price"], problem["balance"]) == (402, 1022, 7)
    assert problem["detail"].startswith("It costs 1022 milli-credits, and there are 7")
    status, problem = await listener.ask("POST", "/api/v1/purchases", {"track": shop.track})
    assert (status, problem["type"]) == (400, "urn:refrain:problem:idempotency-key-missing")
    for wrong in ({}, {"track": shop.track, "release": shop.track}):
        status, _ = await listener.ask("POST", "/api/v1/purchases", wrong, key="k")
        assert status == 422


async def test_listeners_give_back_and_their_wallet_tells_of_it(shop: Shop) -> None:
    listener, other = await shop.person(millicredits=1022), await shop.person()
    _, bought = await listener.buys()
    wanted = {"purchase": bought["purchases"][0]["id"], "reason": "by mistake"}

    status, _ = await other.ask("POST", "/api/v1/refunds", wanted, key="k")
    assert status == 404
    answers = [await listener.ask("POST", "/api/v1/refunds", wanted, key="k") for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert await listener.wallet() == 1_022_000
    _, first = await listener.ask("GET", "/api/v1/wallet/history?limit=2")
    _, rest = await listener.ask("GET", f"/api/v1/wallet/history?cursor={first['next']}")
    lines = [*first["lines"], *rest["lines"]]
    assert [one["credits"] for one in lines] == [1_022_000, -1_022_000, 1_022_000]
    assert [one["kind"] for one in lines] == ["refund", "purchase", "topup"]
    assert lines[0]["text"] == "Given back: by mistake."
    assert lines[1]["text"].endswith("steps 1 to 9.")
    assert lines[1]["value"] == [{"amount": -1_226_400, "scale": 6, "currency": "EUR"}]
    assert rest["next"] is None
    assert lines[1]["purchase"] == wanted["purchase"]
    path = f"/api/v1/wallet/history?listener={listener.caller.id}&limit=1"
    assert (await other.ask("GET", path))[0] == 403
    for wrong in ("x", "cursor=x", "before=3"):
        status, _ = await listener.ask("GET", f"/api/v1/wallet/history?{wrong}")
        assert status == 422
    treasurer = await shop.person(Role.TREASURER)
    assert (await treasurer.ask("GET", path))[1]["lines"] == lines[:1]
    status, _ = await listener.ask(
        "POST", "/api/v1/refunds", {"play": str(uuid4()), "reason": "no reason"}, key="l"
    )
    assert status == 403


async def test_a_gift_goes_to_whoever_has_its_code(shop: Shop) -> None:
    giver, friend = await shop.person(millicredits=1100), await shop.person()
    answers = [
        await giver.ask("POST", "/api/v1/gifts", {"track": shop.track}, key="g") for _ in range(2)
    ]
    assert answers[0] == answers[1]
    gift = answers[0][1]
    assert await giver.wallet() == 78_000

    path = f"/api/v1/gifts/{gift['code']}/acceptance"
    taken = [await friend.ask("POST", path) for _ in range(2)]

    assert taken[0] == taken[1]
    assert (taken[0][0], taken[0][1]["price"]) == (201, 1022)
    _, given = await giver.ask("GET", "/api/v1/gifts")
    assert given["gifts"][0]["accepted"]
    status, _ = await giver.ask("DELETE", f"/api/v1/gifts/{gift['id']}")
    assert status == 410
    status, _ = await friend.ask("POST", "/api/v1/gifts/AAAA/acceptance")
    assert status == 404


async def test_credit_goes_to_a_listener(shop: Shop) -> None:
    giver, friend = await shop.person(millicredits=10), await shop.person()
    wanted = {"listener": str(friend.caller.id), "millicredits": 4}

    answers = [await giver.ask("POST", "/api/v1/gifts", wanted, key="c") for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0][1]["balance"] == 6
    assert await friend.wallet() == 4_000
    status, _ = await giver.ask("POST", "/api/v1/gifts", {**wanted, "millicredits": 5}, key="c")
    assert status == 409
    wanted["listener"] = str(uuid4())
    status, _ = await giver.ask("POST", "/api/v1/gifts", {"track": shop.track}, key="c")
    assert status == 409  # a key is not for two things
    status, problem = await giver.ask("POST", "/api/v1/gifts", wanted, key="d")
    assert (status, problem["type"]) == (404, "urn:refrain:problem:listener-unknown")


async def test_deals_say_where_a_track_is_sold(shop: Shop) -> None:
    operator, listener = await shop.person(Role.OPERATOR), await shop.person(millicredits=2000)
    deal = {"track": shop.track, "model": "paid", "territories": ["AT"]}
    status, made = await operator.ask("POST", "/api/v1/deals", deal, key="d")
    assert status == 201
    assert await operator.ask("POST", "/api/v1/deals", deal, key="d") == (201, made)
    status, _ = await operator.ask("POST", "/api/v1/deals", {**deal, "model": "free"}, key="d")
    assert status == 409
    status, _ = await operator.ask("POST", "/api/v1/deals", deal)
    assert status == 400

    _, price = await listener.ask("GET", f"/api/v1/tracks/{shop.track}/price")
    assert (price["nothing"], price["territory"]) == ("no-deal", "DE")
    status, _ = await listener.ask("PATCH", "/api/v1/account", {"country": "AT"})
    assert status == 200
    _, price = await listener.ask("GET", f"/api/v1/tracks/{shop.track}/price")
    assert (price["nothing"], price["territory"]) == (None, "AT")

    _, found = await operator.ask("GET", f"/api/v1/deals?track={shop.track}")
    assert [one["id"] for one in found["deals"]] == [made["id"]]
    status, _ = await operator.ask("DELETE", f"/api/v1/deals/{made['id']}")
    assert status == 204
    status, _ = await listener.ask("POST", "/api/v1/deals", deal)
    assert status == 403


async def test_a_track_is_sold_where_it_may_be_heard_and_kept(shop: Shop) -> None:
    operator, listener = await shop.person(Role.OPERATOR), await shop.person(millicredits=2000)

    async def say(key: str, *uses: str) -> tuple[int, dict[str, Any]]:
        deal = {"track": shop.track, "model": "paid", "uses": list(uses)}
        return await operator.ask("POST", "/api/v1/deals", deal, key=key)

    async def nothing() -> str | None:
        _, price = await listener.ask("GET", f"/api/v1/tracks/{shop.track}/price")
        said: str | None = price["nothing"]
        return said

    assert (await say("none"))[0] == 422
    status, heard = await say("heard", "stream")
    assert (status, heard["uses"], heard["starts_on"], heard["is_supplied"]) == (
        *(201, ["stream"]),
        *(None, False),
    )
    assert await nothing() == "no-deal"
    _, refused = await listener.ask("POST", "/api/v1/plays", {"track": shop.track})
    assert refused["type"] == "urn:refrain:problem:no-deal"

    _, kept = await say("kept", "download")
    assert await nothing() is None
    assert (await listener.buys())[0] == 201
    async with shop.origin.tools.database.read() as session:
        assert [str(one) for one in await session.scalars(select(Purchase.deal_id))] == [kept["id"]]
    _, both = await say("both", "download", "stream")
    assert both["uses"] is None
