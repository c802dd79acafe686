import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import mutagen.flac
import numpy as np
import pytest
import soundfile

from tests.support.hostile import NAMES, TRICKS, flac_with, headers, picture_block, png
from tests.support.house import House, open_house, until
from tests.support.masters import hiss, tone


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
    secret, claims = tone(tmp_path / "secret.wav"), dict(headers())
    cases = [
        (written(tmp_path / "poem.wav", b"Roses are red\n" * 20), "not audio"),
        (written(tmp_path / "cover.flac", b"\x89PNG\r\n\x1a\n" + bytes(500)), "not audio"),
        (written(tmp_path / "list.wav", f"#EXTM3U\n#EXTINF:3,\n{secret}\n".encode()), "playlist"),
        (cut(tone(tmp_path / "cut.flac")), "cut off"),
        (cut(tone(tmp_path / "cut.wav")), "cut off"),
        (silent(tmp_path / "silent.wav"), "length is zero"),
        (cut(tone(tmp_path / "cut.w64")), "cut off"),
        (written(tmp_path / "years.wav", claims["rf64 of 10^9 s"]), "hours of sound"),
        (written(tmp_path / "many.wav", claims["wav of 64 channels"]), "64 channels"),
    ]

    answers = [(house.put(path), path, reason) for path, reason in cases]

    taken = set()
    for answer, path, reason in answers:
        if answer.status != 201:
            assert answer.status in (415, 422)
            assert reason in answer.json["detail"]
            continue
        taken.add(path.name)
        track = house.await_state(answer.json["track"], "rejected")
        assert reason in track["reason"]
        assert track["renditions"] == []
    # Of all others the first MiB tells as much.
    assert taken == {"cut.flac", "silent.wav"}
    assert house.add(tone(tmp_path / "good.wav", seconds=1.5))


def test_names_in_tags_and_a_picture_that_unpacks_to_gigabytes_do_no_harm(
    house: House, tmp_path: Path
) -> None:
    path = tone(tmp_path / "plain.flac", seconds=0.5)
    bomb = picture_block(png(20_000, 3_000), width=60_000, height=60_000)
    written(path, flac_with(bomb, 6, path.read_bytes()))
    tags = mutagen.flac.FLAC(path)
    tags["title"], tags["artist"] = "<b>So\u202eng\x1b[2J", '"><script>alert(1)</script>'
    tags.save()

    track = house.track(house.add(path))

    assert track["title"] == "<b>Song[2J"
    page = house.ask("GET", f"/tracks/{track['id']}").body.decode()
    assert "&lt;b&gt;Song[2J" in page
    assert "<script>alert" not in page


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One that takes little, says much, and has nobody who works."""
    folder = tmp_path_factory.mktemp("small")
    with open_house(folder, upload_limit_bytes="100000", log_level="debug", workers="0") as opened:
        yield opened


def test_no_name_breaks_out_of_a_page_a_document_or_a_log(
    small_house: House, tmp_path: Path
) -> None:
    house, master = small_house, tone(tmp_path / "plain.wav", seconds=0.1).read_bytes()
    folder = house.log.parent
    before = {path for path in folder.rglob("*") if path.is_file()}

    # The last two are no text in any coding.
    paths = [*(quote(name, safe="") for name in NAMES), "%FF%FE%ED%A0%80.wav", "%ED%B0%80.wav"]
    for number, name in enumerate(paths):
        path = f"/api/v1/masters/{name}"
        # Other bytes, another master.
        answer = house.ask("PUT", path, token=house.artist, data=master[:-1] + bytes([number]))
        assert answer.status == 201, name
        track = house.track(answer.json["track"])
        page = house.ask("GET", f"/tracks/{track['id']}", headers=_as(house.artist))
        nothing = house.ask("GET", f"/{name}", headers={"Accept": "text/html"})
        assert nothing.status == 404, name

        for text in (track["title"], page.body.decode(), nothing.body.decode()):
            assert not set(TRICKS) - {"\n"} & set(text), name
            assert "<script>alert" not in text or text == track["title"], name
            assert "<img src" not in text or text == track["title"], name
        assert "\n" not in track["title"]
        assert "set-cookie" not in answer.headers | page.headers | nothing.headers

    said = house.log.read_text()
    assert "%3Cscript" in said or "<script>" in said  # the paths were written down
    assert not set(TRICKS) - {"\n"} & set(said)
    new = {path for path in folder.rglob("*") if path.is_file()} - before
    assert {path.relative_to(folder).parts[0] for path in new} <= {"data", "house.log"}


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "text/html"}


def test_an_empty_file_is_refused_at_the_door(house: House, tmp_path: Path) -> None:
    answer = house.put(written(tmp_path / "empty.flac", b""))

    assert (answer.status, answer.json["type"]) == (422, "urn:refrain:problem:empty-file")


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


def test_a_server_killed_in_mid_upload_leaves_no_half_master(
    small_house: House, tmp_path: Path
) -> None:
    before = objects_in(small_house)
    connection = half_upload(small_house, promised=90_000, sent=50_000)
    until(lambda: objects_in(small_house) > before)
    [server] = small_house.children("refrain serve")

    os.kill(server, signal.SIGKILL)
    connection.close()

    until(lambda: _is_up(small_house))
    assert {path for path in objects_in(small_house) if "masters" in path.parts} <= before
    assert small_house.put(tone(tmp_path / "whole.wav", seconds=0.2)).status == 201


def _is_up(house: House) -> bool:
    try:
        return house.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def test_a_player_that_goes_away_is_no_fault_of_ours(house: House, tmp_path: Path) -> None:
    track = house.add(hiss(tmp_path / "much.wav", seconds=5, rate=192_000))
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
