"""The way of who listens: from the first look to a track that is theirs, by pages alone."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.support.browser import faults_of, use_token
from tests.support.shop import Shop, newcomer


def test_a_visitor_hears_previews_and_looks_around(shop: Shop, context: BrowserContext) -> None:
    page = context.new_page()
    faults = faults_of(page)
    page.goto(shop.house.url)

    preview = page.get_by_role("button", name="Preview of Flood").first
    preview.click()
    expect(preview).to_have_attribute("aria-pressed", "true")
    preview.press("Space")
    expect(preview).to_have_attribute("aria-pressed", "false")
    page.get_by_role("link", name="Tide", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tide")
    expect(page.get_by_test_id("whole-price")).to_contain_text("2.044")
    page.get_by_role("link", name="Ada Quince").first.click()
    expect(page.get_by_test_id("popular")).to_contain_text("Ebb")
    assert faults == []


def test_search_answers_while_one_types(shop: Shop, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{shop.house.url}/search")

    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    field.press_sequentially("tid")
    expect(page.get_by_test_id("found-release")).to_contain_text("Tide")
    expect(field).to_be_focused()
    expect(page).to_have_url(f"{shop.house.url}/search?q=tid")
    field.fill("xyzzyplugh")
    expect(page.get_by_test_id("nothing-found")).to_be_visible()
    expect(page.locator("#found-said")).to_have_text("Nothing found for “xyzzyplugh”")
    page.get_by_role("link", name="All genres").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Genres")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("xyzzyplugh")


def test_a_listener_plays_likes_and_buys_a_release(shop: Shop, context: BrowserContext) -> None:
    page = context.new_page()
    faults = faults_of(page)
    use_token(page, shop.house.url, newcomer(shop.house, "Lou"))
    expect(page.get_by_test_id("balance")).to_be_visible()
    page.goto(shop.address)

    page.get_by_test_id("play-all").click()
    row = page.locator(f'[data-track-row="{shop.tracks[0]}"]')
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("play-all")).to_have_attribute("data-playing", "playing")
    page.get_by_test_id("mark-like").click()
    expect(page.get_by_test_id("mark-like")).to_have_attribute("aria-pressed", "true")
    expect(row).to_have_attribute("aria-current", "true")
    page.locator("refrain-player").get_by_role("button", name="Pause").first.click()
    page.get_by_test_id("buy").click()
    page.locator("#page").get_by_role("button", name="Buy").click()
    expect(page).to_have_url(f"{shop.house.url}/library/owned?notice=bought")
    page.goto(shop.address)
    expect(page.get_by_role("link", name="Download Ebb")).to_be_visible()
    assert faults == []
