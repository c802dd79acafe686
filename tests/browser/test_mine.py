"""A listener among what is theirs, in Chromium: seen, ordered by hand and by keyboard, paid."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import use_token
from tests.support.house import House
from tests.support.masters import tone
from tests.support.shop import Shop, newcomer

#: How often each of the tracks was heard.
HEARD = {"Kettle of Violas": 9, "Evening Song": 8, "Salt": 7, "The Long Way Home": 3}
#: Who heard them.
LISTENER = "Noor of Mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """A house where somebody heard some tracks so often."""

    house: House
    listener: str
    tracks: dict[str, str]

    @property
    def url(self) -> str:
        return self.house.url


@pytest.fixture(scope="module")
def mine(shop: Shop) -> Mine:
    house, folder = shop.house, shop.house.log.parent
    tracks = {
        title: str(house.put(tone(folder / f"{title}.wav", seconds=1 + number / 10)).json["track"])
        for number, title in enumerate(HEARD)
    }
    listener = newcomer(house, LISTENER)
    for track in tracks.values():
        house.await_state(track, "complete")
    _hear(folder / "data" / "refrain.db", tracks)
    key, salt = {"Idempotency-Key": "salt"}, {"track": tracks["Salt"]}
    house.ask("POST", "/api/v1/purchases", token=listener, data=salt, headers=key)
    return Mine(house=house, listener=listener, tracks=tracks)


def _hear(file: Path, tracks: dict[str, str]) -> None:
    """Let the listener stand somewhere, without the hours that it takes."""
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        [listener] = database.execute(
            "SELECT id FROM accounts WHERE name = ?", [LISTENER]
        ).fetchone()
        for title, plays in HEARD.items():
            track = UUID(tracks[title]).hex
            [recording] = database.execute(
                "SELECT recording_id FROM tracks WHERE id = ?", [track]
            ).fetchone()
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            owned_at = now if plays == 9 else None
            database.execute(
                "INSERT INTO play_counters (listener_id, recording_id, plays, owned_at)"
                " VALUES (?, ?, ?, ?)",
                [listener, recording, plays, owned_at],
            )


@pytest.fixture
def page(mine: Mine, browser: Browser) -> Iterator[Page]:
    faults: list[str] = []
    with browser.new_context(viewport={"width": 1200, "height": 850}) as context:
        opened = context.new_page()
        opened.set_default_timeout(30_000)
        opened.on(
            "console", lambda line: faults.append(line.text) if line.type == "error" else None
        )
        use_token(opened, mine.url, mine.listener)
        expect(opened.get_by_test_id("account-menu")).to_be_visible()
        yield opened
        assert faults == []


def take(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"mine-{name}.png", full_page=True)


def test_a_playlist_is_ordered_by_keyboard_and_by_hand_and_stays_so(mine: Mine, page: Page) -> None:
    page.goto(f"{mine.url}/playlists")
    page.get_by_label("What it is called").fill("Walking home")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Walking home")
    here = page.url.partition("?")[0]
    for track in list(mine.tracks.values())[:3]:
        page.goto(f"{mine.url}/playlists/add?track={track}")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Walking home")
    names = page.get_by_test_id("entries").locator(".track-name a")
    expect(names).to_have_text(["Kettle of Violas", "Evening Song", "Salt"])
    take(page, "playlist")

    grip = page.get_by_role("button", name="Move “Kettle of Violas”: with")
    grip.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-said]")).to_contain_text("number 2 of 3")
    expect(grip).to_be_focused()
    page.get_by_role("button", name="Move “Salt” up").click()
    expect(page.locator("[data-said]")).to_contain_text("“Salt” is number 2 of 3")
    page.goto(here)
    expect(names).to_have_text(["Evening Song", "Salt", "Kettle of Violas"])

    start = page.get_by_role("button", name="Move “Kettle of Violas”: with").bounding_box()
    end = page.locator("li.track").first.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"] - 20, steps=4)
    page.mouse.move(start["x"] + 10, end["y"] + 4, steps=8)
    page.mouse.up()
    expect(page.locator("[data-said]")).to_contain_text("number 1 of 3")
    page.goto(here)
    expect(names).to_have_text(["Kettle of Violas", "Evening Song", "Salt"])


def test_a_track_is_bought_kept_and_its_price_told_to_the_artist(mine: Mine, page: Page) -> None:
    track = mine.tracks["Evening Song"]
    page.goto(f"{mine.url}/library/near")
    page.get_by_role("link", name="credits: “Evening Song”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make it yours")
    take(page, "buying")
    page.get_by_role("button", name="Buy for").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Owned")
    expect(page.get_by_role("status").first).to_contain_text("It is yours now")

    page.get_by_role("button", name="Download “Evening Song”").click()
    expect(page.locator(f"#files-{track}")).to_be_visible()
    take(page, "files")
    with page.expect_download() as kept:
        page.locator(f"#files-{track}").get_by_role("link", name="ALAC").click()
    assert kept.value.suggested_filename.endswith(".m4a")
    page.goto(f"{mine.url}/wallet/history")
    expect(page.get_by_test_id("spent")).to_contain_text("Demo Artist")
    take(page, "spending-after")


def test_a_top_up_shows_how_to_pay_it(mine: Mine, page: Page) -> None:
    page.goto(f"{mine.url}/wallet")
    page.get_by_role("link", name="Top up").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Top up")
    page.get_by_label("Where you live").select_option("DE")
    page.get_by_role("button", name="Go on to pay").click()
    expect(page.get_by_test_id("reference")).to_contain_text("RF")
    take(page, "topup")
