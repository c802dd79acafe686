from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.browser import chromium
from tests.support.house import Document, House, open_house
from tests.support.joined import CHEAP
from tests.support.masters import tone

#: What a page is waited for at most: what comes is seen at once, and a busy machine is no fault.
PATIENCE_MS = 60_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder: while there is one, no other event loop runs in this thread."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all who only look at pages: nobody works there."""
    cheap = {name: str(value) for name, value in CHEAP.items()}
    with open_house(tmp_path_factory.mktemp("house"), workers="0", **cheap) as opened:
        yield opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A house with a release of two songs, where two seconds of music count as a play."""

    house: House
    folder: Path
    release: str
    artist: str
    tracks: list[str]


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One for all who hear what there is, and each plays what is theirs."""
    folder = tmp_path_factory.mktemp("shop")
    with open_house(folder, play_threshold_s="2") as house:
        out = put_out(house, folder, "Tide", "Ada Quince", ["Ebb", "Flood"])
        yield Shop(
            house=house,
            folder=folder,
            release=out["id"],
            artist=out["artists"][0]["artist"],
            tracks=[one["track"] for one in out["tracks"]],
        )


def put_out(house: House, folder: Path, title: str, artist: str, songs: Sequence[str]) -> Document:
    """Put a release out, each song a second longer than the last; answer what is told."""
    begun = house.ask("POST", "/api/v1/releases", token=house.artist, data={"title": title}).json
    path = f"/api/v1/releases/{begun['id']}"
    sending: list[str] = []
    for number, name in enumerate(songs, 1):
        music = tone(folder / f"{name}.wav", seconds=2 + number).read_bytes()
        sent = f"/api/v1/masters/0{number}%20{name}.wav?release={begun['id']}"
        sending.append(house.ask("PUT", sent, token=house.artist, data=music).json["track"])
    for track in sending:
        house.await_state(track, "complete")
    found = house.ask("GET", path, token=house.artist).json
    named = [{"name": artist}]
    tracks = [{"track": one["track"], "artists": named} for one in found["tracks"]]
    said = {"artists": named, "tracks": tracks, "genres": ["ambient"]}
    assert house.ask("PATCH", path, token=house.artist, data=said).status == 200
    return house.ask("POST", f"{path}/publish", token=house.artist).json


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Answer a browser of somebody who was nowhere yet."""
    with browser.new_context(viewport={"width": 1200, "height": 900}, locale="en") as opened:
        opened.set_default_timeout(PATIENCE_MS)
        yield opened
