"""An operator's walk through the office: in Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.support.browser import use_token
from tests.support.house import House, until
from tests.support.shop import Shop

_ROOMS = ("Fleet", "Jobs", "Uploads", "Storage", "Findings", "Accounts", "Applications")


def at(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def room(page: Page, name: str) -> None:
    page.get_by_test_id("office-nav").get_by_role("link", name=name, exact=True).click()
    at(page, name)


def done_job(house: House) -> str:
    """Answer a job that will not begin by itself any more."""
    listed = house.ask("GET", "/api/v1/jobs?state=done", token=house.operator).json["jobs"]
    return str(listed[0]["id"]) if listed else ""


def test_an_operator_sees_the_fleet_live_and_retries_a_job(shop: Shop, browser: Browser) -> None:
    faults, house = list[str](), shop.house
    job = until(lambda: done_job(house), seconds=120)
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        use_token(page, house.url, house.operator)
        page.get_by_role("link", name="Office").first.click()
        at(page, "Office")
        for name in _ROOMS:
            room(page, name)

        room(page, "Fleet")
        lane = page.locator("#lane-link-first")
        lane.focus()
        page.evaluate("document.getElementById('fleet').dataset.seen = 'before'")
        expect(page.locator("#fleet[data-seen]")).to_have_count(0)  # it was drawn anew
        expect(lane).to_be_focused()
        page.get_by_test_id("pause").click()
        expect(page.get_by_test_id("resume")).to_be_visible()
        expect(page.locator("#fleet[hx-get]")).to_have_count(0)

        page.goto(f"{house.url}/office/jobs/{job}")
        page.locator("#retry > summary").press("Enter")
        page.get_by_role("button", name="Yes, retry").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("It waits to be done again")
        expect(page.get_by_test_id("attempts")).to_contain_text("done")
    assert faults == []
