"""What is around a house goes away for a while: nothing that was acknowledged is lost.

Each is told of in docs/operations.md, with what it does to those who listen and send.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from tests.support.catalog import begin_as_copy, migrated
from tests.support.children import free_port
from tests.support.commands import refrain
from tests.support.house import House, open_house, until
from tests.support.masters import tone
from tests.support.outage import way_to
from tests.support.plays import Listener, books_of
from tests.support.postgres import new_database, open_to_all, postgres_on, postgres_url_of

pytestmark = pytest.mark.chaos

#: Ten minutes take as long; what waits meanwhile waits as it does then, up to five minutes a time.
_AWAY_S = float(os.environ.get("REFRAIN_OUTAGE_S", "30"))
_CREDIT = 3_000


def accepted(house: House, masters: list[Path]) -> dict[Path, str]:
    """Send masters; answer the tracks of those that were acknowledged."""
    answers = {path: house.put(path) for path in masters}
    return {path: one.json["track"] for path, one in answers.items() if one.status == 201}


def assert_nothing_is_wrong(**settings: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(f"REFRAIN_{name.upper()}", value)
        looked = refrain("fsck", "--sample", "1", "--no-decode", "--json")
        assert looked.status == 0, looked.said
        assert json.loads(looked.said.splitlines()[-1])["findings"] == 0
        assert refrain("books", "verify").status == 0


async def _terminate(url: str, chance: random.Random, until_s: float) -> int:
    """End connections to a database as a failover does, one or all of them at a time."""
    ended = 0
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT $1"
    )
    try:
        while time.monotonic() < until_s:
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            ended += len(await connection.fetch(query, chance.choice([1, 1, 100])))
    finally:
        await connection.close()
    return ended


def test_connections_that_are_ended_at_random_lose_no_upload_and_no_play(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    settings = {"data_dir": str(tmp_path / "data"), "database_url": migrated_postgres_url}
    seed = int(os.environ.get("REFRAIN_CHAOS_SEED", "7"))
    with open_house(
        tmp_path, play_threshold_s="1", demo="true", database_url=migrated_postgres_url
    ) as house:
        track = house.add(tone(tmp_path / "song.wav", seconds=4))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"REFRAIN_{name.upper()}", value)
            tokens = [
                refrain("account", f"Listener {number}", "--credit", str(_CREDIT)).said.strip()
                for number in range(3)
            ]
        listeners = [Listener(house, token, lambda: track) for token in tokens]
        masters = [tone(tmp_path / f"{number}.wav", seconds=1 + number / 8) for number in range(8)]
        until_s = time.monotonic() + _AWAY_S

        with ThreadPoolExecutor(len(listeners) + 2) as pool:
            chance = random.Random(seed)
            ending = pool.submit(
                lambda: asyncio.run(_terminate(migrated_postgres_url, chance, until_s))
            )
            sending = pool.submit(accepted, house, masters)
            for playing in [
                pool.submit(one.listen, lambda: time.monotonic() > until_s) for one in listeners
            ]:
                playing.result()
            sent = sending.result()
        assert ending.result() > 10
        for one in listeners:
            one.await_settled()
        for acknowledged in sent.values():
            house.await_state(acknowledged, "complete", seconds=600)
        # What was not acknowledged can be sent again.
        again = accepted(house, [path for path in masters if path not in sent])
        assert len(sent) + len(again) == len(masters)
        for late in again.values():
            house.await_state(late, "complete", seconds=600)
        books = until(lambda: _at_rest(migrated_postgres_url))

    heard = [play for one in listeners for play in one.heard]
    assert heard
    books.require_each_once(heard)
    books.require_exact(_CREDIT)
    assert_nothing_is_wrong(**settings)


def _at_rest(url: str) -> object:
    books = asyncio.run(books_of(url))
    return None if books.due else books


def test_a_storage_that_is_away_loses_nothing_and_all_goes_on_when_it_is_back(
    tmp_path: Path, s3_url: str
) -> None:
    masters = [tone(tmp_path / f"{number}.wav", seconds=1 + number / 4) for number in range(4)]
    with way_to(s3_url) as (storage_url, way):
        with open_house(tmp_path, demo="true", storage_url=storage_url) as house:
            before = accepted(house, masters[:2])
            assert len(before) == 2

            way.shut()
            refused = [house.put(path) for path in masters[2:]]
            time.sleep(_AWAY_S)
            ready = house.ask("GET", "/readyz")
            way.open()

            assert {one.status for one in refused} == {503}
            assert ready.status == 503
            for track in before.values():
                house.await_state(track, "complete", seconds=600)
            after = accepted(house, masters[2:])
            assert len(after) == 2
            for track in after.values():
                house.await_state(track, "complete", seconds=600)
        assert_nothing_is_wrong(data_dir=str(tmp_path / "data"), storage_url=storage_url)


@contextmanager
def disk_of(megabytes: int, folder: Path) -> Iterator[Path]:
    """Mount a disk in memory, where this machine lets us."""
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root mounts a disk")
    words = [mount, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disk_of(24, tmp_path / "small") as folder:
        yield folder


def test_a_full_disk_refuses_uploads_lets_jobs_wait_and_goes_on_when_there_is_room(
    tmp_path: Path, small_disk: Path
) -> None:
    objects = f"file://{small_disk}/objects"
    masters = [tone(tmp_path / f"{number}.wav", seconds=1 + number / 4) for number in range(4)]
    ballast = small_disk / "others"
    with open_house(tmp_path, demo="true", storage_url=objects) as house:
        before = accepted(house, masters[:2])
        assert len(before) == 2
        free = shutil.disk_usage(small_disk).free
        ballast.write_bytes(bytes(free - (64 << 10)))  # the jobs of both meet a full disk

        refused = house.put(masters[2])
        time.sleep(5)
        states = {house.track(track)["state"] for track in before.values()}
        ballast.unlink()

        assert refused.status == 507
        assert refused.json["type"] == "urn:refrain:problem:storage-full"
        assert "rejected" not in states
        for track in before.values():
            house.await_state(track, "complete", seconds=600)
        for track in accepted(house, masters[2:]).values():
            house.await_state(track, "complete", seconds=600)
    assert_nothing_is_wrong(data_dir=str(tmp_path / "data"), storage_url=objects)


def test_a_full_disk_of_the_database_acknowledges_nothing_and_goes_on_when_there_is_room(
    tmp_path: Path, small_disk: Path
) -> None:
    database = small_disk / "refrain.db"
    begin_as_copy(database)
    url = f"sqlite+aiosqlite:///{database}"
    masters = [tone(tmp_path / f"{number}.wav", seconds=1 + number / 4) for number in range(4)]
    ballast = small_disk / "others"
    with open_house(tmp_path, demo="true", play_threshold_s="1", database_url=url) as house:
        track = house.add(tone(tmp_path / "song.wav", seconds=4))
        listener = Listener(house, house.listener, lambda: track)
        listener.play(track)
        before = accepted(house, masters[:1])
        assert len(before) == 1
        fill(ballast)

        refused = [house.put(path) for path in masters[1:]]
        play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track})
        seen = house.ask("GET", "/api/v1/tracks/" + track, token=house.operator)
        time.sleep(5)
        ballast.unlink()

        told = {(one.status, one.json["type"]) for one in [*refused, play]}
        assert told == {(503, "urn:refrain:problem:database-full")}
        assert seen.status == 200  # what is there is read on
        for accepted_before in before.values():
            house.await_state(accepted_before, "complete", seconds=600)
        for late in accepted(house, masters[1:]).values():
            house.await_state(late, "complete", seconds=600)
        listener.play(track)
        listener.await_settled()
    assert len(listener.heard) == 2
    assert_nothing_is_wrong(data_dir=str(tmp_path / "data"), database_url=url)


def test_a_full_disk_of_postgresql_loses_nothing_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    masters = [tone(tmp_path / f"{number}.wav", seconds=1 + number / 40) for number in range(80)]
    with disk_of(256, tmp_path / "small") as disk, ExitStack() as servers:
        open_to_all(disk)
        port = free_port()
        server = postgres_on(disk, port)
        child = servers.enter_context(server.running())
        url = asyncio.run(migrated(asyncio.run(new_database(postgres_url_of(port)))))
        with open_house(tmp_path, demo="true", play_threshold_s="1", database_url=url) as house:
            track = house.add(tone(tmp_path / "song.wav", seconds=4))
            listener = Listener(house, house.listener, lambda: track)
            listener.play(track)
            fill(disk / "others")

            # It takes what finds room in pages it has, until one has to be added.
            before, refused = until_refused(house, masters)
            time.sleep(5)
            (disk / "others").unlink()
            if child.poll() is not None:  # as whoever keeps services running does
                servers.enter_context(server.running())

            assert refused == (503, "urn:refrain:problem:database-full")
            for accepted_before in before:
                house.await_state(accepted_before, "complete", seconds=600)
            for late in accepted(house, masters[-3:]).values():
                house.await_state(late, "complete", seconds=600)
            listener.play(track)
            listener.await_settled()
        assert len(listener.heard) == 2
        assert_nothing_is_wrong(data_dir=str(tmp_path / "data"), database_url=url)


def until_refused(house: House, masters: list[Path]) -> tuple[list[str], tuple[int, str]]:
    """Send masters until one is refused; answer the tracks of those before, and why."""
    tracks: list[str] = []
    for path in masters:
        answer = house.put(path)
        if answer.status != 201:
            return tracks, (answer.status, answer.json["type"])
        tracks.append(answer.json["track"])
    raise AssertionError(f"{len(tracks)} masters found room")


def fill(ballast: Path) -> None:
    """Leave no room at all, whoever writes meanwhile."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
