"""The shell around all pages: what stays while pages are swapped, and how one gets about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from stream.pages.language import GROUNDS
from tests.support.browser import faults_of, open_account_menu, sign_out, use_token
from tests.support.house import House, until
from tests.support.masters import tone
from tests.support.shop import Shop, newcomer

#: Puts a track into the queue, as pages do.
_GATHER = """(song) => {
  const button = document.createElement('button');
  button.dataset.enqueue = JSON.stringify({tracks: [song.split('/').at(-1)]});
  document.querySelector('main').append(button);
  button.click();
}"""

#: The colours of what a browser has around the page: by day, and by night.
AROUND = "[...document.querySelectorAll('meta[name=theme-color]')].map((one) => one.content)"

#: A song of our own: the home has what is newest.
SONG = "Harbour Song"


@pytest.fixture(scope="module")
def house(shop: Shop) -> House:
    # Of a length of its own: what is sent twice is there once.
    song = tone(shop.house.log.parent / f"{SONG}.wav", seconds=2.5)
    track = shop.house.put(song).json["track"]
    shop.house.await_state(track, "playable", "complete")  # until then nobody is shown it
    return shop.house


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1200, "height": 600}, locale="en") as opened:
        opened.set_default_timeout(30_000)
        yield opened


def test_the_player_stays_while_pages_come_and_go(house: House, context: BrowserContext) -> None:
    page = context.new_page()
    faults = faults_of(page)
    page.goto(house.url)
    page.evaluate("document.querySelector('refrain-player').mine = 'still here'")
    stays = "document.querySelector('refrain-player').mine"

    page.get_by_role("link", name=SONG, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title(f"{SONG} · Demo Artist · Refrain")
    assert page.evaluate(stays) == "still here"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Hear it nine times. Then it is yours."
    )
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(SONG)
    # One comes back to where one was, and forms swap as links do, whatever is wrong with them.
    page.get_by_role("link", name="Join", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Join")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.evaluate("scrollTo(0, 60)")
    page.get_by_role("link", name="Sign in").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Join")
    until(lambda: page.evaluate("scrollY") == 60)
    page.get_by_label("Your name").fill("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert page.evaluate(stays) == "still here"
    assert [one for one in faults if "422" not in one] == []  # which the browser writes down


def test_who_signs_in_and_out_sees_it_at_once(house: House, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(house.url)
    song = page.get_by_role("link", name=SONG, exact=True).first.get_attribute("href")
    use_token(page, house.url, house.artist)

    expect(page.get_by_test_id("balance")).to_have_text("0.000")
    page.evaluate(_GATHER, song)
    expect(page.get_by_test_id("bar-title")).to_have_text(SONG)
    open_account_menu(page)
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    sign_out(page)

    expect(page.locator("main").get_by_role("status")).to_have_text("You are signed out.")
    expect(page.get_by_test_id("balance")).to_have_count(0)
    # What they gathered is nobody else's, either.
    expect(page.get_by_test_id("player")).to_have_count(0)
    assert "track" not in page.evaluate("sessionStorage.getItem('refrain.player')")


def test_the_language_and_the_light_are_chosen(house: House, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{house.url}/join")
    page.evaluate("document.querySelector('refrain-player').mine = 'still here'")

    page.get_by_test_id("language").select_option("es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Únete")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.evaluate(AROUND) == [GROUNDS["light"], GROUNDS["dark"]]
    page.get_by_role("button", name="Oscuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(AROUND) == ["rgb(17, 18, 20)"] * 2
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 18, 20)"
    assert page.evaluate("document.querySelector('refrain-player').mine") == "still here"
    context.set_offline(True)
    page.get_by_role("link", name="Entrar").first.click()
    expect(page.get_by_test_id("toast").first).to_contain_text("conexión")
    context.set_offline(False)

    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Únete")


def test_without_scripts_all_is_a_plain_page(house: House, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False, locale="en") as context:
        page = context.new_page()
        use_token(page, house.url, newcomer(house, "Lou"))
        expect(page.get_by_test_id("balance")).to_have_text("10.000")
        open_account_menu(page)
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
