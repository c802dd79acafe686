"""A player of OpenSubsonic on a real house: it hears, and pays, as every other."""

import io
import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import soundfile

from stream.subsonic.pacing import AHEAD_S
from tests.support.house import Answer, House, open_house, until
from tests.support.masters import long_tone

#: Some of it is sent while it sounds, after what goes ahead.
_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A house with a song in it, and how players ask it."""

    house: House
    master: Path
    track: str

    @property
    def song(self) -> str:
        return f"so-{self.track}"

    def ask(self, key: str, name: str, **asked: object) -> Answer:
        text = urlencode({"apiKey": key, "f": "json", **asked}, doseq=True)
        return self.house.ask("GET", f"/rest/{name}?{text}")

    def told(self, key: str, name: str, **asked: object) -> Any:  # noqa: ANN401 - a document
        return json.loads(self.ask(key, name, **asked).body)["subsonic-response"]

    def begins(self, key: str, **asked: object) -> str:
        """Answer what the beginning of the song is of, sent so."""
        text = urlencode({"apiKey": key, "id": self.song, **asked})
        headers = {"Range": "bytes=0-999"}
        sent = self.house.ask("GET", f"/rest/stream?{text}", headers=headers)
        assert (sent.status, len(sent.body)) == (206, 1000)
        return sent.headers["content-type"]

    def plays(self) -> int:
        song: dict[str, int] = self.told(self.house.listener, "getSong", id=self.song)["song"]
        return song["playCount"]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    folder = tmp_path_factory.mktemp("players")
    with open_house(folder, play_threshold_s="1") as house:
        master = long_tone(folder / "Song.flac", seconds=_SECONDS)
        yield Heard(house=house, master=master, track=house.add(master))


def test_what_a_player_hears_is_the_master_and_comes_at_its_pace_and_is_paid(heard: Heard) -> None:
    before, begun = heard.plays(), time.monotonic()

    sent = heard.ask(heard.house.listener, "stream", id=heard.song)

    assert (sent.status, sent.headers["content-type"]) == (200, "audio/flac")
    assert sent.headers["refrain-grant"] == "full"
    assert time.monotonic() - begun > (_SECONDS - AHEAD_S) / 2
    music, rate = soundfile.read(io.BytesIO(sent.body), dtype="int16")
    master, _ = soundfile.read(heard.master, dtype="int16")
    assert rate == 44_100
    assert np.array_equal(music, master)
    until(lambda: heard.plays() == before + 1)
    history = heard.house.ask("GET", "/api/v1/history", token=heard.house.listener).json
    assert history["items"][0]["price"] > 0


def test_a_song_that_goes_on_is_one_play_and_one_begun_anew_another(heard: Heard) -> None:
    key, before = heard.house.listener, heard.plays()

    def part(range_: str) -> int:
        text = urlencode({"apiKey": key, "id": heard.song, "maxBitRate": 128})
        asked = urllib.request.Request(  # noqa: S310 - our own server
            f"{heard.house.url}/rest/stream?{text}", headers={"Range": range_}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - see above
            assert answer.headers["Content-Type"] == "audio/mp4"
            return len(answer.read())

    heard.told(key, "scrobble", id=heard.song, submission="false")
    assert part("bytes=0-99999") == 100_000
    heard.told(key, "scrobble", id=heard.song, submission="false")
    time.sleep(1.5)
    assert heard.told(key, "scrobble", id=heard.song)["status"] == "ok"
    until(lambda: heard.plays() == before + 1)
    part("bytes=100000-199999")
    heard.told(key, "scrobble", id=heard.song)
    part("bytes=0-99999")
    heard.told(key, "scrobble", id=heard.song, submission="false")
    time.sleep(1.5)
    heard.told(key, "scrobble", id=heard.song)

    until(lambda: heard.plays() == before + 2)


def test_what_a_player_only_says_is_no_play(heard: Heard) -> None:
    key, before = heard.house.listener, heard.plays()

    for _ in range(3):
        assert heard.told(key, "scrobble", id=heard.song)["status"] == "ok"
    time.sleep(2)

    assert heard.plays() == before


def test_who_has_no_credit_hears_the_preview_and_is_told_why(heard: Heard) -> None:
    poor = heard.house.operator

    sent = heard.ask(poor, "stream", id=heard.song)
    song = heard.told(poor, "getSong", id=heard.song)["song"]

    assert (sent.status, sent.headers["refrain-grant"]) == (200, "preview")
    assert 0 < len(sent.body) < 1_000_000
    assert "preview" in song["comment"]


def test_a_player_may_choose_what_suits_it(heard: Heard) -> None:
    key = heard.house.listener
    kinds = {
        asked: heard.begins(key, **dict([asked]))
        for asked in (("format", "mp3"), ("format", "opus"), ("maxBitRate", 64), ("format", "raw"))
    }
    hls = heard.ask(key, "hls.m3u8", id=heard.song)
    kept = heard.told(key, "download", id=heard.song)

    assert list(kinds.values()) == ["audio/mp4", "audio/mp4", "audio/mp4", "audio/flac"]
    assert hls.body.startswith(b"#EXTM3U")
    assert kept["error"]["code"] == 50
    assert "more play" in kept["error"]["message"]
