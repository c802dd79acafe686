"""A track is heard before it is examined to its end."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile

from stream.multivariant import parse_multivariant
from stream.playlists import Kind, MediaPlaylist, parse_media
from tests.support.house import Answer, Document, House, open_house, until
from tests.support.listening import Listener, listener_of
from tests.support.masters import long_tone
from transcode.graphs import decode
from transcode.process import Limits, capture
from transcode.reach import Reach
from transcode.tools import find_tools

ASKED_EARLY = ("multivariant.m3u8", "aac-128.m3u8", "manifest.mpd", "aac-128.999.mp4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """A track whose renditions are there by now, and what was said while it grew."""

    house: House
    master: Path
    track: str
    listener: Listener
    first: MediaPlaylist
    document: Document
    asked: dict[str, Answer]
    without_credit: Answer


def early_in(house: House, folder: Path, *, seconds: int) -> Early:
    """Ask for everything as soon as there is anything, and listen to the end."""
    master = long_tone(folder / "Early Song.flac", seconds=seconds)
    track = house.put(master).json["track"]
    listener = listener_of(house, track)
    first, document = listener.look(), house.track(track)
    asked = {name: listener.ask(name) for name in ASKED_EARLY}
    without_credit = opened(house, track, token=house.operator)
    listener.listen_to_the_end(seconds=300)
    return Early(
        house=house,
        master=master,
        track=track,
        listener=listener,
        first=first,
        document=document,
        asked=asked,
        without_credit=without_credit,
    )


@pytest.fixture(scope="module")
def early(house: House, tmp_path_factory: pytest.TempPathFactory) -> Early:
    found = early_in(house, tmp_path_factory.mktemp("early"), seconds=190)
    until(lambda: house.track(found.track)["renditions"], seconds=120)
    return found


def opened(house: House, track: str, *, token: str) -> Answer:
    return house.ask("POST", "/api/v1/plays", token=token, data={"track": track})


async def test_who_begins_early_hears_all_of_it_and_no_playlist_takes_anything_back(
    early: Early, tmp_path: Path
) -> None:
    await require_all_heard(early, tmp_path)


@pytest.mark.chaos
async def test_who_begins_early_hears_all_of_twenty_minutes(tmp_path: Path) -> None:
    # A house of its own, which need not make the rest of so long a track.
    with open_house(tmp_path, play_threshold_s="1") as house:
        await require_all_heard(early_in(house, tmp_path, seconds=1200), tmp_path)


async def require_all_heard(found: Early, folder: Path) -> None:
    first, document, early = found.first, found.document, found.listener
    assert (first.kind, first.is_ended) == (Kind.EVENT, False)
    assert document["state"] == "playable"
    assert document["renditions"] == []
    frames, rate = soundfile.info(found.master).frames, soundfile.info(found.master).samplerate
    assert document["duration"] == pytest.approx(frames / rate, abs=0.01)
    assert len(early.texts) > 2
    for before, after in pairwise(early.texts):
        assert after.startswith(before)
    assert early.music_s == pytest.approx(document["duration"], abs=1e-6)
    tools = await find_tools()
    heard = early.heard(folder / "heard.mp4")
    argv, reach = decode(tools.ffmpeg, heard), Reach(reads=(heard,))
    pcm, outcome = await capture(argv, limits=Limits(), reach=reach, most_bytes=1 << 30)
    assert outcome.errors == ()
    assert len(pcm) // 8 == frames


def test_an_early_session_keeps_its_kind_and_a_later_one_gets_the_finished_renditions(
    early: Early,
) -> None:
    first, asked = early.listener, early.asked
    variants = parse_multivariant(asked["multivariant.m3u8"].body.decode()).variants
    growing, mpd = asked["aac-128.m3u8"], asked["manifest.mpd"]
    assert first.play["progressive"] == []
    assert [one.uri for one in variants] == ["aac-128.m3u8"]
    assert growing.headers["cache-control"] == "private, max-age=1"
    assert (mpd.status, mpd.headers["retry-after"]) == (409, "5")
    assert asked["aac-128.999.mp4"].status == 404

    later = listener_of(early.house, early.track)

    assert first.look().kind is Kind.EVENT
    assert first.playlist.is_ended
    assert first.texts[-1].startswith(growing.body.decode())
    assert later.look().kind is Kind.VOD
    assert later.play["progressive"]
    assert first.ask("manifest.mpd").status == 200
    assert later.ask("aac-128.0.mp4").status == 404
    # The same fragments; the finished file has its index with the first of them.
    first_bytes, later_bytes = (
        [one.bytes.length for one in each.playlist.segments] for each in (first, later)
    )
    assert first_bytes[1:] == later_bytes[1:]
    assert 0 < later_bytes[0] - first_bytes[0] < 1000


def test_parts_are_served_by_range_and_count_as_heard(early: Early) -> None:
    house, listener = early.house, early.listener
    name = listener.playlist.segments[-1].uri
    assert name is not None
    whole = listener.files[name]
    part = listener.house.ask(
        "GET", f"{listener.root}/{name}", headers={"Range": f"bytes=-{len(whole) // 2}"}
    )

    found = until(
        lambda: (
            (
                say := house.ask(
                    "GET", f"/api/v1/plays/{listener.play['play']}", token=house.listener
                )
            )
            # What was served is written down every now and then.
            and say.json["evidence"]["delivered_ms"] > 189_000
            and say.json
        )
    )

    assert (part.status, part.body) == (206, whole[-(len(whole) // 2) :])
    assert part.headers["cache-control"].endswith("immutable")
    assert found["evidence"]["delivered_ms"] == pytest.approx(190_000, abs=100)


def test_without_credit_the_preview_is_awaited(early: Early) -> None:
    house, soon = early.house, early.without_credit
    assert (soon.status, soon.json["type"]) == (409, "urn:refrain:problem:preview-not-ready")
    assert soon.headers["retry-after"] == "5"

    later = opened(house, early.track, token=house.operator)

    assert (later.status, later.json["grant"]) == (201, "preview")
    root = later.json["hls"].rpartition("/")[0]
    text = house.ask("GET", f"{root}/preview-aac-128.m3u8").body.decode()
    assert parse_media(text).kind is Kind.VOD


def cut_off(house: House, path: Path, *, seconds: int) -> str:
    """Send a master that ends before its time; answer its track."""
    data = long_tone(path, seconds=seconds).read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    track: str = house.put(path).json["track"]
    return track


def heard_early(house: House, track: str) -> Listener | None:
    """Listen to a track as soon as it can be, unless it was found cut off before."""

    def begun() -> tuple[Listener | None] | None:
        answer = opened(house, track, token=house.listener)
        if answer.status == 201:
            return (Listener(house=house, play=answer.json),)
        return (None,) if house.track(track)["state"] == "rejected" else None

    found: tuple[Listener | None] = until(begun)
    return found[0]


def test_a_master_found_cut_off_after_its_beginning_was_heard_is_taken_back(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "cut.flac"
    early, track = next(
        (found, track)
        # On a quick machine the end is soon found; the longer a master, the later.
        for seconds in (500, 800, 1100, 1150, 1190)
        if (found := heard_early(house, track := cut_off(house, path, seconds=seconds)))
    )
    early.look()

    rejected = house.await_state(track, "rejected")
    assert "cut off" in rejected["reason"]
    early.listen_to_the_end()
    assert early.playlist.segments
    assert opened(house, track, token=house.listener).status == 409
