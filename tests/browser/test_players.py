"""The players of others play every rung of a real house, and sound where they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from stream.multivariant import parse_multivariant
from tests.support.browser import SOUND_JS, sound_of, trimmed
from tests.support.house import House, open_house
from tests.support.masters import carillon
from tests.support.places import coarse, place_of
from tests.support.renditions import STREAMED
from tests.support.s3 import stored_on
from tests.support.shop import newcomer
from tests.support.web import module

SECONDS = 14
#: High enough for every rung there is, flac-48 among them.
RATE = 96_000
#: What comparing at a coarse rate, and the resampler of a context, leave of an exact place.
EXACT_S = 0.002
#: What is played is heard at this rate.
CAPTURED = 48_000
HEARD = CAPTURED // 5
#: What is heard without dropouts is as like the master as codecs leave it; the rest is heard again.
ALIKE = 0.8
MOST_TRIES = 3
#: How many rungs play at once, each in an element of its own.
AT_A_TIME = 4
SCRIPTS = [
    ("hls.js", "dist", "hls.min.js"),
    ("shaka-player", "dist", "shaka-player.compiled.js"),
    ("dashjs", "dist", "modern", "umd", "dash.all.min.js"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A house that has a track, its media by rung, and what the track sounds like."""

    house: str
    offers: dict[str, dict[str, Any]]
    hls: str
    dash: str
    master: NDArray[np.floating]


@contextmanager
def house_on(request: pytest.FixtureRequest, folder: Path) -> Iterator[House]:
    """Answer the house of all, or one whose objects are elsewhere."""
    if request.param == "disk":
        yield request.getfixturevalue("shop").house
        return
    with stored_on(request, request.param) as settings, open_house(folder, **settings) as house:
        yield house


@pytest.fixture(scope="module", params=["disk", pytest.param("s3", marks=pytest.mark.chaos)])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("players")
    master = carillon(folder / "Bells.wav", samples=SECONDS * RATE + 517, rate=RATE)
    with house_on(request, folder) as house:
        track, token = house.add(master), newcomer(house, "Lou")
        play = house.ask("POST", "/api/v1/plays", token=token, data={"track": track}).json
        playlist = parse_multivariant(house.ask("GET", play["hls"]).body.decode())
        offers = {
            each.uri.removesuffix(".m3u8"): {"codecs": each.codecs, "bandwidth": each.peak_bps}
            for each in playlist.variants
        }
        sound, _ = soundfile.read(master, dtype="float32")
        yield Stage(
            house=house.url,
            offers=offers,
            hls=house.url + play["hls"],
            dash=house.url + play["dash"],
            master=coarse(sound, RATE),
        )


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """Answer a page of the house with all players in it, whose browser has cached nothing yet."""
    with browser.new_context() as context:
        page = context.new_page()
        # This one has no policy of its own that would keep scripts out.
        page.goto(f"{stage.house}/healthz")
        scripts = [module(*parts) for parts in SCRIPTS]
        for script in (*scripts, SOUND_JS, SOUND_JS.with_name("players.js")):
            page.add_script_tag(path=script)
        yield page


def heard_by(
    page: Page, stage: Stage, player: str, url: str, places: list[float]
) -> dict[str, list[float]]:
    """Send a player of each rung to some places; answer by how much it sounds too late there."""
    found: dict[tuple[str, float], float] = {}
    for _ in range(MOST_TRIES):
        # Sound that has dropouts, that began with one, or that did not come in time, is a busy
        # machine's: once more. What a stream is late by, it is late by every time.
        missing = {
            rung: [at for at in places if abs(found.get((rung, at), np.inf)) >= EXACT_S]
            for rung in stage.offers
        }
        offers = [
            {"url": url, "rung": rung, "places": left, **stage.offers[rung]}
            for rung, left in missing.items()
            if left
        ]
        found |= dict(_heard(page, stage, player, offers)) if offers else {}
    return {rung: [found.get((rung, place), np.inf) for place in places] for rung in stage.offers}


def _heard(
    page: Page, stage: Stage, player: str, offers: list[dict[str, Any]]
) -> Iterator[tuple[tuple[str, float], float]]:
    for few in batched(offers, AT_A_TIME):
        answers = page.evaluate("([name, few]) => allHeardAt(name, few)", [player, few])
        for offer, answer in zip(few, answers, strict=True):
            if "fault" in answer:
                continue
            assert answer["rung"] == offer["rung"]
            for place, channels in zip(offer["places"], answer["heard"], strict=True):
                sound = trimmed(sound_of(channels))[:HEARD]
                there, likeness = place_of(coarse(sound, CAPTURED), stage.master)
                if likeness >= ALIKE:
                    yield (offer["rung"], place), there - place


def batched(offers: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    return [offers[at : at + size] for at in range(0, len(offers), size)]


@pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.chaos)])
@pytest.mark.parametrize(
    ("player", "kind"),
    [("audio", "hls"), ("hls.js", "hls"), ("shaka", "hls"), ("dash.js", "dash"), ("shaka", "dash")],
)
def test_every_rung_sounds_where_a_player_is_sent(
    page: Page, stage: Stage, player: str, kind: str, count: int
) -> None:
    chance = Random(11)
    places = [chance.uniform(0, SECONDS - 1) for _ in range(count)]

    late = heard_by(page, stage, player, getattr(stage, kind), places)

    assert set(late) == {rung.name for rung in STREAMED}
    for rung, times in late.items():
        assert max(map(abs, times)) < EXACT_S, (rung, times)


def test_a_track_is_whole_when_it_is_played_again(page: Page, stage: Stage) -> None:
    # Bytes come from the browser's cache now: what is there in part must not end early.
    places = [1.0, 7.0]
    offers = [
        {"url": stage.hls, "rung": rung, "places": places, **stage.offers[rung]}
        for rung in ("aac-128", "opus-96")
    ]
    first = page.evaluate("(offers) => allHeardAt('hls.js', offers)", offers)
    assert [answer.get("fault") for answer in first] == [None, None]

    again: dict[tuple[str, float], float] = {}
    for _ in range(MOST_TRIES):
        again |= dict(_heard(page, stage, "hls.js", offers))

    assert set(again) == {(offer["rung"], place) for offer in offers for place in places}
    assert max(map(abs, again.values())) < EXACT_S
