"""A house with music that is out, for many tests at once: each has an account of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from base.settings import Settings
from catalog.roles import Role
from refrain.running import make_one
from tests.support.house import Document, House, open_house, until
from tests.support.joined import CHEAP
from tests.support.masters import tone
from tests.support.shipment import picture

#: Seconds of the songs of the shop: the first is long enough to go on while something is done.
_SONGS = {"Ebb": 20, "Flood": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A house with a release of two songs, where a second of music counts as a play."""

    house: House
    release: str
    artist: str
    tracks: list[str]

    @property
    def address(self) -> str:
        """Answer where the release is."""
        return f"{self.house.url}/releases/{self.release}"


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """Open a house where nobody is asked for a second factor, and put a release out."""
    cheap = {name: str(value) for name, value in CHEAP.items()}
    with open_house(folder, play_threshold_s="1", second_factor="none", **cheap) as house:
        out = put_out(house, "Tide", "Ada Quince", _SONGS)
        yield Shop(
            house=house,
            release=out["id"],
            artist=out["artists"][0]["artist"],
            tracks=[one["track"] for one in out["tracks"]],
        )


def put_out(house: House, title: str, artist: str, songs: Mapping[str, float]) -> Document:
    """Put a release of songs out, each so many seconds long; answer what is told."""
    begun = house.ask("POST", "/api/v1/releases", token=house.artist, data={"title": title}).json
    path, folder = f"/api/v1/releases/{begun['id']}", house.log.parent
    sending: list[str] = []
    for number, (name, seconds) in enumerate(songs.items(), 1):
        music = tone(folder / f"{name}.wav", seconds=seconds).read_bytes()
        sent = f"/api/v1/masters/0{number}%20{name}.wav?release={begun['id']}"
        sending.append(house.ask("PUT", sent, token=house.artist, data=music).json["track"])
    drawn = house.ask("PUT", f"{path}/artwork", token=house.artist, data=picture(len(title)))
    assert drawn.status < 300, drawn.body
    for track in sending:
        house.await_state(track, "complete")
    found = house.ask("GET", path, token=house.artist).json
    named = [{"name": artist}]
    tracks = [{"track": one["track"], "artists": named} for one in found["tracks"]]
    said = {"artists": named, "tracks": tracks, "genres": ["ambient"]}
    assert house.ask("PATCH", path, token=house.artist, data=said).status == 200
    # Which waits for the picture, too.
    out = until(
        lambda: (
            (done := house.ask("POST", f"{path}/publish", token=house.artist)).status == 200
            and done.json
        )
    )
    return dict(out)


def newcomer(
    house: House, name: str, *, role: Role = Role.LISTENER, millicredits: int = 10_000
) -> str:
    """Make an account as `refrain account` does, beside the house; answer its token."""
    settings = Settings(data_dir=house.log.parent / "data")
    made = make_one(settings, name, role=role, millicredits=millicredits, country=None)
    # In a thread of its own: where a browser is driven, a loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made).result()
