"""Membership and one's own data over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from base.clock import ManualClock
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.kinds import Kind
from catalog.roles import Role
from stream.identity.fresh import FRESH
from stream.personal_links import GOOD_FOR
from tests.support.catalog import NOON, person
from tests.support.served import Answer, Client, served
from tests.support.working import do

EURO = 1_000_000


@dataclass
class House:
    client: Client
    clock: ManualClock
    keys: int = 0

    async def person(self, role: Role = Role.LISTENER) -> tuple[Caller, str]:
        database = self.client.holding.tools.database
        who = await person(database, role)
        async with database.begin() as session:
            issued = await issue(
                session,
                who.id,
                kind=CredentialKind.SESSION,
                label="t",
                now=self.clock(),
                authenticated_at=self.clock(),
                factors=frozenset({"password", "totp"}),
            )
        return who, issued.secret

    async def ask(
        self, method: str, path: str, token: str = "", data: dict[str, Any] | None = None
    ) -> Answer:
        self.keys += 1
        headers = {"Idempotency-Key": str(self.keys), "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = None if data is None else json.dumps(data).encode()
        asked = self.client.http.request(
            method, f"{self.client.url}/api/v1/{path}", data=body, headers=headers
        )
        async with asked as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = ManualClock(NOON)
    async with served(tmp_path, clock=clock) as client:
        yield House(client, clock)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def test_a_member_from_application_to_the_last_share(house: House) -> None:
    anna, token = await house.person()
    _, keeper = await house.person(Role.TREASURER)
    wanted = {"class": "listener", "name": "Anna Adler"}

    classes = (await house.ask("GET", "membership-classes")).json
    assert [one["id"] for one in classes["items"]] == ["artist", "label", "listener", "worker"]
    assert (await house.ask("GET", "membership", token)).status == 404
    applied = await house.ask("POST", "membership", token, wanted)
    charge = {"dues": True, "shares": 2, "provider": "manual"}
    charged = await house.ask("POST", "membership/charges", token, charge)
    paid = {"bank_reference": "1", "amount": 7 * EURO, "currency": "EUR", "scale": 6}
    confirmed = await house.ask("POST", f"topups/{charged.json['id']}/confirmation", keeper, paid)
    member = (await house.ask("GET", "membership", token)).json

    assert (applied.status, applied.json["state"]) == (201, "applied")
    assert charged.json["reference"].startswith("RF")
    assert confirmed.status == 200
    assert (member["state"], member["number"]) == ("member", 1)
    assert [(one["first"], one["last"]) for one in member["shares"]] == [(1, 2)]
    assert [one["event"] for one in member["steps"]] == ["admit"]

    badge = f"accounts/{anna.id}/membership"
    assert (await house.ask("GET", badge)).status == 404
    await house.ask("PATCH", "membership", token, {"shown": "class"})
    assert (await house.ask("GET", badge)).json == {"class": "listener", "since": None}

    roll = (await house.ask("GET", "membership-roll", keeper)).json
    assert (roll["members"], roll["classes"], len(roll["digest"])) == (1, {"listener": 1}, 64)
    table = await house.ask("GET", "membership-roll/csv", keeper)
    assert table.body.decode().splitlines()[0] == "number,account,class,name,since,shares"
    assert (await house.ask("GET", "membership-roll", token)).status == 403

    left = await house.ask("DELETE", "membership", token)
    back = {"member": "1", "count": 2, "bank_reference": "out-1"}
    redeemed = await house.ask("POST", "share-register/redemptions", keeper, back)
    register = (await house.ask("GET", "share-register", keeper)).json["items"]

    assert left.json["state"] == "resigned"
    assert redeemed.status == 201
    assert [one["kind"] for one in register] == ["issue", "redemption"]
    assert (await house.ask("GET", "membership-roll", keeper)).json["members"] == 0


async def test_keepers_decide_and_note_what_arrived(house: House) -> None:
    operator, keeper = await house.person(Role.OPERATOR)
    people = [await house.person() for _ in range(3)]
    ids = []
    for _, token in people:
        wanted = {"class": "artist", "name": "=1+1"}
        ids.append((await house.ask("POST", "membership", token, wanted)).json["id"])
        house.clock.advance(timedelta(seconds=1))

    admitted = await house.ask("POST", f"coop-members/{ids[0]}/decision", keeper, {"admits": True})
    refused = await house.ask("POST", f"coop-members/{ids[1]}/decision", keeper, {"admits": False})
    paid = {"dues": True, "shares": 1, "amount": 11 * EURO, "currency": "EUR", "scale": 6}
    noted = await house.ask(
        "POST", "coop-members/1/payments", keeper, {**paid, "bank_reference": "7"}
    )
    excluded = await house.ask("POST", "coop-members/1/exclusion", keeper, {"reason": "Harm."})
    first = (await house.ask("GET", "coop-members?limit=2", keeper)).json
    rest = (await house.ask("GET", f"coop-members?limit=2&cursor={first['next']}", keeper)).json

    assert admitted.json["number"] == 1
    assert code_of(refused) == (422, "reason-missing")
    assert (noted.status, noted.json["state"]) == (201, "paid")
    assert excluded.json["state"] == "excluded"
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert code_of(await house.ask("GET", "coop-members/99", keeper)) == (404, "member-unknown")
    own = await house.ask("POST", "membership", keeper, {"class": "worker", "name": "O"})
    mine = f"coop-members/{own.json['id']}/decision"
    assert code_of(await house.ask("POST", mine, keeper, {"admits": True})) == (403, "own-account")
    assert own.json["account"] == str(operator.id)


async def test_ones_own_data_is_asked_for_and_fetched_by_a_link(house: House) -> None:
    anna, token = await house.person()
    asked = await house.ask("POST", "account/exports", token)
    again = await house.ask("POST", "account/exports", token)
    await do(house.client.holding, Kind.EXPORT)
    made = (await house.ask("GET", "account/exports", token)).json["items"][0]
    link = made["link"].removeprefix("/api/v1/")

    fetched = await house.ask("GET", link)
    other = await house.ask("GET", f"{link[:-2]}{'AA' if link[-2:] != 'AA' else 'BB'}")
    _, ben = await house.person()
    hidden = await house.ask("GET", f"account/exports/{made['id']}", ben)
    house.clock.advance(GOOD_FOR + timedelta(seconds=1))
    late = await house.ask("GET", link)

    assert (asked.status, asked.json["link"], code_of(again)) == (202, None, (409, "export-waits"))
    with ZipFile(io.BytesIO(fetched.body)) as file:
        assert json.loads(file.read("account.json"))[0]["id"] == str(anna.id)
    assert fetched.headers["Content-Type"] == "application/zip"
    assert code_of(other) == (403, "address-invalid")
    assert code_of(late) == (410, "address-expired")
    assert code_of(hidden) == (404, "export-unknown")


async def test_to_be_forgotten_one_signs_in_again_and_may_come_back(house: House) -> None:
    _, token = await house.person()
    _, artist = await house.person(Role.TREASURER)
    asked = await house.ask("DELETE", "account", token)
    seen = await house.ask("GET", "account/erasure", token)
    back = await house.ask("DELETE", "account/erasure", token)
    gone = await house.ask("GET", "account/erasure", token)
    office = await house.ask("DELETE", "account", artist)
    house.clock.advance(FRESH + timedelta(seconds=1))
    late = await house.ask("DELETE", "account", token)

    assert (asked.status, asked.json) == (202, seen.json)
    assert (back.status, code_of(gone)) == (204, (404, "no-erasure"))
    assert code_of(office) == (409, "office-held")
    assert code_of(late) == (403, "sign-in-again")


async def test_the_page_of_ones_own_data_asks_tells_and_takes_back(house: House) -> None:
    _, token = await house.person()

    async def page(do_: str = "") -> tuple[int, str]:
        form = {"do": do_} if do_ else None
        asked = house.client.http.request(
            "POST" if do_ else "GET",
            f"{house.client.url}/account/data",
            data=form,
            headers={"Authorization": f"Bearer {token}", "Accept": "text/html"},
        )
        async with asked as answer:
            return answer.status, await answer.text()

    assert "Gather my data" in (await page())[1]
    assert "being gathered" in (await page("export"))[1]
    await do(house.client.holding, Kind.EXPORT)
    assert "Download" in (await page())[1]
    assert "You are forgotten on 8 December 2026" in (await page("forget"))[1]
    assert "Forget me" in (await page("stay"))[1]
    assert (await page("stay"))[0] == 404
    house.clock.advance(FRESH + timedelta(seconds=1))
    status, text = await page("forget")
    assert (status, "Sign in again" in text) == (403, True)
