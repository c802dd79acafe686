"""The parts together: brought up, used, hurt, upgraded under who listens, taken down, and back."""

import hashlib
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.support.containers import Composed, composed, docker, heard, house_at, inspected, is_up
from tests.support.containers import streamed as heard_to_the_end
from tests.support.house import House, until
from tests.support.masters import ROOT, hiss, tone

#: Of the steps 2, 4, 8 … of nine plays, to own a track.
_NINE = [2 << step for step in range(9)]
_NEXT = "refrain:next"


@pytest.fixture(scope="module")
def parts() -> Iterator[Composed]:
    with composed() as house:
        house.up()
        yield house


@pytest.fixture(scope="module")
def house(parts: Composed, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("parts")
    found = house_at(
        parts.front,
        folder,
        artist=parts.account("An Artist", "artist"),
        listener=parts.account("A Listener", "listener", 10_000),
        operator=parts.account("An Operator", "operator"),
    )
    until(lambda: is_up(found), seconds=60)
    return found


@pytest.fixture(scope="module")
def song(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    return house.add(tone(tmp_path_factory.mktemp("song") / "song.flac", seconds=3))


def address(house: House, track: str, rung: str) -> str:
    play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
    [url] = [one["url"] for one in play["progressive"] if one["rung"] == rung]
    return f"{house.url}{url}"


def test_a_track_is_owned_after_nine_plays(house: House, song: str) -> None:
    prices = [heard(house, song)["price"] for _ in range(10)]

    assert prices == [*_NINE, 0]


def test_only_the_front_and_one_server_are_reached_from_outside(parts: Composed) -> None:
    listening = parts.compose("ps", "--format", "{{.Service}} {{.Ports}}")

    published = {line.split()[0] for line in listening.splitlines() if "->" in line}
    assert published == {"server", "nginx"}


def test_passwords_were_made_by_chance_and_are_in_no_environment(parts: Composed) -> None:
    [database] = parts.containers("database")
    secret = docker("exec", database, "cat", "/secrets/database-password")

    assert len(secret) == 48
    for service in ("database", "server", "worker", "scheduler", "migrate"):
        for container in parts.compose("ps", "--all", "--quiet", service).split():
            assert secret not in inspected(container, "{{json .Config}}")


def test_more_workers_come_and_one_that_is_killed_is_made_up_for(
    parts: Composed, house: House, tmp_path: Path
) -> None:
    parts.compose("up", "--detach", "--no-recreate", "--scale", "worker=4")
    workers = parts.containers("worker")
    assert len(workers) == 4
    track = house.put(hiss(tmp_path / "long.flac", seconds=60)).json["track"]

    os.kill(int(inspected(workers[0], "{{.State.Pid}}")), signal.SIGKILL)

    house.await_state(track, "complete", seconds=300)
    until(lambda: len(parts.containers("worker")) == 4, seconds=60)


def test_nobody_who_listens_notices_an_upgrade(
    parts: Composed, house: House, tmp_path: Path
) -> None:
    track = house.add(hiss(tmp_path / "noise.flac", seconds=150))
    url, done = address(house, track, "flac"), Event()
    whole = hashlib.sha256(house.ask("GET", url.removeprefix(house.url)).body).hexdigest()
    docker("build", "--tag", _NEXT, "-", stdin="FROM refrain\nLABEL is.next=yes\n")

    def listen(bytes_per_s: int) -> list[str]:
        found = []
        while not done.is_set():
            found.append(heard_to_the_end(url, bytes_per_s=bytes_per_s))
        return found

    def ask() -> list[int]:
        found = []
        while not done.wait(0.05):
            found.append(house.ask("GET", f"/api/v1/tracks/{track}", token=house.listener).status)
        return found

    with ThreadPoolExecutor(4) as pool:
        listeners = [pool.submit(listen, speed) for speed in (600_000, 900_000, 5_000_000)]
        asking = pool.submit(ask)
        try:
            env = {**os.environ, **parts.env, "REFRAIN_IMAGE": _NEXT}
            subprocess.run([ROOT / "containers" / "upgrade"], check=True, env=env)
        finally:
            done.set()
        streams = [digest for one in listeners for digest in one.result()]
        statuses = asking.result()

    assert len(streams) > 3
    assert set(streams) == {whole}
    assert len(statuses) > 20
    assert set(statuses) == {200}
    for service in ("server", "second", "worker", "scheduler"):
        for container in parts.containers(service):
            assert inspected(container, '{{index .Config.Labels "is.next"}}') == "yes"


def test_what_was_bought_and_sent_is_there_after_all_was_taken_down(
    parts: Composed, house: House, song: str
) -> None:
    before = house.ask("GET", address(house, song, "flac").removeprefix(house.url)).body
    price = heard(house, song)["price"]

    parts.compose("down", "--timeout", "60")
    parts.up()

    until(lambda: is_up(house), seconds=60)
    assert house.ask("GET", address(house, song, "flac").removeprefix(house.url)).body == before
    # Plays went on where they were: each costs twice as much, until the track is owned.
    assert heard(house, song)["price"] == 2 * price
    parts.compose("exec", "-T", "scheduler", "refrain", "books", "verify")
    parts.compose("exec", "-T", "scheduler", "refrain", "fsck", "--sample", "1")
