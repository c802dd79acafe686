"""The desk of treasurers: months, payouts and top-ups, each deed asked about before it is done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import pytest_asyncio

from catalog.models.restorations import TrustedCluster
from catalog.restorations import held_by, note_restored
from catalog.roles import Role
from tests.stream.test_people_pages import Browser, Shown, browser
from tests.support.catalog import NOON
from tests.support.payouts import EUR, IBANS, Books, books
from tests.support.served import Client, served
from tests.support.suspects import suspect

pytestmark = pytest.mark.asyncio(loop_scope="module")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Office:
    """A house with two treasurers, and books in which somebody is owed something."""

    house: Client
    books: Books
    ada: Browser
    bob: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    sepa = {"sepa_name": "Refrain eG", "sepa_iban": IBANS[0]}
    folder = tmp_path_factory.mktemp("office")
    async with served(folder, payout_details_days=0, **sepa, **many) as house:
        opened = await books(house.holding.tools.database)
        artist = await opened.payee(0)
        await opened.earn(artist, 25 * EUR, at=NOON - timedelta(days=40))
        ada, bob = [await browser(house, Role.TREASURER) for _ in range(2)]
        yield Office(house, opened, ada, bob)


def asked(seen: Shown) -> dict[str, str]:
    """Answer what a question sends along."""
    return dict(HIDDEN.findall(seen.html))


async def answered(who: Browser, path: str, **said: str) -> Shown:
    """Look at a question, and say yes."""
    question = await who.see(path)
    assert question.status == 200, question.text
    assert "What will happen" in question.text
    return await who.sent(path.partition("?")[0], {**asked(question), **said})


async def test_a_month_is_looked_at_closed_once_and_tells_what_it_came_to(office: Office) -> None:
    first = await office.ada.see("/office/months")
    ahead = await office.ada.see("/office/months/2026-10")
    question = await office.ada.see("/office/months/2026-10/close")
    closed = await answered(office.ada, "/office/months/2026-10/close")

    assert "October 2026" in first.text
    assert "The books were not reconciled for two days." in first.text
    assert "€25.00" in ahead.text
    assert "Every payee gets a statement" in question.text
    assert "The month is closed." in closed.text
    assert "€25.00" in closed.text
    assert "/api/v1/statements/2026-10.pdf?payee=" in closed.html
    listed = await office.bob.see("/office/months")
    assert "November 2026" in listed.text


async def test_a_month_out_of_turn_is_refused_and_what_is_no_month_is_no_page(
    office: Office,
) -> None:
    early = await office.ada.see("/office/months/2026-11/close")
    refused = await office.ada.send("/office/months/2026-11/close", asked(early))
    nothing = await office.ada.see("/office/months/2026-13")
    unchanged = await office.ada.send(
        "/office/months/2026-10/restate", {"reason": "A farm was found.", "key": str(uuid4())}
    )
    unsaid = await office.ada.send("/office/months/2026-10/restate", {"reason": ""})

    assert refused.status == 409
    assert "is not over" in refused.text
    assert (nothing.status, "There is nothing here" in nothing.text) == (404, True)
    assert (unchanged.status, "Nothing changed of 2026-10" in unchanged.text) == (409, True)
    assert (unsaid.status, "payees read it" in unsaid.text) == (422, True)


async def test_a_run_is_planned_by_one_approved_by_another_sent_and_settled(
    office: Office,
) -> None:
    planned = await answered(office.ada, "/office/payouts/new")
    [run] = set(re.findall(r"/office/payouts/([0-9a-f-]{36})/cancel", planned.html))
    path = f"/office/payouts/{run}"
    own = await office.ada.send(f"{path}/approve", asked(await office.ada.see(f"{path}/approve")))
    approved = await answered(office.bob, f"{path}/approve")
    made = await answered(office.ada, f"{path}/file")
    file = await office.ada.send(f"/api/v1/payout-runs/{run}/export", {})
    settled = await answered(office.ada, f"{path}/settle")
    [payout] = set(re.findall(r"/office/payouts/transfers/([0-9a-f-]{36})/back", settled.html))
    back = f"/office/payouts/transfers/{payout}/back?code=AC04&fee=3.00"
    said = await answered(office.ada, back)
    returned = await answered(office.bob, back)

    assert "You planned it, so another treasurer approves it." in planned.text
    assert (own.status, "You planned this run" in own.text) == (403, True)
    assert "its money is under way" in approved.text
    assert "Fetch the file" in made.text
    assert IBANS[1] in file.html
    assert IBANS[1] not in settled.html
    assert "all of it has left the account" in settled.text
    assert "once another treasurer says the same" in said.text
    assert "It came back, and is owed to its payee again." in returned.text


async def test_money_of_a_restored_house_leaves_once_somebody_has_compared(office: Office) -> None:
    database = office.house.holding.tools.database
    step = partial(note_restored, backup="20260930T120000Z", rows_at=NOON, now=NOON)
    await database.run(step)
    held = await office.ada.see("/office/payouts")
    page = "/office/payouts/resume"
    unsaid = await office.ada.send(page, {**asked(await office.ada.see(page)), "reason": " "})
    resumed = await answered(office.ada, page, reason="Statements of the bank until today.")

    assert "This house was restored" in held.text
    assert (unsaid.status, "what was compared with what" in unsaid.text) == (422, True)
    assert "This house was restored" not in resumed.text
    async with database.read() as session:
        assert await held_by(session) is None


async def test_a_database_that_is_another_holds_money_too(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    async with served(tmp_path, database_url=migrated_postgres_url) as house:
        who = await browser(house, Role.TREASURER)
        async with house.holding.tools.database.begin() as session:
            session.add(TrustedCluster(cluster="1/00000001", trusted_at=NOON))
        page = "/office/payouts/resume"
        held, question = await who.see("/office/payouts"), await who.see(page)
        resumed = await answered(who, page, reason="Statements of the bank until today.")

    assert "or its database is another" in held.text
    assert "It went back, failed over, or is another." in question.text
    assert "or its database is another" not in resumed.text


async def test_a_payee_is_held_and_freed_with_a_reason(office: Office) -> None:
    artist = await office.books.payee(0)
    hold = f"/office/payouts/holds/new?payee={artist.id}"
    question = await office.ada.see(hold)
    unsaid = await office.ada.send(hold, {**asked(question), "reason": ""})
    said = {**asked(question), "reason": "Somebody complained."}
    held = await office.ada.sent(hold.partition("?")[0], said)
    twice = await office.ada.sent(hold.partition("?")[0], said)
    keyless = await office.ada.send(hold.partition("?")[0], {**said, "key": ""})
    [found] = re.findall(r"(/office/payouts/holds/[0-9a-f-]{36}/lift)", held.html)
    lifted = await answered(office.bob, found)

    assert (unsaid.status, "Say why" in unsaid.text) == (422, True)
    assert "Somebody complained." in held.text
    assert (twice.text.count("Somebody complained."), keyless.status) == (1, 422)
    assert "Nobody's payouts are on hold." in lifted.text.replace("&#39;", "'")


async def test_a_transfer_is_confirmed_once_and_what_is_unspent_goes_back(office: Office) -> None:
    token = await office.house.artist(Role.LISTENER)
    wanted = {"product": "credits-10", "provider": "manual", "country": "DE"}
    order = await office.house.ask(
        "POST", "/api/v1/topups", token=token, data=wanted, Idempotency_Key=str(uuid4())
    )
    topup = order.json
    path = f"/office/top-ups/{topup['id']}"
    receipt = await office.ada.see(f"/wallet/top-ups/{topup['id']}")
    assert re.search(r"For\s+A listener", receipt.text)
    waiting = await office.ada.see("/office/top-ups")
    found = await office.ada.send("/office/top-ups", None)
    led = await office.ada.see(f"/office/top-ups?called={topup['reference']}")
    other = await office.ada.see(f"{path}/confirm?reference=A1&amount=12.00")
    wrong = await office.ada.see(f"{path}/confirm?reference=A1&amount=much")
    paid = await answered(office.ada, f"{path}/confirm?reference=A1&amount=12.50&day=2026-11-23")
    question = await office.ada.see(f"{path}/refund")
    back = await answered(office.ada, f"{path}/refund", reason="Asked for it.")
    refunds = await office.ada.see("/office/top-ups")
    [sent] = re.findall(r"(/office/top-ups/refunds/[0-9a-f-]{36}/transferred)", refunds.html)
    done = await answered(office.bob, f"{sent}?reference=B7")

    assert order.status == 201
    assert "€12.50" in waiting.text
    assert found.status == 405
    assert led.location == path
    assert "what arrived is another amount" in other.text
    assert (wrong.status, "An amount is written as in 12.50." in wrong.text) == (422, True)
    assert "It is confirmed" in paid.text
    assert "€12.50" in question.text
    assert "Transfer the money now" in back.text
    assert "this refund was transferred" in done.text


async def test_the_desk_is_for_who_keeps_the_books(office: Office) -> None:
    listener = await browser(office.house, Role.LISTENER)
    for path in ("months", "payouts", "top-ups", "payouts/new", "months/2026-10/close"):
        assert (await listener.see(f"/office/{path}")).status == 403
        assert (await Browser(office.house).see(f"/office/{path}")).status == 303
    for path in (f"payouts/{uuid4()}", f"top-ups/{uuid4()}", f"payouts/holds/{uuid4()}/lift"):
        assert (await office.ada.see(f"/office/{path}")).status == 404


async def test_places_with_nothing_in_them_say_so(office: Office) -> None:
    moderator = await browser(office.house, Role.MODERATOR)
    for path, words in (
        ("holds", "Nothing is held"),
        ("adjustments", "None waits"),
        ("claims", "No claim is open"),
        ("members", "Nobody yet"),
    ):
        assert words in (await office.ada.see(f"/office/{path}")).text
    seen = await moderator.see("/office/reviews")
    assert "Nothing waits" in seen.text
    assert "/office/months" not in seen.html
    assert (await office.ada.see("/office/reviews")).status == 403


async def test_prices_are_previewed_before_they_are_set(office: Office) -> None:
    seen = await office.ada.see("/office/prices")
    path = "/office/prices/new?day=2027-01-01&prices=2+4+8&artist=85&value="
    question = await office.ada.see(path)
    past = await office.ada.send("/office/prices/new", {"day": "2020-01-01", "key": str(uuid4())})
    done = await answered(office.ada, path)

    assert "In force" in seen.text
    assert "1.022" in seen.text
    assert "85%" in question.text.replace(" ", "").replace("\xa0", "")
    assert (past.status, "begin later" in past.text) == (400, True)
    assert "It is written down, and holds from that day on." in done.text
    assert "From 1 January 2027" in done.text


async def test_an_adjustment_takes_two(office: Office) -> None:
    lines = "bank 10.00\nincome:coop_share -10.00"
    said = {"reason": "A slip.", "day": "2026-11-20", "currency": "EUR", "lines": lines}
    path = f"/office/adjustments/new?{urlencode(said)}"
    one_sided = await office.ada.see(
        f"/office/adjustments/new?{urlencode({**said, 'lines': 'bank'})}"
    )
    proposed = await answered(office.ada, path, reason="A slip.")
    [found] = set(
        re.findall(
            r"/office/adjustments/[0-9a-f-]{36}/approve",
            (await office.bob.see("/office/adjustments")).html,
        )
    )
    own = await office.ada.send(found, asked(await office.ada.see(found)))
    booked = await answered(office.bob, found)

    assert one_sided.status == 422
    assert "You proposed it" in proposed.text
    assert own.status == 403
    assert "Booked lately" in booked.text


async def test_a_held_play_is_explained_and_let_go_with_a_reason(office: Office) -> None:
    found = await suspect(office.house.holding.tools.database)
    listed = await office.ada.see("/office/holds")
    seen = await office.ada.see(f"/office/holds/{found.play}")
    bulk = await office.ada.see(f"/office/holds?listener={found.listener.id}")
    path = f"/office/holds/release?listener={found.listener.id}"
    others = await office.ada.see(f"{path}&rule=held:loop")
    told = asked(await office.ada.see(path))
    unsaid = await office.ada.send("/office/holds/release", {**told, "reason": ""})
    unnamed = await office.ada.send("/office/holds/release", {**told, "reason": "x", "plays": ""})
    done = await answered(office.ada, path, reason="A family.")
    after = await office.ada.see(f"/office/holds/{found.play}")

    assert "paid by who is paid for it" in listed.text
    assert "Listener and payee have paid by the same means." in seen.text
    assert "Served and reported" in seen.text
    assert "Let all of them go" in bulk.text
    assert (unsaid.status, "Say why" in unsaid.text) == (422, True)
    assert (asked(others)["plays"], unnamed.status) == ("", 404)
    assert str(found.play) in told["plays"].split()
    assert asked(unsaid)["plays"] == told["plays"]
    assert "They are let go" in done.text
    assert "A family." in after.text
    assert (await office.ada.see("/office/holds/not-an-id")).status == 404
