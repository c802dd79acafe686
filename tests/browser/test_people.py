"""One walk of a band that gets a second member: in Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.support.house import House
from tests.support.joined import PASSWORD


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, address: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def band_with_link(page: Page, house: House) -> str:
    """Make a band as the operator, act for it, and answer the link of an invitation."""
    page.goto(house.set_up)
    page.get_by_label("E-mail address").fill("olga@example.org")
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Set this password")
    sign_in(page, "olga@example.org")
    page.goto(f"{house.url}/account")
    page.get_by_role("link", name="Artists and labels that you act for").click()
    page.get_by_label("Its name").fill("The Band")
    press(page, "Make it")
    page.get_by_role("button", name="See who acts for it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who acts for The Band")
    expect(page.get_by_test_id("acting-for")).to_have_text("For The Band")
    press(page, "Invite them")
    return page.get_by_test_id("link").inner_text()


def test_a_band_gets_a_second_member_who_comes_by_the_link_without_an_account(
    house: House, browser: Browser
) -> None:
    faults: list[str] = []
    small = {"width": 360, "height": 740}
    with browser.new_context() as of_olga, browser.new_context(viewport=small) as of_ben:
        olga, ben = of_olga.new_page(), of_ben.new_page()
        for page in (olga, ben):
            page.on(
                "console", lambda line: faults.append(line.text) if line.type == "error" else None
            )
            page.set_default_timeout(30_000)
        link = band_with_link(olga, house)

        ben.goto(link)
        expect(ben.get_by_role("heading", level=1)).to_have_text("Act for The Band?")
        ben.locator("main").get_by_role("link", name="join").click()
        ben.get_by_label("Your name").fill("Ben")
        ben.get_by_label("E-mail address").fill("ben@example.org")
        ben.get_by_label("Password").fill(PASSWORD)
        press(ben, "Join")
        ben.get_by_role("link", name="go on").click()
        press(ben, "Accept")
        expect(ben.get_by_role("heading", level=1)).to_have_text("You act for The Band")
        press(ben, "Act for The Band now")
        expect(ben.get_by_role("status")).to_contain_text("You act for it from now on")
        expect(ben.get_by_test_id("acting-for")).to_have_text("For The Band")
        assert ben.evaluate("document.documentElement.scrollWidth") == 360
        press(ben, "Act for yourself again")
        expect(ben.get_by_test_id("acting-for")).to_have_count(0)

        ben.goto(f"{house.url}/account/tokens")
        ben.get_by_label("What it is for").fill("speaker")
        ben.get_by_label("play music in your name").check()
        press(ben, "Make the token")
        expect(ben.get_by_test_id("token")).to_contain_text("refrain_")
        assert ben.evaluate("document.documentElement.scrollWidth") == 360

        olga.reload()
        expect(olga.get_by_test_id("members")).to_contain_text("Ben")
    assert faults == []
