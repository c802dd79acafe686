"""What is heard is handed over from one device to another, by who listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_queue import offer
from tests.support.browser import use_token
from tests.support.house import House, open_house
from tests.support.masters import tone

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("elsewhere")
    with open_house(folder, account_plays="1") as opened:
        yield opened


def device(browser: Browser, house: House) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(40_000)
    use_token(page, house.url, house.listener)
    expect(page.get_by_test_id("balance")).to_be_visible()
    return page


def plays(page: Page) -> None:
    button = page.get_by_test_id("bar-play")
    expect(button).to_have_attribute("aria-label", "Pause", timeout=40_000)


def test_what_plays_on_one_device_is_handed_over_to_another_and_back(
    house: House, browser: Browser
) -> None:
    # Longer than what is loaded ahead: who was taken it from learns it as they ask for more.
    path = tone(house.log.parent / "Long.wav", seconds=100)
    track = house.put(path).json["track"]
    house.await_state(track, "playable", "complete")
    laptop, phone = device(browser, house), device(browser, house)
    offer(laptop, [track])
    plays(laptop)

    offer(phone, [track])
    says = phone.get_by_test_id("bar-status")
    expect(says).to_contain_text("Too many plays are being heard at once", timeout=40_000)
    phone.get_by_test_id("play-here").click()

    plays(phone)
    told = laptop.get_by_test_id("bar-status")
    expect(told).to_contain_text("It plays on another device now.", timeout=40_000)
    expect(laptop.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Play")
    laptop.get_by_test_id("play-here").click()
    plays(laptop)
    expect(says).to_contain_text("It plays on another device now.", timeout=40_000)
    for page in (laptop, phone):
        page.context.close()
