import os
import signal
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import soundfile

from stream.playlists import Kind
from tests.support.house import House, open_house, until
from tests.support.listening import listener_of
from tests.support.masters import hiss, long_tone, tone


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house that is hurt by all; what the last one sent is not made to its end."""
    with open_house(tmp_path_factory.mktemp("house"), log_format="json") as opened:
        yield opened


def test_a_killed_valkey_loses_no_job(house: House, tmp_path: Path) -> None:
    [broker] = house.children("valkey-server")
    kill(broker)

    track = house.put(tone(tmp_path / "song.wav", seconds=2)).json["track"]

    house.await_state(track, "complete", seconds=60)


def test_a_worker_killed_in_mid_transcode_is_replaced_and_the_job_is_done_once(
    house: House, tmp_path: Path
) -> None:
    track = house.put(long_tone(tmp_path / "long.wav", seconds=60)).json["track"]
    until(lambda: house.children("aac-256.part-0.mp4"), seconds=120)
    [worker] = house.children("refrain work")

    kill(worker)

    # What it had is taken back at once, and a new worker begins it anew.
    document = house.await_state(track, "complete", seconds=300)
    rungs = [one["rung"] for one in document["renditions"]]
    assert len(rungs) == len(set(rungs)) == 11
    _assert_no_scratch_of_the_dead(house)


def test_a_worker_killed_while_a_track_grows_breaks_no_listener(
    house: House, tmp_path: Path
) -> None:
    master = long_tone(tmp_path / "Long Song.wav", seconds=200)
    track = house.put(master).json["track"]
    early = listener_of(house, track)
    early.look()
    [worker] = house.children("refrain work")

    kill(worker)

    assert not early.look().is_ended
    early.listen_to_the_end(seconds=300)
    later = listener_of(house, track)
    for before, after in pairwise(early.texts):
        assert after.startswith(before)
    # The second worker found what the first had stored: no part is there twice.
    assert early.music_s == pytest.approx(soundfile.info(master).duration, abs=1e-5)
    assert early.files.keys() == {f"aac-128.{n}.mp4" for n in range(len(early.files))}
    assert later.look().kind is Kind.VOD
    assert house.track(track)["title"] == "Long Song"


def test_a_slow_player_does_not_hold_up_the_end_and_the_next_house_finds_everything(
    tmp_path: Path,
) -> None:
    with open_house(tmp_path, is_empty=True, drain_s="2") as house:
        master = hiss(tmp_path / "song.wav", seconds=5, rate=96_000)
        token, track = house.listener, house.add(master)
        play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
        url = next(one["url"] for one in play["progressive"] if one["rung"] == "flac")
        address = urlsplit(house.url)
        slow = socket.create_connection((address.hostname or "", address.port or 0))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(f"GET {url} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        begun = time.monotonic()

    assert time.monotonic() - begun < 14
    assert "child killed" not in house.log.read_text()
    slow.close()
    with open_house(tmp_path, workers="0") as house:
        assert house.listener == token
        assert house.track(track)["state"] == "complete"


def _assert_no_scratch_of_the_dead(house: House) -> None:
    scratch = house.log.parent / "data" / "scratch"
    assert len(list(scratch.iterdir())) == 1
