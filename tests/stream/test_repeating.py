"""What is asked twice is done once: every operation that moves money or decides something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from catalog.callers import Caller
from catalog.models.base import Model
from catalog.permissions import Permission
from catalog.roles import Role
from ingest.desk import open_desk
from stream.api.openapi import Route
from stream.api.routes import api_routes
from tests.stream.test_catalogue import ready
from tests.stream.test_people_pages import Browser, band_of, browser
from tests.stream.test_treasury_pages import HIDDEN
from tests.support.catalog import NOON
from tests.support.payouts import EUR, IBANS, Books, books
from tests.support.served import Answer, Client, served
from tests.support.suspects import suspect

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: Permissions by which money moves, or something is decided of others.
_WEIGHTY = {
    *(Permission.WALLET_SPEND, Permission.EARNINGS_WRITE, Permission.SHARES_WRITE),
    *(Permission.MUSIC_TERMS, Permission.MUSIC_PUBLISH, Permission.MEMBERS_KEEP),
    *(Permission.BOOKS_KEEP, Permission.PAYOUTS_KEEP, Permission.HOLDS_KEEP),
    *(Permission.WALLETS_KEEP, Permission.MEMBERSHIP_KEEP, Permission.MODERATE),
}
#: What is the same under any key, and why.
_BY_ITSELF = {
    "post_statement": "an entry of a bank is booked once, in whichever file it comes",
    "post_acceptance": "a gift is taken up once, and tells who took it up what it did",
    "use_version": "a version that is heard already is heard on",
}
#: What tells that somebody asked, and by what they are known.
_TRACES = {"acts", "tokens", "money_requests"}


@dataclass
class House:
    """A house with two treasurers, a moderator, and books in which somebody is owed something."""

    client: Client
    books: Books
    artist: Caller
    ada: Browser
    bob: Browser
    mona: Browser

    async def twice(
        self, who: Browser, method: str, path: str, data: dict[str, Any] | None = None
    ) -> Answer:
        """Ask twice under one key: the second changes nothing and is answered as the first."""
        key = str(uuid4())
        first = await self.ask(who, method, path, data, key=key)
        before = await self.rows()
        again = await self.ask(who, method, path, data, key=key)

        assert first.status // 100 == 2, (path, first.body)
        assert (again.status, again.body) == (first.status, first.body), path
        assert await self.rows() == before, path
        if data and (changed := _otherwise(data)):
            another = await self.ask(who, method, path, {**data, **changed}, key=key)
            assert (another.status, _code(another)) == (409, "idempotency-mismatch"), path
        return first

    async def ask(
        self, who: Browser, method: str, path: str, data: object = None, *, key: str
    ) -> Answer:
        headers = {**who.headers, "Idempotency-Key": key}
        url = f"{self.client.url}/api/v1/{path}"
        async with self.client.http.request(method, url, json=data, headers=headers) as answer:
            return Answer(answer.status, {}, await answer.read())

    async def rows(self) -> dict[str, int]:
        async with self.client.holding.tools.database.read() as session:
            return {
                name: int(await session.scalar(select(func.count()).select_from(table)) or 0)
                for name, table in Model.metadata.tables.items()
                if name not in _TRACES
            }


def _otherwise(data: dict[str, Any]) -> dict[str, Any]:
    """Answer the same with another reason, or for another month."""
    name = next((one for one in ("fee_cents", "reason", "why", "artist_ppm") if one in data), "")
    return {name: data[name] * 2 if isinstance(data[name], str) else 1} if name else {}


def _code(answer: Answer) -> str:
    code: str = answer.json["type"].rpartition(":")[2]
    return code


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    sepa = {"sepa_name": "Refrain eG", "sepa_iban": IBANS[0]}
    folder = tmp_path_factory.mktemp("repeating")
    async with served(folder, payout_details_days=0, review="always", **sepa, **many) as client:
        opened = await books(client.holding.tools.database)
        artist = await opened.payee(0)
        await opened.earn(artist, 25 * EUR, at=NOON - timedelta(days=40))
        ada, bob = [await browser(client, Role.TREASURER) for _ in range(2)]
        yield House(client, opened, artist, ada, bob, await browser(client, Role.MODERATOR))


@pytest_asyncio.fixture(loop_scope="module")
async def weighty(house: House) -> list[Route]:
    """Answer every operation that makes or does something by such a permission."""
    async with open_desk(house.client.holding.tools) as desk:
        return [one for one in api_routes(desk) if one.needs in _WEIGHTY and one.method == "POST"]


async def test_each_of_them_hears_a_key_or_is_the_same_without(weighty: list[Route]) -> None:
    deaf = {one.operation for one in weighty if not (one.is_keyed or one.hears_key)}
    assert deaf == set(_BY_ITSELF)
    assert len(weighty) > 40


async def test_months_payouts_and_holds_are_decided_once(house: House) -> None:
    ada, bob = house.ada, house.bob
    closed = await house.twice(ada, "POST", "books/months/2026-10/close")
    assert closed.json["month"] == "2026-10"
    run = (await house.twice(ada, "POST", "payout-runs")).json
    path = f"payout-runs/{run['run']}"
    assert (await house.twice(bob, "POST", f"{path}/approve")).json["state"] == "approved"
    await house.twice(ada, "POST", f"{path}/export")
    await house.twice(ada, "POST", f"{path}/settle")
    payout = f"payouts/{run['payouts'][0]['payout']}"
    await house.twice(bob, "POST", f"{payout}/settle")
    back = {"reason": "AC04", "fee_cents": 300}
    await house.twice(ada, "POST", f"{payout}/return", back)
    assert (await house.twice(bob, "POST", f"{payout}/return", back)).json["payouts"][0][
        "state"
    ] == "returned"

    payee = {"payee": str(house.artist.id), "reason": "Somebody complained."}
    hold = await house.twice(ada, "POST", "payout-holds", payee)
    await house.twice(bob, "DELETE", f"payout-holds/{hold.json['hold']}")
    wallet = f"wallets/{house.artist.id}/freezes"
    freeze = await house.twice(ada, "POST", wallet, {"reason": "a stolen card"})
    lifting = f"freezes/{freeze.json['id']}/lifting"
    await house.twice(bob, "POST", lifting, {"reason": "it was theirs"})
    terms = {"valid_from": "2027-01-01T00:00:00Z", "artist_ppm": 850_000}
    assert (await house.twice(ada, "POST", "terms", terms)).status == 201
    found = await suspect(house.client.holding.tools.database)
    await house.twice(ada, "POST", f"holds/{found.play}/release", {"why": "A family."})


async def test_members_claims_and_advances_are_decided_once(house: House) -> None:
    ada, bob, ann = house.ada, house.bob, await browser(house.client, Role.LISTENER)
    about = {"class": "listener", "name": "Ann", "address": "Here 1"}
    applied = await house.ask(ann, "POST", "membership", about, key=str(uuid4()))
    one = f"coop-members/{applied.json['id']}"
    refused = {"admits": False, "reason": "It is a test."}
    assert (await house.twice(ada, "POST", f"{one}/decision", refused)).json["state"] == "refused"

    advance = {"payee": str(house.artist.id), "currency": "EUR", "amount": 5 * EUR}
    made = await house.twice(ada, "POST", "advances", advance)
    await house.twice(bob, "POST", f"advances/{made.json['id']}/approve")

    eve = {"kind": "member", "name": "Eve", "mine": False}
    payee = await house.ask(ada, "POST", "payees", eve, key=str(uuid4()))
    claim = {"payee": payee.json["id"], "words": "It is me."}
    claimed = (await house.twice(ann, "POST", "claims", claim)).json["id"]
    said = {"decision": "deny", "reason": "It is not."}
    await house.twice(bob, "PUT", f"claims/{claimed}/decision", said)


async def test_a_release_is_sent_looked_at_and_given_back_once(house: House) -> None:
    ada, mona = await browser(house.client), house.mona
    path = (await ready(house.client, ada.cookie)).removeprefix("/api/v1/")
    review = path.replace("releases", "reviews")

    early = await house.ask(mona, "POST", f"{review}/approve", {}, key="approve")
    assert (early.status, _code(early)) == (409, "release-elsewhere")
    sent = await house.twice(ada, "POST", f"{path}/submit", {"reason": "Please"})
    assert sent.json["state"] == "submitted"
    await house.twice(mona, "POST", f"{review}/take-up", {})
    why = {"reason": "The cover is missing."}
    assert (await house.twice(mona, "POST", f"{review}/return", why)).json["state"] == "draft"
    await house.twice(ada, "POST", f"{path}/submit", {"reason": "Again"})
    # What is refused leaves no note of its key.
    out = await house.ask(mona, "POST", f"{review}/approve", {}, key="approve")
    assert out.json["state"] == "published"

    page = f"/office/reviews/{path.partition('/')[2]}/withdraw"
    question = await mona.see(page)
    said = {**dict(HIDDEN.findall(question.html)), "reason": "It is another's."}
    answers = [await mona.send(page, said) for _ in range(2)]
    assert [one.status for one in answers] == [303, 303]
    moves = await ada.json(f"{path}/moves")
    assert [one["event"] for one in moves["items"]].count("withdraw") == 1


async def test_an_invitation_is_the_same_and_so_is_its_link(house: House) -> None:
    ada = await browser(house.client)
    await ada.sent("/account/acting", {"account": await band_of(ada)})

    made = await house.twice(ada, "POST", "account/invitations", {"capacity": "viewer"})
    other = await house.ask(
        ada, "POST", "account/invitations", {"capacity": "viewer"}, key=str(uuid4())
    )

    assert made.json["link"] != other.json["link"]
    seen = await ada.see("/account/members")
    assert seen.text.count("Whoever has the link") == 2
