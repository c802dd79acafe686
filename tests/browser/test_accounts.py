"""One walk of somebody who joins: in Chromium, with a house and a post office of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import sign_out
from tests.support.house import House, open_house
from tests.support.joined import CHEAP
from tests.support.smtp import Office, code_in, link_in, post_office

ADA, PASSWORD, NEW = "ada@example.org", "zither quince lantern", "a kettle of violas"


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, office: Office) -> Iterator[House]:
    cheap = {name: str(value) for name, value in CHEAP.items()}
    with open_house(tmp_path, smtp_url=f"smtp://{office.url}", **cheap) as opened:
        yield opened


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def set_up(page: Page, house: House) -> None:
    """Go the way of the operator, who has a link of their own, which `refrain up` printed."""
    page.goto(house.set_up)
    page.get_by_label("E-mail address").fill("operator@example.org")
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Set this password")
    expect(page.get_by_role("status")).to_contain_text("Your new password is set.")
    page.get_by_label("E-mail address").fill("operator@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    # Of an office the house wants more than a password, and leads there.
    expect(page.get_by_test_id("wanted")).to_contain_text("more than a password")


def test_somebody_joins_confirms_forgets_and_comes_back(
    house: House, office: Office, browser: Browser
) -> None:
    faults: list[str] = []
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(30_000)
        page.goto(house.url)
        page.get_by_role("link", name="Join", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Join")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Join")
        expect(page.get_by_text(f"We sent a mail to {ADA}.")).to_be_visible()
        page.get_by_label("Code").fill(code_in(office.last(ADA)))
        press(page, "Confirm")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your address is confirmed")
        page.goto(f"{house.url}/account")
        expect(page.get_by_test_id("sign-ins")).to_contain_text("Chrome on Linux · here")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        sign_out(page)

        expect(page.get_by_role("status")).to_have_text("You are signed out.")
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password").fill("not that one")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(
            "This address and this password do not belong together."
        )
        expect(page.get_by_label("E-mail address")).to_have_value(ADA)
        faults[:] = [one for one in faults if "403" not in one]  # which the browser writes down

        page.get_by_role("link", name="Forgot your password?").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Forgot your password?")
        page.get_by_label("E-mail address").fill(ADA)
        press(page, "Send the link")
        expect(page.get_by_role("status")).to_contain_text(f"A mail is on its way to {ADA}.")
        page.goto(link_in(office.last(ADA, 2)))
        page.get_by_label("New password").fill(NEW)
        press(page, "Set this password")
        expect(page.get_by_role("status")).to_contain_text("Your new password is set.")
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password").fill(NEW)
        press(page, "Sign in")
        expect(page.get_by_role("button", name="Account: Ada")).to_be_visible()
        context.clear_cookies()
        set_up(page, house)
    assert "was changed" in office.last(ADA, 3)["Subject"]
    assert "Confirm your address" in office.last("operator@example.org")["Subject"]
    assert faults == []
