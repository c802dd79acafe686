"""Whatever is killed at whichever step: what was acknowledged is done once, and the books agree."""

import asyncio
import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from threading import Event

import pytest

from base.database import Database
from catalog.roles import Role
from tests.support.acknowledged import done_in
from tests.support.commands import refrain
from tests.support.cooperative import Cooperative, furnish
from tests.support.customers import Customer
from tests.support.fleet import open_fleet
from tests.support.house import Document
from tests.support.invariants import closed_months, require_counted, require_sound
from tests.support.plays import books_of, sure
from tests.support.traps import STEPS, VICTIMS, Trap, TrappedHouse, traps

_CLOSE = "close a month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done."""

    listeners: int
    tracks: int
    #: All steps with all victims; else each victim at one of the steps.
    is_long: bool = False

    def traps(self, chance: Random) -> list[Trap]:
        """Answer whom to kill when; a month is closed in each of them."""
        if self.is_long:
            pairs = [(step, victim) for step in STEPS for victim in VICTIMS]
            chance.shuffle(pairs)
            return traps(chance, *zip(*pairs, strict=True))
        others = [one for one in STEPS if one != _CLOSE]
        steps = [_CLOSE, *chance.sample(others, len(VICTIMS) - 1)]
        return traps(chance, steps, chance.sample(VICTIMS, len(VICTIMS)))


class Run:
    """Customers and a treasurer at work, until it is over."""

    def __init__(self, coop: Cooperative, chance: Random, *, longest_peace_s: float) -> None:
        self.longest_peace_s = longest_peace_s
        self.coop, self.house = coop, TrappedHouse(coop.fleet)
        self.customers = [
            Customer(self.house, token, coop.treasurer, coop.tracks, Random(chance.random()))
            for token in coop.tokens[Role.LISTENER][:-1]
        ]
        self.closed: list[Document] = []
        self._before = asyncio.run(done_in(coop.url))
        self._is_over = Event()
        self._working: list[Future[None]] = []

    def survive(self, all_: Sequence[Trap], chance: Random) -> None:
        """Work, while one trap after the other is set and stepped on; then come to rest."""
        fleet, is_over = self.coop.fleet, self._is_over.is_set
        with ThreadPoolExecutor(len(self.customers) + 1) as pool:
            try:
                self._working = [pool.submit(one.live, is_over) for one in self.customers]
                for trap in all_:
                    self.house.set(trap)
                    if trap.step == _CLOSE:
                        self._working.append(pool.submit(self._close_next))
                    fleet.tend_until(self._has_sprung, seconds=120)
                    fleet.tend_for(chance.uniform(0.2, self.longest_peace_s))
            finally:
                self._is_over.set()
            fleet.tend_until(lambda: all(one.done() for one in self._working), seconds=120)
        for one in self._working:
            one.result()
        fleet.tend_until(lambda: asyncio.run(books_of(self.coop.url)).due == 0, seconds=60)

    def _has_sprung(self) -> bool:
        for one in self._working:
            if one.done():
                one.result()
        return not self.house.is_set

    def _close_next(self) -> None:
        month = self.coop.first.after(len(self.closed)).name
        self.closed.append(self._close(month))

    def _close(self, month: str) -> Document:
        path = f"/api/v1/books/months/{month}/close"
        answer = sure(self.house, "POST", path, token=self.coop.treasurer)
        assert answer.status == 200, answer.body
        return answer.json

    def require_done_once(self) -> None:
        """See that all that was acknowledged was done, and that saying it again does nothing."""
        done = asyncio.run(done_in(self.coop.url))
        done.require_once(chain.from_iterable(one.done for one in self.customers), self._before)
        heard = chain.from_iterable(one.heard.values() for one in self.customers)
        done.require_played(chain.from_iterable(heard))
        self._require_the_same_again()
        self._require_libraries()
        assert asyncio.run(done_in(self.coop.url)) == done

    def _require_the_same_again(self) -> None:
        for deed in chain.from_iterable(one.done for one in self.customers):
            said = deed.again(self.house)
            for name in ("id", "purchases", "transaction", "amount"):
                assert said.get(name) == deed.said.get(name)
        for one in self.closed:
            assert self._close(one["month"]) == one

    def _require_libraries(self) -> None:
        for one in self.customers:
            library = sure(self.house, "GET", "/api/v1/library", token=one.token).json
            assert {bought["recording"] for bought in one.kept.values()} <= {*library["owned"]}


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(listeners=2, tracks=1), id="each once"),
        pytest.param(Size(listeners=4, tracks=4, is_long=True), id="all", marks=pytest.mark.chaos),
    ],
)
def test_scenario_kill_9_of_server_worker_broker_and_database_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: Size
) -> None:
    seed = int(
        os.environ.get("REFRAIN_CHAOS_SEED", time.time_ns() % 1_000_000 if size.is_long else 6)
    )
    print(f"REFRAIN_CHAOS_SEED={seed}")  # noqa: T201 - for who wants the same again
    chance = Random(seed)
    planned = size.traps(chance)
    months = sum(one.step == _CLOSE for one in planned)
    with open_fleet(
        tmp_path,
        workers=1,
        remembers=True,
        storage_url=f"file://{tmp_path}/objects",
        play_threshold_s="1",
        uploads_per_minute="10000",
    ) as fleet:
        coop = furnish(
            fleet, listeners=size.listeners, tracks=size.tracks, months=months, seed=seed
        )
        run = Run(coop, chance, longest_peace_s=2.5 if size.is_long else 1.0)

        run.survive(planned, chance)

        kills = sum(one.victim == "postgres" for one in planned)
        assert all(one.lost <= kills for one in run.customers)
        run.require_done_once()
        asyncio.run(_require_books(coop.url, closed={one["month"] for one in run.closed}))
        for name, value in fleet.settings.items():
            monkeypatch.setenv(f"REFRAIN_{name.upper()}", value)
        for check in (("verify", "--jobs", "1"), ("reconcile",)):
            done_well = refrain("books", *check)
            assert done_well.status == 0, done_well


async def _require_books(url: str, *, closed: set[str]) -> None:
    database = Database(url)
    try:
        await require_sound(database)
        await require_counted(database)
        assert (await closed_months(database)).keys() == closed
    finally:
        await database.close()
