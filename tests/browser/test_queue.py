"""The player beside the pages: a queue that plays on, gapless, whatever happens around it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.axe import axe
from tests.support.browser import SOUND_JS, has_dropouts, sound_of, trimmed, use_token
from tests.support.house import House, until
from tests.support.masters import carillon, tone, written
from tests.support.renditions import Sound
from tests.support.shop import Shop, newcomer

PATIENCE_MS = 40_000
RATE = 44_100
#: Where the recording is cut: no whole number of frames of any codec. It is heard to the sample, in
#: real time, and its last track nine times.
CUTS = (0, 2 * RATE + 77, 4 * RATE - 211, 21 * RATE // 4 + 5)
#: Seconds of tracks that are long enough that something is done while they play, on a busy machine.
LONG = {"Part 1": 9, "Part 2": 8}
#: Sound comes out in real time; what has holes, a busy machine made, and is played again.
MOST_TRIES = 4
SWAP = """() => {
  const main = document.querySelector('main');
  const other = document.createElement('main');
  other.innerHTML = '<h1>Elsewhere</h1><ul><li data-track-row="%s"><button>Row</button></li></ul>';
  main.replaceWith(other);
}"""

#: A page that is busy around the first joint: it does not hear where its media are until then.
BUSY_S = (1.5, 2.6)
BUSY = """(() => {
  const { prototype } = EventTarget;
  const listen = prototype.addEventListener;
  const isBusy = (at) => at > %s && at < %s;
  prototype.addEventListener = function (name, hear, options) {
    const hears = (event) => isBusy(event.target.currentTime) || hear(event);
    return listen.call(this, name, name === "timeupdate" ? hears : hear, options);
  };
})()"""
#: A queue of one track that is repeated, as the player keeps it.
ONE = {
    "order": [1],
    "current": 0,
    "shuffled": False,
    "repeat": "one",
    "context": None,
    "nextKey": 2,
}
#: Keeps what the system would call when somebody presses a key of it.
OVERHEARD = """(() => {
  window.deeds = {};
  const { mediaSession } = navigator;
  const set = mediaSession.setActionHandler.bind(mediaSession);
  mediaSession.setActionHandler = (name, act) => set(name, (window.deeds[name] = act));
})()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    house: House
    listener: str
    #: Cut of one recording, and what that sounds like.
    cut: list[str]
    master: Sound
    #: Two long ones and the last that was cut.
    tracks: list[str]


@pytest.fixture(scope="module")
def album(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Album:
    """One recording, cut into three tracks, and two longer tracks."""
    folder, house = tmp_path_factory.mktemp("album"), shop.house
    music, _ = soundfile.read(carillon(folder / "all.wav", samples=CUTS[-1]), dtype="float32")
    cut = [
        written(folder / f"{name}.wav", music[start:end], RATE)
        for name, (start, end) in zip(("One", "Two", "Part 3"), pairwise(CUTS), strict=True)
    ]
    long = [tone(folder / f"{name}.wav", seconds=seconds) for name, seconds in LONG.items()]
    sent = [house.put(path).json["track"] for path in (*long, *cut)]
    for track in sent:
        house.await_state(track, "complete")
    return Album(
        house=house,
        listener=newcomer(house, "Lou"),
        cut=sent[2:],
        master=music,
        tracks=[*sent[:2], sent[-1]],
    )


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    # Recording needs a script of its own, which the policy of our pages forbids.
    with browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, album: Album) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    use_token(page, album.house.url, album.listener)
    expect(page.get_by_test_id("balance")).to_be_visible()
    return page


def settle(page: Page, **settings: object) -> None:
    """Have the device remember settings, as who had chosen them before."""
    text = json.dumps(settings)
    page.evaluate("(text) => localStorage.setItem('refrain.player.settings', text)", text)
    page.reload()


def offer(page: Page, tracks: list[str], *, start: int = 0) -> None:
    """Put a button on the page that plays these, as pages do."""
    asked = {"tracks": tracks, "start": start, "context": {"kind": "playlist", "id": "these"}}
    page.evaluate(
        """(text) => {
            const button = document.createElement('button');
            button.dataset.play = text;
            button.textContent = 'Play these';
            document.querySelector('main').append(button);
        }""",
        json.dumps(asked),
    )
    page.get_by_role("button", name="Play these").click()


def record(page: Page) -> None:
    page.add_script_tag(path=SOUND_JS)
    page.evaluate(f"async () => {{ window.recorder = await Recorder.ofPage({RATE}); }}")


def recorded(page: Page) -> Sound:
    return trimmed(sound_of(page.evaluate("() => printed(window.recorder.samples())")))


def as_chromium(sound: Sound) -> Sound:
    """Chromium makes floats of 16 bits by halves: -32768 becomes -1, and 32767 becomes 1."""
    return np.where(sound > 0, sound * np.float32(32768 / 32767), sound)


def opened_plays(album: Album) -> list[dict[str, object]]:
    found = album.house.ask("GET", "/api/v1/history", token=album.listener)
    items: list[dict[str, object]] = found.json["items"]
    return items


def heard(page: Page, album: Album) -> Sound:
    """Hear the album once, from a page that is swapped for another meanwhile."""
    settle(page, quality="lossless", levelling="off")
    record(page)
    offer(page, album.cut)
    expect(page.get_by_test_id("bar-title")).to_have_text("Two")
    page.evaluate(SWAP % album.cut[2])
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 3")
    expect(page.locator("[data-track-row]")).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Play")
    page.wait_for_timeout(500)
    return recorded(page)


def test_an_album_plays_through_two_joints_to_the_sample(page: Page, album: Album) -> None:
    before = len(opened_plays(album))

    sounds = [heard(page, album)]
    while has_dropouts(sounds[-1]) and len(sounds) < MOST_TRIES:
        sounds.append(heard(page, album))

    sound = sounds[-1]
    assert len(sound) == len(album.master)
    np.testing.assert_allclose(sound, as_chromium(album.master), rtol=0, atol=1e-6)
    # Each track was a play of its own.
    until(lambda: len(opened_plays(album)) - before == 3 * len(sounds))


def test_a_joint_that_is_seen_late_is_counted_from_where_it_was(page: Page, album: Album) -> None:
    before = len(opened_plays(album))
    page.add_init_script(BUSY % BUSY_S)
    page.reload()

    offer(page, album.cut[1:])

    # Of the second track, less than counts as a play is left when the player knows of it.
    until(lambda: len(opened_plays(album)) - before == 2)


def test_who_goes_elsewhere_goes_on_hearing_and_after_a_reload(page: Page, album: Album) -> None:
    page.evaluate("() => { window.isSame = true; }")
    offer(page, album.tracks)
    page.get_by_test_id("bar-title").click()

    # The page of what is heard shows it, by the same player.
    expect(page).to_have_url(f"{album.house.url}/tracks/{album.tracks[0]}")
    expect(page.get_by_test_id("play-button")).to_have_attribute("aria-label", "Pause")
    expect(page.get_by_test_id("time")).to_have_text("0:02")
    assert page.evaluate("() => window.isSame")

    page.reload()

    expect(page.get_by_test_id("bar-title")).to_have_text("Part 1")
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Play")
    expect(page.get_by_test_id("bar-time")).not_to_have_text("0:00")
    page.get_by_test_id("bar-play").click()
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 2")
    queue = album.house.ask("GET", "/api/v1/queue", token=album.listener).json
    assert [one["track"] for one in queue["items"]] == album.tracks


def test_a_network_that_goes_is_waited_for(page: Page, album: Album) -> None:
    page.route("**/media/**", lambda route: route.abort("internetdisconnected"))
    offer(page, [album.tracks[1]])
    expect(page.get_by_test_id("bar-status")).to_contain_text("Trying again")

    page.unroute("**/media/**")

    expect(page.get_by_test_id("bar-time")).to_have_text("0:01")
    expect(page.get_by_test_id("bar-status")).not_to_contain_text("Trying again")


def test_keys_lead_the_player_but_where_somebody_writes(page: Page, album: Album) -> None:
    offer(page, album.tracks)
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Pause")
    page.evaluate("() => document.activeElement.blur()")

    page.keyboard.press("n")
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 2")
    page.keyboard.press("p")
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 1")
    page.keyboard.press(" ")
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Play")
    page.keyboard.press("m")
    expect(page.get_by_test_id("mute")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_test_id("player-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("player-help")).to_be_hidden()
    page.evaluate("() => document.querySelector('main').append(document.createElement('input'))")
    page.locator("main input").last.focus()
    page.keyboard.press("n")
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 1")
    assert page.locator("main input").last.input_value() == "n"


def test_the_queue_is_put_in_order_by_keys(page: Page, album: Album) -> None:
    # Where nothing that one may press is half behind the queue: at home it depends on what counted.
    page.goto(f"{album.house.url}/genres")
    offer(page, album.tracks)
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Pause")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press(" ")

    page.keyboard.press("q")
    items = page.get_by_test_id("queue-item")
    expect(items.locator(".queue-title")).to_have_text(["Part 1", "Part 2", "Part 3"])
    # The page behind it is another test's: what it offers depends on what was played before.
    assert axe(page, "refrain-player") == []
    items.get_by_role("button", name="Part 3").first.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(items.locator(".queue-title")).to_have_text(["Part 1", "Part 3", "Part 2"])
    page.keyboard.press("Delete")
    expect(items.locator(".queue-title")).to_have_text(["Part 1", "Part 2"])
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("queue-panel")).to_have_count(0)
    page.get_by_test_id("buy-button").click()
    expect(page.get_by_test_id("buy-price")).to_be_visible()
    assert axe(page, "refrain-player") == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 1")


def test_the_system_is_told_what_is_heard_and_may_lead(page: Page, album: Album) -> None:
    page.add_init_script(OVERHEARD)
    page.reload()
    offer(page, album.tracks)
    told = "() => [navigator.mediaSession.metadata?.title, navigator.mediaSession.playbackState]"

    until(lambda: page.evaluate(told) == ["Part 1", "playing"])
    page.evaluate("() => window.deeds.nexttrack()")
    until(lambda: page.evaluate(told) == ["Part 2", "playing"])
    page.evaluate("() => window.deeds.pause()")
    until(lambda: page.evaluate(told) == ["Part 2", "paused"])


def test_who_lacks_credit_hears_previews_and_learns_why(
    context: BrowserContext, album: Album
) -> None:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{album.house.url}/join")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill("zither quince lantern")
    page.locator("main").get_by_role("button", name="Join").click()
    expect(page.get_by_test_id("balance")).to_have_text("0.000")

    offer(page, [album.cut[2], *album.tracks])

    says = page.get_by_test_id("bar-status")
    expect(says).to_contain_text("A preview: this play costs 0.002 credits and you have 0.000.")
    expect(page.get_by_test_id("top-up")).to_be_visible()
    # What comes next goes on all the same.
    expect(page.get_by_test_id("bar-title")).to_have_text("Part 1")


def test_nine_plays_make_a_track_ones_own(page: Page, album: Album) -> None:
    short = album.cut[2]
    # A tab that was left while it repeated one track.
    queue = {**ONE, "entries": [{"key": 1, "track": short}]}
    said = {"account": "", "position": 0, "opened": None, "at_ms": 0}
    left = json.dumps({**said, "queue": queue})
    page.add_init_script(f"sessionStorage.setItem('refrain.player', {json.dumps(left)})")
    page.goto(f"{album.house.url}/tracks/{short}")
    page.get_by_test_id("play-button").click()

    expect(page.get_by_test_id("bar-beads")).to_have_attribute("data-filled", "9", timeout=90_000)
    expect(page.get_by_test_id("owned-moment")).to_contain_text("is yours")
    expect(page.get_by_test_id("owned")).to_be_visible()
    expect(page.get_by_test_id("buy-button")).to_have_count(0)
    mine = album.house.ask("GET", "/api/v1/library/owned", token=album.listener).json
    assert [one["track"] for one in mine["items"]] == [short]
