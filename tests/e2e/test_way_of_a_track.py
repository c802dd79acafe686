import gzip
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stream.multivariant import parse_multivariant
from stream.playlists import parse_media
from tests.support.house import Document, House, until
from tests.support.masters import MASTERS, shared, tone
from transcode.graphs import decode
from transcode.process import Limits, capture
from transcode.reach import Reach
from transcode.tools import find_tools

#: Longer, or in the same format as others.
LONG = (
    *("single-16bit-44k.flac", "single-24bit-48k.flac", "mp3-sourced-16bit-44k.flac"),
    *("album/01.flac", "album/02.flac", "album/03.flac"),
)
EACH = [pytest.param(name, marks=pytest.mark.chaos) if name in LONG else name for name in MASTERS]
ALL_RUNGS = {
    *("aac-64", "aac-128", "aac-256", "opus-48", "opus-96", "opus-160", "flac"),
    *("alac", "mp3-320"),
    *("preview-aac-128", "preview-opus-96"),
}


@pytest.fixture(scope="module")
def track(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    return house.add(tone(tmp_path_factory.mktemp("masters") / "Long Song.flac", seconds=50))


def opened(house: House, track: str, *, token: str = "") -> Document:
    answer = house.ask(
        "POST", "/api/v1/plays", token=token or house.listener, data={"track": track}
    )
    assert answer.status == 201, answer.body
    return answer.json


def take_back(house: House, play: Document) -> None:
    """Take a session's address back, which holds no credit then."""
    house.ask("DELETE", f"/api/v1/plays/{play['play']}", token=house.listener)


def beat(house: House, play: str, position_s: float, elapsed_s: float) -> Document:
    return house.ask(
        "POST",
        f"/api/v1/plays/{play}/heartbeat",
        token=house.listener,
        data={"position_s": position_s, "elapsed_s": elapsed_s},
    ).json


@pytest.mark.parametrize("name", EACH)
async def test_real_masters_go_all_the_way(house: House, tmp_path: Path, name: str) -> None:
    master = shared("media", *name.split("/"))
    track = house.add(master)
    document = house.track(track)
    samples, rate = soundfile.read(master, dtype="float32", always_2d=True)

    assert (document["samples"], document["sample_rate"]) == (len(samples), rate)
    converted = {"flac-48"} if rate > 48_000 else set()
    assert {one["rung"] for one in document["renditions"]} == ALL_RUNGS | converted
    play = opened(house, track)
    url = next(one["url"] for one in play["progressive"] if one["rung"] == "flac")
    flac = tmp_path / "rendition.mp4"
    flac.write_bytes(house.ask("GET", url).body)
    tools = await find_tools()
    argv, reach = decode(tools.ffmpeg, flac), Reach(reads=(flac,))
    pcm, _ = await capture(argv, limits=Limits(), reach=reach, most_bytes=1 << 30)
    decoded = np.frombuffer(pcm, "<f4").reshape(-1, 2)
    assert np.array_equal(decoded, samples)
    kept = tmp_path / "kept.flac"
    address = f"/api/v1/tracks/{track}/downloads/flac"
    kept.write_bytes(house.ask("GET", address, token=house.artist).body)
    assert np.array_equal(soundfile.read(kept, dtype="float32", always_2d=True)[0], samples)


def test_the_command_line_says_what_became_of_each_file(house: House, tmp_path: Path) -> None:
    good, bad = tone(tmp_path / "good.wav"), tmp_path / "bad.wav"
    bad.write_bytes(b"this is a poem\n" * 3_000_000)  # most of it is never sent
    argv = [sys.executable, "-m", "refrain", "add", good, bad, "--wait", "--json"]

    done = subprocess.run(
        [*argv, "--url", house.url, "--token", house.artist], capture_output=True, check=False
    )

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert first["state"] == "complete"
    assert 0 < first["seconds_to_playable"] <= first["seconds_to_complete"]
    assert (second["state"], second["track"]) == ("refused", None)
    assert "not audio" in second["reason"]


def test_playlists_tell_of_the_objects_as_they_are(house: House, track: str) -> None:
    play = opened(house, track)
    root = play["hls"].rpartition("/")[0]
    bytes_of = {one["rung"]: one["bytes"] for one in house.track(track)["renditions"]}

    variants = parse_multivariant(house.ask("GET", play["hls"]).body.decode()).variants

    assert variants[0].uri == "aac-128.m3u8"
    assert {v.codecs for v in variants} == {"mp4a.40.2", "Opus", "fLaC"}
    for variant in variants:
        media = parse_media(house.ask("GET", f"{root}/{variant.uri}").body.decode())
        last = media.segments[-1].bytes
        assert bytes_of[variant.uri.removesuffix(".m3u8")] == last.offset + last.length
        for number, segment in enumerate(media.segments):
            part = f"bytes={segment.bytes.offset}-{segment.bytes.offset + 7}"
            answer = house.ask("GET", f"{root}/{media.uri}", headers={"Range": part})
            assert (answer.status, answer.body[4:]) == (206, b"moof" if number else b"sidx")
            assert segment.duration_s <= 6.5
    packed = house.ask("GET", play["hls"], headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body).startswith(b"#EXTM3U")
    take_back(house, play)


def test_every_byte_can_be_had_by_range_and_the_tag_is_of_the_content(
    house: House, track: str
) -> None:
    play = opened(house, track)
    url = play["progressive"][0]["url"]
    whole = house.ask("GET", url)
    etag = whole.headers["etag"]

    assert etag == f'"{hashlib.sha256(whole.body).hexdigest()}"'
    head = house.ask("HEAD", url)
    assert head.body == b""
    for name in ("content-length", "etag", "accept-ranges", "content-type", "last-modified"):
        assert head.headers[name] == whole.headers[name]
    for text, start, end in (("100-199", 100, 200), ("-50", -50, None), ("1000-", 1000, None)):
        answer = house.ask("GET", url, headers={"Range": f"bytes={text}"})
        assert (answer.status, answer.body) == (206, whole.body[start:end])
    clamped = house.ask("GET", url, headers={"Range": "bytes=0-99999999999"})
    assert (clamped.status, len(clamped.body)) == (206, len(whole.body))
    past = house.ask("GET", url, headers={"Range": f"bytes={len(whole.body)}-"})
    assert (past.status, past.headers["content-range"]) == (416, f"bytes */{len(whole.body)}")
    assert house.ask("GET", url, headers={"If-None-Match": etag}).status == 304
    other = house.ask("GET", url, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (other.status, len(other.body)) == (200, len(whole.body))
    several = house.ask("GET", url, headers={"Range": "bytes=0-9,100-109"})
    assert several.status == 206
    assert len(several.body) == int(several.headers["content-length"])
    assert whole.body[100:110] in several.body
    take_back(house, play)


def test_a_play_is_counted_from_evidence_and_charged(house: House, track: str) -> None:
    play = opened(house, track)
    assert (play["grant"], play["step"], play["price"], play["left_to_own"]) == ("full", 1, 2, 9)
    beat(house, play["play"], 0, 0)
    time.sleep(1.2)

    assert beat(house, play["play"], 1.2, 1.2)["reason"] == "open:heard-too-little"
    house.ask("GET", play["progressive"][0]["url"])
    assert beat(house, play["play"], 1.3, 1.3)["verdict"] == "qualified"

    path = f"/api/v1/plays/{play['play']}"
    done = until(
        lambda: (
            (found := house.ask("GET", path, token=house.listener).json)["verdict"] == "settled"
            and found
        )
    )
    assert (done["step"], done["price"], done["next_price"]) == (1, 2, 4)
    assert done["balance"] == play["balance"] - 2
    again = opened(house, track)
    assert (again["step"], again["price"], again["left_to_own"]) == (2, 4, 8)


def test_who_has_no_credit_hears_the_preview_at_another_address(house: House, track: str) -> None:
    artist_of_nothing = house.operator  # an account without a wallet

    play = opened(house, track, token=artist_of_nothing)

    assert (play["grant"], play["price"], play["balance"]) == ("preview", 2, 0)
    assert {one["rung"] for one in play["progressive"]} == {"preview-aac-128", "preview-opus-96"}
    preview = house.ask("GET", play["progressive"][0]["url"])
    full_tags = {
        one["etag"] for one in house.track(track)["renditions"] if "preview" not in one["rung"]
    }
    assert preview.headers["etag"] not in full_tags
    root = play["hls"].rpartition("/")[0]
    assert house.ask("GET", f"{root}/aac-128.mp4").status == 404


def test_a_ticket_that_we_did_not_give_out_opens_nothing(house: House, track: str) -> None:
    url = opened(house, track)["hls"]
    ticket = url.split("/")[2]
    forged = ticket[:-2] + ("AA" if not ticket.endswith("AA") else "BA")

    answer = house.ask("GET", url.replace(ticket, forged))

    assert answer.status == 403
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_interface_describes_itself(house: House) -> None:
    description = house.ask("GET", "/api/openapi.json").json

    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) >= {
        "/api/v1/masters/{filename}",
        "/api/v1/tracks/{track}",
        "/api/v1/plays",
        "/api/v1/plays/{play}/heartbeat",
    }
    names = set(description["components"]["schemas"])
    assert {"TrackDocument", "PlayOpened", "PlayVerdict", "Problem"} <= names


@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("GET", "/api/v1/tracks/no-id", None, 404),
        ("DELETE", "/api/v1/plays", None, 405),
        ("POST", "/api/v1/plays", {"track": 7}, 422),
        ("POST", "/api/v1/plays", b"no json", 415),
        ("POST", "/api/v1/plays", {"track": "x", "more": 1}, 422),
        ("PUT", "/api/v1/masters/a.wav", b"RIFF", 403),
    ],
)
def test_every_error_is_a_problem_document(
    house: House, method: str, path: str, data: bytes | Document | None, status: int
) -> None:
    answer = house.ask(method, path, token=house.listener, data=data)

    assert answer.status == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} == set(answer.json)


def test_without_a_token_nothing_is_sent_or_played(house: House, track: str) -> None:
    for method, path in (("POST", "/api/v1/plays"), ("PUT", "/api/v1/masters/a.wav")):
        answer = house.ask(method, path, data={"track": track})
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_operators_can_see_how_it_goes(house: House, track: str) -> None:
    assert house.ask("GET", "/healthz").status == 200
    assert house.ask("GET", "/readyz").status == 200
    metrics = house.ask("GET", "/metrics").body.decode()
    assert 'refrain_recent_attempts{cause="",lane="ladder",outcome="done"}' in metrics
    request = house.track(track)
    assert request["state"] == "complete"
    upload = [line for line in house.log.read_text().splitlines() if track in line]
    accepted, playable = upload[0], next(line for line in upload if "playable" in line)
    request_id = accepted.partition("request=")[2].split()[0]
    assert request_id in playable
