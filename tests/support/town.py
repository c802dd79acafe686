"""A town whose people use a house by its pages alone, and come back a month later."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.support.house import House, open_house_later
from tests.support.joined import CHEAP, PASSWORD
from tests.support.smtp import Office, code_in, post_office, text_of

_CLAIM = re.compile(r"https?://\S+/studio/splits/claim/\S+")


@dataclass
class Town:
    """A house, whose address changes as it is opened again, and who lives around it."""

    browser: Browser
    office: Office
    folder: Path
    settings: dict[str, str]
    house: House | None = None
    later: timedelta = timedelta()
    apps: dict[str, pyotp.TOTP] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self.house is not None
        return self.house.url

    @contextmanager
    def opened(self, *, days_later: int = 0) -> Iterator[None]:
        """Open the house, for the first time or as it was left, so many days later."""
        is_first, self.later = not self.pages, timedelta(days=days_later)
        how = {"is_empty": not is_first, **self.settings}
        with open_house_later(self.folder, days_later=days_later, **how) as self.house:
            yield

    def page(self, name: str) -> Page:
        """Answer the browser of somebody, where they left it."""
        if name not in self.pages:
            # What is heard is recorded by a script of its own, which the policy of ours forbids.
            context = self.browser.new_context(
                viewport={"width": 1280, "height": 850}, locale="en", bypass_csp=True
            )
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: self.faults.append(f"{name}: {error}"))
            self.pages[name] = page
        return self.pages[name]

    def go(self, name: str, path: str) -> Page:
        """Answer the browser of somebody, at a page whose address they know."""
        page = self.page(name)
        page.goto(self.url + path)
        return page

    def join(self, name: str) -> Page:
        """Join with the form that stands there, and confirm the address by the code that comes."""
        page = self.page(name)
        at(page, "Join")
        page.get_by_label("Your name").fill(name)
        page.get_by_label("E-mail address").fill(email_of(name))
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Join").click()
        at(page, "Confirm your address")
        page.get_by_label("Code").fill(code_in(self.office.last(email_of(name))))
        press(page, "Confirm")
        at(page, "Your address is confirmed")
        page.locator("main").get_by_role("link", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Your address is confirmed")
        return page

    def set_up_app(self, name: str) -> None:
        """Set up an app for codes where the house asks for one, and go on to where one was led."""
        page = self.page(name)
        expect(page.get_by_test_id("wanted")).to_be_visible()
        press(page, "Set up an app")
        self.apps[name] = pyotp.TOTP(page.get_by_test_id("secret").inner_text().replace(" ", ""))
        page.get_by_label("2. The six digits").fill(self.code(name))
        press(page, "Go on")
        at(page, "Your recovery codes")
        page.get_by_role("link", name="I have them: go on").click()

    def sign_in(self, name: str) -> Page:
        """Sign in with the form that stands there, by password, and by the app if there is one."""
        page = self.page(name)
        at(page, "Sign in")
        page.get_by_label("E-mail address").fill(email_of(name))
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        if name in self.apps:
            at(page, "One thing more")
            page.get_by_label("Code").fill(self.code(name))
            page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        return page

    def code(self, name: str) -> str:
        return self.apps[name].at(datetime.now(UTC) + self.later)

    def invitation(self, name: str) -> str:
        """Answer the link to a share that was mailed to somebody."""
        found = _CLAIM.search(text_of(self.office.last(email_of(name))))
        assert found
        return found[0]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@contextmanager
def town(browser: Browser, folder: Path, **settings: str) -> Iterator[Town]:
    """Found one: its house is not open yet."""
    cheap = {name: str(value) for name, value in CHEAP.items()}
    with post_office() as office:
        mail = {"smtp_url": f"smtp://{office.url}"}
        made = Town(browser, office, folder, {**cheap, **mail, **settings})
        try:
            yield made
        finally:
            made.close()


def email_of(name: str) -> str:
    return f"{name.lower()}@example.org"


def at(page: Page, heading: str | re.Pattern[str]) -> None:
    """Wait for the page of a heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def sure(page: Page, link: str, question: str) -> None:
    """Follow a link to a question of the office, and say yes."""
    follow(page, link)
    at(page, question)
    page.get_by_test_id("sure").click()


def take(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"story-{name}.png", full_page=True)
