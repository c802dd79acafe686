"""A track is heard before it is examined to its end."""

from itertools import pairwise
from pathlib import Path

import pytest
import soundfile

from stream.multivariant import parse_multivariant
from stream.playlists import Kind, parse_media
from tests.support.house import House, open_house, until
from tests.support.listening import listener_of
from tests.support.masters import long_tone
from transcode.graphs import decode
from transcode.process import Limits, capture
from transcode.tools import find_tools


@pytest.mark.parametrize("minutes", [4, pytest.param(20, marks=pytest.mark.chaos)])
async def test_who_begins_early_hears_all_of_it_and_no_playlist_takes_anything_back(
    tmp_path: Path, minutes: int
) -> None:
    master = long_tone(tmp_path / "Early Song.flac", seconds=60 * minutes)
    # A house of its own, which need not make the rest of so long a track.
    with open_house(tmp_path) as house:
        track = house.put(master).json["track"]

        early = listener_of(house, track)
        first = early.look()
        document = house.track(track)
        early.listen_to_the_end(seconds=300)

    assert (first.kind, first.is_ended) == (Kind.EVENT, False)
    assert document["state"] == "playable"
    assert document["renditions"] == []
    assert document["duration"] == pytest.approx(60 * minutes, abs=0.01)
    assert len(early.texts) > 2
    for before, after in pairwise(early.texts):
        assert after.startswith(before)
    assert early.music_s == pytest.approx(document["duration"], abs=1e-6)
    tools = await find_tools()
    heard = early.heard(tmp_path / "heard.mp4")
    pcm, outcome = await capture(decode(tools.ffmpeg, heard), limits=Limits(), most_bytes=1 << 30)
    assert outcome.errors == ()
    assert len(pcm) // 8 == soundfile.info(master).frames


def test_an_early_session_keeps_its_kind_and_a_later_one_gets_the_finished_renditions(
    house: House, tmp_path: Path
) -> None:
    track = house.put(long_tone(tmp_path / "Song.wav", seconds=190)).json["track"]
    early = listener_of(house, track)
    variants = parse_multivariant(early.ask("multivariant.m3u8").body.decode()).variants
    growing = early.ask("aac-128.m3u8")
    mpd = early.ask("manifest.mpd")
    assert early.play["progressive"] == []
    assert [one.uri for one in variants] == ["aac-128.m3u8"]
    assert growing.headers["cache-control"] == "private, max-age=1"
    assert (mpd.status, mpd.headers["retry-after"]) == (409, "5")
    assert early.ask("aac-128.999.mp4").status == 404

    until(lambda: house.track(track)["renditions"], seconds=120)

    later = listener_of(house, track)
    assert early.look().kind is Kind.EVENT
    assert early.playlist.is_ended
    assert early.texts[-1].startswith(growing.body.decode())
    assert later.look().kind is Kind.VOD
    assert later.play["progressive"]
    assert early.ask("manifest.mpd").status == 200
    assert later.ask("aac-128.0.mp4").status == 404
    # The same fragments; the finished file has its index with the first of them.
    early_bytes, later_bytes = (
        [one.bytes.length for one in each.playlist.segments] for each in (early, later)
    )
    assert early_bytes[1:] == later_bytes[1:]
    assert 0 < later_bytes[0] - early_bytes[0] < 1000


def test_parts_are_served_by_range_and_count_as_heard(house: House, tmp_path: Path) -> None:
    track = house.put(long_tone(tmp_path / "Song.wav", seconds=170)).json["track"]
    early = listener_of(house, track)
    early.listen_to_the_end()
    name = early.playlist.segments[-1].uri
    assert name is not None
    whole = early.files[name]
    part = early.house.ask(
        "GET", f"{early.root}/{name}", headers={"Range": f"bytes=-{len(whole) // 2}"}
    )

    found = until(
        lambda: (
            (say := house.ask("GET", f"/api/v1/plays/{early.play['play']}", token=house.listener))
            # What was served is written down every now and then.
            and say.json["evidence"]["delivered_ms"] > 169_000
            and say.json
        )
    )

    assert (part.status, part.body) == (206, whole[-(len(whole) // 2) :])
    assert part.headers["cache-control"].endswith("immutable")
    assert found["evidence"]["delivered_ms"] == pytest.approx(170_000, abs=100)


def test_without_credit_the_preview_is_awaited(house: House, tmp_path: Path) -> None:
    track = house.put(long_tone(tmp_path / "Song.wav", seconds=160)).json["track"]
    listener_of(house, track)
    data = {"track": track}

    soon = house.ask("POST", "/api/v1/plays", token=house.operator, data=data)
    assert (soon.status, soon.json["type"]) == (409, "urn:refrain:problem:preview-not-ready")
    assert soon.headers["retry-after"] == "5"

    until(lambda: house.track(track)["renditions"], seconds=120)
    opened = house.ask("POST", "/api/v1/plays", token=house.operator, data=data)
    assert (opened.status, opened.json["grant"]) == (201, "preview")
    root = opened.json["hls"].rpartition("/")[0]
    text = house.ask("GET", f"{root}/preview-aac-128.m3u8").body.decode()
    assert parse_media(text).kind is Kind.VOD


def test_a_master_found_cut_off_after_its_beginning_was_heard_is_taken_back(
    house: House, tmp_path: Path
) -> None:
    path = long_tone(tmp_path / "cut.wav", seconds=1200)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    track = house.put(path).json["track"]

    early = listener_of(house, track)
    early.look()

    rejected = house.await_state(track, "rejected")
    assert "cut off" in rejected["reason"]
    early.listen_to_the_end()
    assert early.playlist.segments
    again = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track})
    assert again.status == 409
