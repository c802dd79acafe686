"""Whatever is killed, whenever: each play that was heard is counted, and none twice."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import select

from accounting.pricing import STEP_PRICES_MILLICREDITS
from base.database import Database
from catalog.models.ledger import Wallet
from catalog.models.plays import Play
from tests.support.commands import refrain
from tests.support.house import Answer, Document, House, open_house, until
from tests.support.masters import tone

_LISTENERS, _SECONDS = 6, 45
_CREDIT = 3_000
_VICTIMS = ("refrain serve", "refrain work", "valkey-server")
_DATABASE = "a backend, and with it all of PostgreSQL"


class Listener:
    """Plays one track again and again, as a player does whose line is bad."""

    def __init__(self, house: House, token: str, track: str, *, until_s: float) -> None:
        self.house, self.token, self.track, self.until_s = house, token, track, until_s
        self.heard: list[str] = []

    def listen(self) -> None:
        while time.monotonic() < self.until_s:
            play = self._sure("POST", "/api/v1/plays", {"track": self.track}).json
            self._sure("GET", play["progressive"][0]["url"])
            for at in (0.0, 0.6, 1.2):
                self._sure(
                    "POST",
                    f"/api/v1/plays/{play['play']}/heartbeat",
                    {"position_s": at, "elapsed_s": at},
                )
                time.sleep(0.6)
            # All was served, and all reports were acknowledged.
            self.heard.append(play["play"])

    def _sure(self, method: str, path: str, data: Document | None = None) -> Answer:
        def asked() -> Answer | None:
            with suppress(OSError, HTTPException, ValueError):
                answer = self.house.ask(method, path, token=self.token, data=data)
                assert answer.status < 500 or answer.status == 503, answer.body
                return answer if answer.status < 500 else None
            return None

        found: Answer = until(asked, seconds=60)
        assert found.status in {200, 201, 206}, found.body
        return found


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


def backends(database: str) -> list[int]:
    """Answer the processes that serve connections to a PostgreSQL database."""
    name = database.rpartition("/")[2]
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            words = line.read_bytes().decode(errors="replace").split()
            if words[:1] == ["postgres:"] and name in words:
                found.append(int(line.parent.name))
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
        listeners = [Listener(house, token, track, until_s=until_s) for token in tokens]
        with ThreadPoolExecutor(_LISTENERS + 1) as pool:
            killing = pool.submit(killed, house, chance, database=database_url, until_s=until_s)
            playing = [pool.submit(one.listen) for one in listeners]
            for one in playing:
                one.result()
        assert len(killing.result()) >= len(_VICTIMS)
        for one in listeners:
            for play in one.heard:
                until(lambda one=one, play=play: _is_settled(house, one.token, play), seconds=60)
        # What was heard but not to the end may be counted, too; nothing is any more under way.
        time.sleep(2)

    plays, wallets = asyncio.run(_books(database_url))
    counted = Counter(str(one.session_id) for one in plays)
    heard = [play for one in listeners for play in one.heard]
    assert len(heard) > _LISTENERS * 3
    assert {counted[play] for play in heard} == {1}
    assert set(counted.values()) == {1}
    by_listener: dict[object, list[int]] = {}
    for one in sorted(plays, key=lambda one: one.step or 10):
        by_listener.setdefault(one.listener_id, []).append(one.price_millicredits)
    for listener, prices in by_listener.items():
        assert prices[:9] == list(STEP_PRICES_MILLICREDITS)[: len(prices)]
        assert not any(prices[9:])
        assert wallets[listener] == (_CREDIT - sum(prices)) * 1000


def _is_settled(house: House, token: str, play: str) -> bool:
    with suppress(OSError, HTTPException, ValueError):
        answer = house.ask("GET", f"/api/v1/plays/{play}", token=token)
        return answer.status == 200 and answer.json["verdict"] == "settled"
    return False


async def _books(url: str) -> tuple[list[Play], dict[object, int]]:
    database = Database(url)
    try:
        async with database.read() as session:
            plays = list(await session.scalars(select(Play)))
            wallets = await session.scalars(select(Wallet))
            return plays, {one.listener_id: one.balance_micros for one in wallets}
    finally:
        await database.close()
