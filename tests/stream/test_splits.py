"""Shares, advances and claims over HTTP, and the page on which payees answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from catalog.callers import Caller
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, person
from tests.support.served import Answer, Client, served
from tests.support.shares import SOON, earn, recording


class Someone:
    """Who asks, by their token."""

    def __init__(self, client: Client, who: Caller, token: str) -> None:
        self.client, self.who, self.token = client, who, token
        self.id = str(who.id)

    async def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or str(uuid4())}
        if key == "none":
            del headers["Idempotency-Key"]
        asked = self.client.http.request(
            method, self.client.url + path, json=body, headers=headers, allow_redirects=False
        )
        async with asked as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())

    async def form(self, path: str, **fields: str) -> Answer:
        cookies = {"refrain_session": self.token}
        asked = self.client.http.request(
            "POST" if fields else "GET",
            self.client.url + path,
            data=fields or None,
            headers={"Accept": "text/html", "Origin": self.client.url},
            cookies=cookies,
        )
        async with asked as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def someone(client: Client, role: Role) -> Someone:
    database = client.holding.tools.database
    who = await person(database, role)
    async with database.begin() as session:
        token = await issue_token(session, who, label="test", now=NOON)
    return Someone(client, who, token)


@pytest.fixture
async def ada(client: Client) -> Someone:
    return await someone(client, Role.ARTIST)


@pytest.fixture
async def ben(client: Client) -> Someone:
    return await someone(client, Role.LISTENER)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def test_a_share_is_proposed_waited_for_and_accepted(
    client: Client, ada: Someone, ben: Someone
) -> None:
    database = client.holding.tools.database
    track = str((await accepted(database, ada.who)).track_id)
    about = await recording(database, ada.who)
    shares = [{"payee": ada.id, "ppm": 700_000}, {"payee": ben.id, "ppm": 300_000}]
    split = {"track": track, "shares": shares}

    assert code_of(await ada.ask("POST", "/api/v1/splits", split, key="none")) == (
        *(400, "idempotency-key-missing"),
    )
    made = await ada.ask("POST", "/api/v1/splits", split, key="1")
    again = await ada.ask("POST", "/api/v1/splits", split, key="1")
    assert (made.status, made.json["id"]) == (201, again.json["id"])
    assert made.json["state"] == "agreed"
    await earn(database, ada.who, about, 1_000, at=SOON)

    [waiting] = (await ben.ask("GET", "/api/v1/splits/waiting")).json["sheets"]
    assert waiting["waits"] == [{"amount": 300, "scale": 6, "currency": "EUR"}]
    assert (waiting["title"], waiting["may_answer"]) == ("Song", True)
    sheet = f"/api/v1/splits/{waiting['id']}"
    for _ in range(2):
        answer = await ben.ask("PUT", f"{sheet}/answer", {"answer": "accept"})
        assert (answer.status, answer.json["may_answer"], answer.json["waits"]) == (200, False, [])

    assert [one["state"] for one in answer.json["shares"]] == ["accepted", "accepted"]
    assert (await ben.ask("GET", "/api/v1/splits/waiting")).json["sheets"] == []
    for who in (ada, ben):
        assert len((await who.ask("GET", "/api/v1/splits")).json["sheets"]) == 1
    assert len((await ada.ask("GET", f"/api/v1/splits?track={track}")).json["sheets"]) == 1


async def test_what_is_not_yours_is_not_there(client: Client, ada: Someone, ben: Someone) -> None:
    track = str((await accepted(client.holding.tools.database, ada.who)).track_id)
    all_mine = {"track": track, "shares": [{"payee": ben.id, "ppm": 1_000_000}]}
    own = {"track": track, "shares": [{"payee": ada.id, "ppm": 1_000_000}]}
    sheet = (await ada.ask("POST", "/api/v1/splits", own)).json["id"]

    for method, path, body in (
        ("POST", "/api/v1/splits", all_mine),
        ("GET", f"/api/v1/splits?track={track}", None),
        ("GET", f"/api/v1/splits/{sheet}", None),
        ("PUT", f"/api/v1/splits/{sheet}/answer", {"answer": "decline"}),
        ("GET", "/api/v1/splits/nonsense", None),
        ("GET", "/api/v1/payees/nonsense", None),
    ):
        assert (await ben.ask(method, path, body)).status == 404, path
    stranger = {"track": track, "shares": [{"payee": str(uuid4()), "ppm": 1_000_000}]}
    assert code_of(await ada.ask("POST", "/api/v1/splits", stranger)) == (404, "payee-unknown")


async def test_groups_labels_and_contracts(ada: Someone, ben: Someone) -> None:
    group = {"kind": "group", "name": "The Band"}
    band, again = [await ada.ask("POST", "/api/v1/payees", group, key="b") for _ in range(2)]
    assert (band.status, band.json) == (201, again.json)
    assert code_of(await ada.ask("POST", "/api/v1/payees", {**group, "name": "?"}, key="b")) == (
        *(409, "idempotency-mismatch"),
    )
    members = [{"payee": ada.id, "ppm": 500_000}, {"payee": ben.id, "ppm": 500_000}]
    path = f"/api/v1/payees/{band.json['id']}/members"
    assert (await ada.ask("PUT", path, {"members": members})).json["members"] != []
    assert (await ben.ask("PUT", path, {"members": []})).status == 404
    assert code_of(await ada.ask("PUT", path, {"members": members[:1]})) == (422, "members-unfit")
    alone = f"/api/v1/payees/{ada.id}/members"
    assert code_of(await ada.ask("PUT", alone, {"members": members})) == (409, "not-a-group")
    nobody = {"members": [{"payee": "nobody", "ppm": 1_000_000}]}
    assert (await ada.ask("PUT", path, nobody)).status == 422
    every = {"track": None, "shares": [{"payee": band.json["id"], "ppm": 1_000_000}]}
    split = (await ada.ask("POST", "/api/v1/splits", every)).json
    assert {one["payee"] for one in split["shares"]} == {ada.id, ben.id}

    label = await ben.ask("POST", "/api/v1/payees", {"kind": "label", "name": "Ben's Records"})
    contract = {"label": label.json["id"], "artist": ada.id, "ppm": 200_000}
    made = (await ben.ask("POST", "/api/v1/contracts", contract)).json
    assert (made["state"], made["title"], made["kind"]) == ("proposed", None, "contract")
    answer = await ada.ask("PUT", f"/api/v1/splits/{made['id']}/answer", {"answer": "accept"})
    assert answer.json["state"] == "agreed"
    payees = (await ben.ask("GET", "/api/v1/payees")).json["payees"]
    assert [one["name"] for one in payees] == ["A listener", "Ben's Records"]


async def test_advances_and_claims_are_a_treasurers(
    client: Client, ada: Someone, ben: Someone
) -> None:
    treasurer = await someone(client, Role.TREASURER)
    advance = {"payee": ada.id, "amount": 5_000_000, "currency": "EUR", "recoup_ppm": 500_000}
    assert (await ada.ask("POST", "/api/v1/advances", advance)).status == 403
    made = await treasurer.ask("POST", "/api/v1/advances", advance, key="a")
    assert (made.json["state"], made.json["left"]["amount"]) == ("proposed", 0)
    assert (await ada.ask("GET", "/api/v1/advances")).json["advances"] == []
    path = f"/api/v1/advances/{made.json['id']}/approve"
    assert code_of(await treasurer.ask("POST", path)) == (403, "second-person-needed")
    other = await someone(client, Role.TREASURER)
    approved = (await other.ask("POST", path)).json
    assert approved["state"] == "approved"
    assert approved["left"] == {"amount": 5_000_000, "scale": 6, "currency": "EUR"}
    unknown = await other.ask("POST", "/api/v1/advances/x/approve")
    assert code_of(unknown) == (404, "advance-unknown")
    more = {**advance, "amount": 6_000_000}
    assert code_of(await treasurer.ask("POST", "/api/v1/advances", more, key="a")) == (
        *(409, "idempotency-mismatch"),
    )
    assert len((await ada.ask("GET", "/api/v1/advances")).json["advances"]) == 1
    assert (await ben.ask("GET", "/api/v1/advances")).json["advances"] == []

    drummer = {"kind": "member", "name": "The drummer", "mine": False}
    payee = (await ada.ask("POST", "/api/v1/payees", drummer)).json["id"]
    words = {"payee": payee, "words": "That was me."}
    claim = (await ben.ask("POST", "/api/v1/claims", words)).json["id"]
    path, approve = f"/api/v1/claims/{claim}/decision", {"decision": "approve"}
    assert (await ben.ask("PUT", path, approve)).status == 403
    assert len((await treasurer.ask("GET", "/api/v1/claims")).json["claims"]) == 1
    for _ in range(2):
        assert (await treasurer.ask("PUT", path, approve)).json["state"] == "approved"
    assert UUID(payee) in {
        UUID(one["id"]) for one in (await ben.ask("GET", "/api/v1/payees")).json["payees"]
    }


async def test_a_payee_answers_on_a_page(client: Client, ada: Someone, ben: Someone) -> None:
    database = client.holding.tools.database
    about = await recording(database, ada.who)
    track = str((await accepted(database, ada.who)).track_id)
    shares = [{"payee": ada.id, "ppm": 666_667}, {"payee": ben.id, "ppm": 333_333}]
    sheet = (await ada.ask("POST", "/api/v1/splits", {"track": track, "shares": shares})).json["id"]
    await earn(database, ada.who, about, 10_000_000, at=SOON)

    before = (await ben.form("/studio/splits")).body.decode()
    assert "33.3333\N{NO-BREAK SPACE}%" in before
    assert "Waiting for you: €3.33333" in before
    assert (await ben.form(f"/studio/splits/sheets/{sheet}", answer="perhaps")).status == 422
    after = (await ben.form(f"/studio/splits/sheets/{sheet}", answer="accept")).body.decode()

    assert "Nothing waits for you." in after
    assert "agreed" in after
    assert "Sign in" in (await Someone(client, ben.who, "").form("/studio/splits")).body.decode()


async def test_who_shares_is_told_what_a_contract_leaves_them(ada: Someone, ben: Someone) -> None:
    shares = [{"payee": ada.id, "ppm": 500_000}, {"payee": ben.id, "ppm": 500_000}]
    sheet = (await ada.ask("POST", "/api/v1/splits", {"track": None, "shares": shares})).json["id"]
    await ben.ask("PUT", f"/api/v1/splits/{sheet}/answer", {"answer": "accept"})
    label = await ada.ask("POST", "/api/v1/payees", {"kind": "label", "name": "Ada's Records"})
    for ppm, words in ((750_000, "a part of the rest"), (1_000_000, "0\N{NO-BREAK SPACE}%")):
        contract = {"label": label.json["id"], "ppm": ppm}
        made = await ada.ask("POST", "/api/v1/contracts", contract)
        assert made.json["state"] == "proposed"

        shown = (await ben.form("/studio/splits")).body.decode()

        assert f'<span class="number">{words}</span>' in shown
