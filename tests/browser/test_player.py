import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.support.browser import use_token
from tests.support.house import House, open_house, until
from tests.support.masters import long_tone, tone
from tests.support.shop import Shop, newcomer

#: Of the song: long enough to be sought in by steps of five.
SECONDS = 16
PATIENCE_MS = 20_000


@pytest.fixture
def idle_house(tmp_path: Path) -> Iterator[House]:
    # One core, so that so short a track takes long enough to be made.
    with open_house(tmp_path, play_threshold_s="1", cores="1") as opened:
        yield opened


@pytest.fixture(scope="module")
def house(shop: Shop) -> House:
    return shop.house


@pytest.fixture(scope="module")
def track(house: House) -> str:
    return house.add(tone(house.log.parent / "Night Song.wav", seconds=SECONDS))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1000, "height": 800}) as context:
        yield context.new_page()


def sign_in(page: Page, house: House, token: str) -> None:
    use_token(page, house.url, token)
    expect(page.get_by_test_id("balance")).to_have_text("10.000")


def test_a_listener_plays_a_track_and_the_next_play_costs_twice_as_much(
    house: House, track: str, page: Page
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)

    sign_in(page, house, newcomer(house, "Lou"))
    page.get_by_text("Night Song").click()
    expect(page.get_by_test_id("price")).to_have_text("0.002")
    page.get_by_test_id("play-button").click()

    expect(page.get_by_test_id("time")).not_to_have_text("0:00", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("price")).to_have_text("0.004", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("beads")).to_have_attribute("data-filled", "1")
    expect(page.get_by_test_id("balance")).to_have_text("9.998")
    expect(page.get_by_test_id("status")).to_have_text("Counted: 0.002 credits.")
    if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "track.png")

    before = page.get_by_test_id("time").inner_text()
    page.get_by_test_id("waveform").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("time")).not_to_have_text(before)
    page.get_by_test_id("play-button").click()
    expect(page.get_by_test_id("play-button")).to_have_attribute("aria-label", "Play")
    assert faults == []
    assert house.track(track)["state"] == "complete"


def test_who_begins_while_the_track_is_made_plays_on_when_the_rest_arrives(
    idle_house: House, page: Page, tmp_path: Path
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    sign_in(page, idle_house, idle_house.listener)

    lists: list[Response] = []
    page.on("response", lambda one: lists.append(one) if one.url.endswith(".m3u8") else None)
    track = idle_house.put(long_tone(tmp_path / "Long Song.wav", seconds=480)).json["track"]
    idle_house.await_state(track, "playable")
    page.goto(f"{idle_house.url}/tracks/{track}")
    page.get_by_test_id("play-button").click()

    expect(page.get_by_test_id("time")).to_have_text("0:01", timeout=PATIENCE_MS)
    assert idle_house.track(track)["renditions"] == []
    expect(page.get_by_test_id("duration")).to_have_text("8:00")
    # Far behind what there is: it goes as far as it can, and plays there.
    page.get_by_test_id("waveform").focus()
    page.keyboard.press("End")
    expect(page.get_by_test_id("time")).not_to_have_text(re.compile("^(0:0|8:00)"))
    began = page.get_by_test_id("time").inner_text()
    expect(page.get_by_test_id("time")).not_to_have_text(began, timeout=PATIENCE_MS)
    page.keyboard.press("Home")
    expect(page.get_by_test_id("time")).to_have_text("0:02", timeout=PATIENCE_MS)
    until(lambda: idle_house.track(track)["renditions"], seconds=180)
    await_end(page, lists)
    # To the very end, where it stops; from there back, where it plays on.
    page.keyboard.press("End")
    expect(page.get_by_test_id("play-button")).to_have_attribute("aria-label", "Play")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("time")).to_have_text("7:52", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("play-button")).to_have_attribute("aria-label", "Pause")
    assert faults == []


def await_end(page: Page, lists: Sequence[Response]) -> None:
    """Wait until the player has read a playlist that ends."""

    def has_ended() -> bool:
        page.wait_for_timeout(500)  # responses are heard of meanwhile
        return "#EXT-X-ENDLIST" in lists[-1].text()

    until(has_ended)
    page.wait_for_timeout(500)


def test_a_guest_is_asked_to_sign_in(house: House, track: str, page: Page) -> None:
    page.goto(f"{house.url}/tracks/{track}")
    page.get_by_test_id("play-button").click()

    expect(page.get_by_test_id("status")).to_contain_text("Please sign in")


def test_every_rung_plays_and_seeks_by_byte_range(house: House, track: str, page: Page) -> None:
    token = newcomer(house, "Mo")
    play = house.ask("POST", "/api/v1/plays", token=token, data={"track": track}).json
    page.goto(house.url)

    for one in play["progressive"]:
        heard = page.evaluate(
            """async (url) => {
                const audio = new Audio(url);
                await audio.play();
                audio.currentTime = 13;
                const deadline = performance.now() + 8000;
                while (audio.currentTime < 13.3 && performance.now() < deadline)
                    await new Promise((done) => setTimeout(done, 50));
                audio.pause();
                return [audio.currentTime, audio.duration, audio.error?.message ?? ""];
            }""",
            one["url"],
        )
        assert 13.3 <= heard[0] < SECONDS, one
        # The encoder's padding at the end is not cut off yet.
        assert SECONDS - 0.01 < heard[1] < SECONDS + 0.1, one
        assert heard[2] == "", one
