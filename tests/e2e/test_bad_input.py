import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import soundfile

from tests.support.house import House, open_house, until
from tests.support.masters import long_tone, tone


def cut(path: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def silent(path: Path) -> Path:
    soundfile.write(path, np.zeros((0, 2)), 44_100)
    return path


def test_each_kind_of_bad_master_gets_a_reason_and_the_worker_lives_on(
    house: House, tmp_path: Path
) -> None:
    secret = tone(tmp_path / "secret.wav")
    cases = [
        (written(tmp_path / "poem.wav", b"Roses are red\n" * 20), "not audio"),
        (written(tmp_path / "cover.flac", b"\x89PNG\r\n\x1a\n" + bytes(500)), "not audio"),
        (written(tmp_path / "list.wav", f"#EXTM3U\n#EXTINF:3,\n{secret}\n".encode()), "playlist"),
        (cut(tone(tmp_path / "cut.flac")), "cut off"),
        (cut(tone(tmp_path / "cut.wav")), "cut off"),
        (silent(tmp_path / "silent.wav"), "length is zero"),
    ]

    answers = [(house.put(path), reason) for path, reason in cases]

    for answer, reason in answers:
        assert answer.status == 201
        track = house.await_state(answer.json["track"], "rejected")
        assert reason in track["reason"]
        assert track["renditions"] == []
    assert house.add(tone(tmp_path / "good.wav", seconds=1.5))


def test_an_empty_file_is_refused_at_the_door(house: House, tmp_path: Path) -> None:
    answer = house.put(written(tmp_path / "empty.flac", b""))

    assert (answer.status, answer.json["type"]) == (422, "urn:refrain:problem:empty-file")


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("small")
    with open_house(folder, upload_limit_bytes="100000", workers="0") as opened:
        yield opened


def objects_in(house: House) -> set[Path]:
    root = house.log.parent / "data" / "objects"
    return {path for path in root.rglob("*") if path.is_file()}


def half_upload(house: House, *, promised: int, sent: int) -> socket.socket:
    address = urlsplit(house.url)
    connection = socket.create_connection((address.hostname or "", address.port or 0))
    head = (
        f"PUT /api/v1/masters/half.wav HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {house.artist}\r\nContent-Length: {promised}\r\n\r\n"
    )
    connection.sendall(head.encode() + bytes(sent))
    return connection


def test_an_upload_that_is_cut_off_leaves_nothing(small_house: House) -> None:
    before = objects_in(small_house)
    connection = half_upload(small_house, promised=90_000, sent=50_000)
    until(lambda: objects_in(small_house) > before)

    connection.close()

    until(lambda: objects_in(small_house) == before)
    assert "broken" not in small_house.log.read_text()


def test_what_is_too_large_is_refused_before_it_is_sent(small_house: House) -> None:
    before = objects_in(small_house)
    connection = half_upload(small_house, promised=200_000, sent=0)

    answer = connection.recv(65_536).decode()

    connection.close()
    assert answer.startswith("HTTP/1.1 413")
    assert "larger than" in answer
    assert objects_in(small_house) == before


def test_a_server_killed_in_mid_upload_leaves_no_half_master(small_house: House) -> None:
    before = objects_in(small_house)
    connection = half_upload(small_house, promised=90_000, sent=50_000)
    until(lambda: objects_in(small_house) > before)
    [server] = small_house.children("refrain serve")

    os.kill(server, signal.SIGKILL)
    connection.close()

    until(lambda: _is_up(small_house))
    assert {path for path in objects_in(small_house) if "masters" in path.parts} <= before
    whole = half_upload(small_house, promised=1000, sent=1000)
    assert whole.recv(65_536).startswith(b"HTTP/1.1 201")
    whole.close()


def _is_up(house: House) -> bool:
    try:
        return house.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def test_a_player_that_goes_away_is_no_fault_of_ours(house: House, tmp_path: Path) -> None:
    track = house.add(long_tone(tmp_path / "much.wav", seconds=60))
    play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
    url = next(one["url"] for one in play["progressive"] if one["rung"] == "flac")
    address = urlsplit(house.url)

    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(f"GET {url} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")

    assert house.ask("GET", url).status == 200
    said = house.log.read_text()
    assert "broken" not in said
    assert "Traceback" not in said
