from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from accounting.payees import add_payee
from base.clock import system_clock
from catalog.models.rights import PayeeKind
from catalog.people import caller_of
from catalog.roles import Role
from tests.accounting.test_camt import details, entry, statement
from tests.support.payouts import EUR, IBANS, Books, books
from tests.support.served import Answer, Client, served

_SEPA = {"sepa_name": "Refrain eG", "sepa_iban": IBANS[0]}


@dataclass
class House:
    """A server whose books have a closed month, and those who come to it."""

    client: Client
    books: Books
    artist: str
    ada: str
    bob: str

    async def ask(
        self,
        method: str,
        path: str,
        *,
        token: str,
        data: dict[str, object] | bytes | None = None,
        key: str | None = None,
    ) -> Answer:
        """Ask with a key of its own, as whoever moves money does."""
        self.client.http.headers.pop("Idempotency-Key", None)
        if key != "":
            self.client.http.headers["Idempotency-Key"] = key or str(uuid4())
        return await self.client.ask(method, f"/api/v1{path}", token=token, data=data)

    async def step(self, path: str, *, token: str, data: dict[str, object] | None = None) -> Answer:
        answer = await self.ask("POST", path, token=token, data=data)
        assert answer.status in {200, 201}, answer.body
        return answer


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with served(tmp_path, payout_details_days=0, **_SEPA) as client:
        database = client.holding.tools.database
        opened = await books(database)
        opened.clock.advance(system_clock() - opened.clock())
        artist, ada, bob = [
            await client.artist(role) for role in (Role.ARTIST, Role.TREASURER, Role.TREASURER)
        ]
        async with database.read() as session:
            who = await caller_of(session, artist, now=system_clock())
        assert who is not None
        await opened.earn(who, 25 * EUR, at=opened.clock() - timedelta(days=40))
        opened.clock.advance(timedelta(seconds=1))
        await opened.close()
        yield House(client=client, books=opened, artist=artist, ada=ada, bob=bob)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def test_a_payee_is_paid_by_two_treasurers_and_nobody_reads_an_iban(house: House) -> None:
    own = (await house.ask("GET", "/payouts", token=house.artist)).json
    [standing] = own["standings"]
    assert (standing["payable"], standing["scale"]) == (25 * EUR, 6)
    assert [one["code"] for one in standing["waits"]] == ["bank-details-missing"]

    where: dict[str, object] = {"holder": "Ada", "iban": "FR14 2004 1010 0505 0001 3M02 606"}
    entered = await house.ask("PUT", "/payouts/bank-details", token=house.artist, data=where)
    assert entered.status == 200
    assert entered.json["bank_details"][0]["iban"] == "FR14…2606"
    run = (await house.step("/payout-runs", token=house.ada)).json
    assert (run["total"], run["state"]) == (25 * EUR, "draft")
    path = f"/payout-runs/{run['run']}"
    own_run = await house.ask("POST", f"{path}/approve", token=house.ada)
    assert code_of(own_run) == (403, "second-person-needed")
    approved = (await house.step(f"{path}/approve", token=house.bob)).json
    file = await house.step(f"{path}/export", token=house.ada)
    assert file.headers["content-type"] == "application/xml"
    assert IBANS[1].encode() in file.body
    assert file.body == (await house.step(f"{path}/export", token=house.bob)).body
    [payout] = approved["payouts"]
    assert (payout["holder"], payout["iban"]) == ("Ada", "FR14…2606")
    reference = payout["payout"].replace("-", "")
    told = statement(entry(details("DBIT", reference=reference).replace("10.00", "25.00")))
    taken = await house.ask("POST", "/bank-statements", token=house.ada, data=told)
    assert taken.json == {"booked": 1, "troubles": []}

    back: dict[str, object] = {"reason": "AC04", "fee_cents": 300}
    path_back = f"/payouts/{payout['payout']}/return"
    said = (await house.step(path_back, token=house.ada, data=back)).json["payouts"][0]
    assert (said["state"], said["return_said_by"]) == ("settled", run["drafted_by"])
    returned = await house.step(path_back, token=house.bob, data=back)
    assert returned.json["payouts"][0]["state"] == "returned"
    own = (await house.ask("GET", "/payouts", token=house.artist)).json
    assert [one["code"] for one in own["standings"][0]["waits"]] == ["bank-details-doubtful"]
    assert (own["payouts"][0]["state"], own["payouts"][0]["reason"]) == ("returned", "AC04")
    shown = await house.ask("GET", path, token=house.bob)
    for answer in (entered, shown, returned):
        assert IBANS[1].encode() not in answer.body


async def test_only_treasurers_pay_and_each_thing_needs_its_key(house: House) -> None:
    listener = await house.client.artist(Role.LISTENER)
    for token in (listener, house.artist):
        answer = await house.ask("POST", "/payout-runs", token=token)
        assert code_of(answer) == (403, "not-allowed")
        assert (await house.ask("GET", "/payout-runs", token=token)).status == 403
    keyless = await house.ask("POST", "/payout-runs", token=house.ada, key="")
    assert code_of(keyless) == (400, "idempotency-key-missing")
    # A step that is done once, however often it is said, needs none.
    unkeyed = await house.ask("POST", f"/payout-runs/{uuid4()}/approve", token=house.ada, key="")
    assert code_of(unkeyed) == (404, "run-unknown")
    # But who sends an empty one means to be safe, and is not.
    empty = await house.ask("POST", f"/payout-runs/{uuid4()}/approve", token=house.ada, key=" ")
    assert code_of(empty) == (400, "idempotency-key-missing")
    for path in ("/payout-runs/x/approve", f"/payout-runs/{uuid4()}/approve"):
        answer = await house.ask("POST", path, token=house.ada)
        assert code_of(answer) == (404, "run-unknown")
    answer = await house.ask("POST", f"/payouts/{uuid4()}/settle", token=house.ada)
    assert code_of(answer) == (404, "payout-unknown")


async def test_bank_details_that_cannot_be_right_are_refused_without_repeating_them(
    house: House,
) -> None:
    for iban in ("FR1420041010050500013M02607", "FR14" * 20):
        said: dict[str, object] = {"holder": "Ada", "iban": iban}
        answer = await house.ask("PUT", "/payouts/bank-details", token=house.artist, data=said)
        assert answer.status == 422
        assert iban.encode() not in answer.body
    other: dict[str, object] = {"holder": "Ada", "iban": IBANS[1], "payee": str(uuid4())}
    answer = await house.ask("PUT", "/payouts/bank-details", token=house.artist, data=other)
    assert code_of(answer) == (404, "payee-unknown")
    none = await house.ask("GET", "/payouts/bank-details", token=house.artist)
    assert none.json["bank_details"] == []


async def test_who_speaks_for_a_label_says_where_its_money_goes(house: House) -> None:
    database = house.books.database
    async with database.begin() as session:
        artist = await caller_of(session, house.artist, now=system_clock())
        assert artist is not None
        label = await add_payee(
            session,
            artist,
            kind=PayeeKind.LABEL,
            name="A label",
            country=None,
            is_spoken_for=True,
            now=house.books.clock(),
        )
    said: dict[str, object] = {"holder": "A label", "iban": IBANS[2], "payee": str(label.id)}

    entered = await house.ask("PUT", "/payouts/bank-details", token=house.artist, data=said)

    assert (entered.status, entered.json["payee"]) == (200, str(label.id))
    path = f"/payouts/bank-details?payee={label.id}"
    shown = await house.ask("GET", path, token=house.artist)
    assert [one["iban"] for one in shown.json["bank_details"]] == ["NL91…4300"]
    assert code_of(await house.ask("GET", path, token=house.ada)) == (404, "payee-unknown")


async def test_a_payee_on_hold_waits_until_it_is_lifted(house: House) -> None:
    said: dict[str, object] = {"holder": "Ada", "iban": IBANS[1]}
    entered = await house.ask("PUT", "/payouts/bank-details", token=house.artist, data=said)
    nobody: dict[str, object] = {"payee": str(uuid4()), "reason": "?"}
    unknown = await house.ask("POST", "/payout-holds", token=house.ada, data=nobody)
    assert code_of(unknown) == (404, "payee-unknown")
    hold: dict[str, object] = {"payee": entered.json["payee"], "reason": "to be looked into"}
    placed = (await house.step("/payout-holds", token=house.ada, data=hold)).json

    refused = await house.ask("POST", "/payout-runs", token=house.ada)
    assert code_of(refused) == (409, "nothing-to-pay")
    assert "on-hold" in refused.json["detail"]
    own = (await house.ask("GET", "/payouts", token=house.artist)).json
    assert [one["code"] for one in own["standings"][0]["waits"]] == ["on-hold"]
    listed = (await house.ask("GET", "/payout-holds", token=house.bob)).json
    assert [one["hold"] for one in listed["holds"]] == [placed["hold"]]
    lifted = await house.ask("DELETE", f"/payout-holds/{placed['hold']}", token=house.bob)
    assert lifted.status == 204
    run = (await house.step("/payout-runs", token=house.ada)).json
    cancelled = await house.step(f"/payout-runs/{run['run']}/cancel", token=house.ada)
    assert cancelled.json["state"] == "cancelled"
    [listed_run] = (await house.ask("GET", "/payout-runs", token=house.bob)).json["runs"]
    assert (listed_run["run"], listed_run["state"]) == (run["run"], "cancelled")
