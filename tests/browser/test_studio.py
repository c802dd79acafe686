"""The studio in Chromium: an album folder becomes a draft, is put right, and comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from catalog.roles import Role
from tests.support.axe import axe
from tests.support.browser import faults_of, use_token
from tests.support.house import House, until
from tests.support.masters import tone
from tests.support.shop import Shop, newcomer

_FOLDER = "Ada Rivers - Nine Winters (2026)"
_WAIT_MS = 120_000
#: What the page to upload from asks for.
_SENT = ("uploads", "releases")


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album") / _FOLDER
    folder.mkdir()
    for number, title in enumerate(("First Snow", "Harbour Lights"), 1):
        tone(folder / f"{number:02} - {title}.wav", seconds=0.5 + number / 10)
    (folder / "notes.txt").write_text("thanks")
    return folder


@pytest.fixture(scope="module")
def house(shop: Shop) -> House:
    return shop.house


def test_an_album_folder_becomes_a_release(
    house: House, context: BrowserContext, album: Path
) -> None:
    page = context.new_page()
    faults, whose = faults_of(page), set[str | None]()
    page.on("request", lambda one: _note_whose(one, whose))
    _signed_in(page, house)
    page.goto(f"{house.url}/studio")
    expect(page.get_by_test_id("empty")).to_be_visible()
    page.get_by_role("link", name="Upload your first release").click()
    release = _uploaded(page, album)
    # It says so itself: what the sign-in acts for may be another by then, in another tab.
    assert whose == {page.get_by_test_id("upload").get_attribute("data-acting")}
    assert axe(page) == []
    page.get_by_test_id("to-release").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nine Winters")
    assert page.url.endswith(release)
    _written(page)
    assert axe(page) == []
    _moved(page)
    expect(page.get_by_text("Ready to come out")).to_be_visible(timeout=_WAIT_MS)
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("all can hear it")).to_be_visible()
    page.goto(house.url + release)
    page.get_by_role("link", name=re.compile("More ?: Harbour Lights")).click()
    page.get_by_label("Words").fill("Stay a while")
    page.get_by_role("button", name="Save lyrics").click()
    expect(page.get_by_text("The lyrics are saved.")).to_be_visible()
    page.goto(f"{house.url}/studio")
    expect(page.get_by_test_id("shelf-out")).to_contain_text("Nine Winters")
    assert [one for one in faults if "422" not in one] == []  # which the browser writes down


def test_a_reload_goes_on_with_the_same_upload_and_draft(
    house: House, context: BrowserContext, tmp_path: Path
) -> None:
    folder = tmp_path / "Broken Line"
    folder.mkdir()
    tone(folder / "01 - Long.wav", seconds=0.9)
    page = context.new_page()
    _signed_in(page, house)
    page.goto(f"{house.url}/studio/upload")
    # Its bytes never arrive, as when a line breaks.
    page.route("**/api/v1/uploads/*", _lose_bytes)
    page.get_by_test_id("folder").set_input_files(str(folder))
    release = page.get_by_test_id("to-release").get_attribute("href")
    kept = "() => Object.keys(localStorage).some((one) => one.startsWith('tus::'))"
    until(lambda: page.evaluate(kept))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()

    expect(page.get_by_test_id("unfinished")).to_contain_text("01 - Long.wav")
    # Not before: what the page of before tries once more would arrive.
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_test_id("folder").set_input_files(str(folder))
    file = page.get_by_test_id("file")
    expect(file).to_have_attribute("data-state", "done", timeout=_WAIT_MS)
    assert page.get_by_test_id("to-release").get_attribute("href") == release


def _lose_bytes(route: Route) -> None:
    if route.request.method != "PATCH":
        route.continue_()


def _signed_in(page: Page, house: House) -> None:
    use_token(page, house.url, newcomer(house, "Ada", role=Role.ARTIST, millicredits=0))
    expect(page.get_by_test_id("account-menu")).to_be_visible()


def _note_whose(asked: Request, whose: set[str | None]) -> None:
    if asked.method != "GET" and asked.url.rpartition("/api/v1/")[2].startswith(_SENT):
        whose.add(asked.headers.get("refrain-acting-for"))


def _uploaded(page: Page, album: Path) -> str:
    """Choose the folder, and answer the address of the draft that it becomes."""
    expect(page.get_by_test_id("drop")).to_be_visible()
    page.get_by_test_id("folder").set_input_files(str(album))
    expect(page.get_by_text("notes.txt is no audio that we know")).to_be_visible()
    files = page.get_by_test_id("file")
    expect(files).to_have_count(2)
    for number in range(2):
        expect(files.nth(number)).to_have_attribute("data-state", "done", timeout=_WAIT_MS)
    return page.get_by_test_id("to-release").get_attribute("href") or ""


def _written(page: Page) -> None:
    """Put a title right by keys alone, and see what is wrong beside its field."""
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.wait_for_selector("td.place[draggable=true]")
    titles = page.get_by_test_id("track").locator("input[name=title]")
    titles.nth(0).fill("First Snow (Live)")
    titles.nth(0).press("Enter")
    expect(titles.nth(1)).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: Title")
    isrc = page.get_by_test_id("track").locator("input[name=isrc]").nth(0)
    isrc.fill("nonsense")
    isrc.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nonsense is no ISRC")
    isrc.fill("DEABC2600001")
    isrc.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)


def _moved(page: Page) -> None:
    """Move a track down by its button, which stays in hand."""
    down = page.get_by_role("button", name="Move “First Snow (Live)” down")
    down.or_(page.get_by_role("button", name="Move “First Snow” down")).press("ArrowDown")
    expect(page.locator("#said")).to_have_text("The order is saved.")
    titles = page.get_by_test_id("track").locator("input[name=title]")
    expect(titles.nth(0)).to_have_value("Harbour Lights")
    page.reload()
    expect(titles.nth(0)).to_have_value("Harbour Lights")
