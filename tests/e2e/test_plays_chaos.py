"""Whatever is killed, whenever: each play that was heard is counted, and none twice."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.commands import refrain
from tests.support.house import House, open_house, until
from tests.support.masters import tone
from tests.support.plays import Books, Listener, books_of
from tests.support.postgres import backends

#: As many as may play one track to the ninth time by given credit before their plays are held.
_LISTENERS, _SECONDS = 5, 45
_CREDIT = 3_000
_VICTIMS = ("refrain serve", "refrain work", "valkey-server")
_DATABASE = "a backend, and with it all of PostgreSQL"


def killed(house: House, chance: random.Random, *, database: str, until_s: float) -> Counter[str]:
    """Kill something now and then; answer what."""
    found: Counter[str] = Counter()
    victims = [*_VICTIMS, *([_DATABASE] if database.startswith("postgres") else [])]
    while time.monotonic() < until_s:
        time.sleep(chance.uniform(0.3, 4.0))
        victim = chance.choice(victims)
        pids = backends(database) if victim == _DATABASE else house.children(victim)
        for pid in pids[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                found[victim] += 1
    return found


@pytest.mark.chaos
def test_whatever_is_killed_each_play_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    settings = {"data_dir": str(tmp_path / "data"), "database_url": database_url}
    for name, value in settings.items():
        monkeypatch.setenv(f"REFRAIN_{name.upper()}", value)
    chance = random.Random(database_url[:8])
    with open_house(tmp_path, play_threshold_s="1", workers="2", demo="true") as house:
        track = house.add(tone(tmp_path / "song.wav", seconds=4))
        tokens = [
            refrain("account", f"Listener {number}", "--credit", str(_CREDIT)).said.strip()
            for number in range(_LISTENERS)
        ]
        until_s = time.monotonic() + _SECONDS
        listeners = [Listener(house, token, lambda: track) for token in tokens]
        with ThreadPoolExecutor(_LISTENERS + 1) as pool:
            killing = pool.submit(killed, house, chance, database=database_url, until_s=until_s)
            playing = [
                pool.submit(one.listen, lambda: time.monotonic() > until_s) for one in listeners
            ]
            for one in playing:
                one.result()
        assert len(killing.result()) >= len(_VICTIMS)
        for one in listeners:
            one.await_settled()
        # What was heard but not to the end may be counted, too; nothing is any more under way.
        books = until(lambda: _at_rest(database_url))

    heard = [play for one in listeners for play in one.heard]
    assert len(heard) > _LISTENERS * 3
    books.require_each_once(heard)
    books.require_exact(_CREDIT)


def _at_rest(database_url: str) -> Books | None:
    """Answer the books once nothing waits to be settled."""
    books = asyncio.run(books_of(database_url))
    return None if books.due else books
