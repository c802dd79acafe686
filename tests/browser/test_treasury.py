"""A treasurer closes a month and pays it out with another, by hand and by eye, in Chromium."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.roles import Role
from stream.identity.callers import COOKIE
from tests.stream.test_people_pages import browser as signed_in
from tests.support.catalog import NOON
from tests.support.payouts import EUR, IBANS, books
from tests.support.served import Client, served

_PHONE = {"width": 360, "height": 740}


@dataclass
class Desk:
    """A house in a thread of its own, and who comes to it by which cookie."""

    url: str
    cookies: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def page(self, browser: Browser, who: str, **how: object) -> Page:
        context = browser.new_context(**how)  # type: ignore[arg-type] # as it takes them
        context.add_cookies([{"name": COOKIE, "value": self.cookies[who], "url": self.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda line: self.faults.append(line.text))
        return page


async def _prepared(house: Client) -> Desk:
    database = house.holding.tools.database
    opened = await books(database)
    for euros in (25, 4):
        payee = await opened.payee(0)
        await opened.earn(payee, euros * EUR, at=NOON - timedelta(days=40))
    cookies = {
        name: (await signed_in(house, role)).cookie
        for name, role in (
            ("ada", Role.TREASURER),
            ("bob", Role.TREASURER),
        )
    }
    return Desk(url=house.url, cookies=cookies)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """Open a house in a thread, as Chromium's own loop has this one."""
    ready: queue.Queue[tuple[Desk, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    sepa = {"sepa_name": "Refrain eG", "sepa_iban": IBANS[0]}

    async def run() -> None:
        ended = asyncio.Event()
        async with served(folder, payout_details_days=0, **sepa, **many) as house:
            ready.put((await _prepared(house), asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    opened, loop, ended = ready.get(timeout=120)
    yield opened
    loop.call_soon_threadsafe(ended.set)
    thread.join(timeout=60)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def go_on(page: Page, link: str, question: str) -> None:
    """Follow a link to a question, and say yes."""
    page.get_by_role("link", name=link, exact=True).first.click()
    heading(page, question)
    page.get_by_test_id("sure").click()


def test_a_month_is_closed_and_paid_out_by_two(desk: Desk, browser: Browser) -> None:
    ada, bob = desk.page(browser, "ada"), desk.page(browser, "bob", viewport=_PHONE)
    ada.goto(f"{desk.url}/office/months")
    heading(ada, "Months")
    go_on(ada, "Close October 2026 …", "Close October 2026?")
    expect(ada.get_by_role("status").first).to_contain_text("The month is closed.")
    ada.get_by_role("link", name="Pay it out").click()
    heading(ada, "Payouts")
    go_on(ada, "Plan a run …", "Plan a payout run?")
    heading(ada, "Payout run of 24 November 2026")
    expect(ada.get_by_role("link", name="Approve it …")).to_have_count(0)

    bob.goto(ada.url)
    go_on(bob, "Approve it …", "Approve this run?")
    expect(bob.get_by_role("status").first).to_contain_text("under way")
    go_on(bob, "Make the file for the bank …", "Make the file for the bank?")
    with bob.expect_download() as download:
        bob.get_by_role("button", name="Fetch the file").click()
    assert download.value.suggested_filename.startswith("payouts-")
    go_on(bob, "All of it has left …", "Has all of it left the account?")
    expect(bob.get_by_test_id("payouts")).to_contain_text("paid")
    assert bob.evaluate("document.documentElement.scrollWidth") == _PHONE["width"]
    assert desk.faults == []
