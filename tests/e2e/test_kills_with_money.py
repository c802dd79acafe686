"""Whatever is killed at whichever step: what was acknowledged is done once, and the books agree."""

import asyncio
import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from threading import Event
from uuid import UUID

import pytest

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.months import Month, month_of
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.topups import Addresses, Confirmation, Wanted, confirm, order
from base.clock import ManualClock, system_clock
from base.database import Database
from base.settings import Settings
from base.tools import open_tools
from catalog.models.people import Role
from catalog.people import caller_of
from refrain.accounts import make_account
from tests.support.acknowledged import done_in
from tests.support.commands import refrain
from tests.support.customers import Customer
from tests.support.fleet import Fleet, open_fleet
from tests.support.house import Document, House
from tests.support.invariants import closed_months, require_counted, require_sound
from tests.support.plays import books_of, sure
from tests.support.shipment import song
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


@dataclass
class Cooperative:
    """A house in which something was sold before, some months ago, and nothing closed since."""

    fleet: Fleet
    tokens: dict[Role, list[str]]
    tracks: list[str]
    first: Month

    @property
    def treasurer(self) -> str:
        return self.tokens[Role.TREASURER][0]

    @property
    def url(self) -> str:
        return self.fleet.settings["database_url"]


def furnish(fleet: Fleet, size: Size, *, months: int, seed: int) -> Cooperative:
    """Publish some music, and sell it to somebody so many months ago."""
    settings = Settings.model_validate(fleet.settings)
    first = month_of(system_clock(), settings.books_zone).after(-months)
    clock = ManualClock(first.starts_at)
    tokens = asyncio.run(_people(settings, clock, size.listeners))
    fleet.house.operator = tokens[Role.OPERATOR][0]
    tracks = _published(fleet.house, tokens[Role.ARTIST], size.tracks, seed)
    asyncio.run(_sell(settings, clock, tokens[Role.LISTENER][-1], tracks))
    return Cooperative(fleet=fleet, tokens=tokens, tracks=tracks, first=first)


async def _people(settings: Settings, clock: ManualClock, listeners: int) -> dict[Role, list[str]]:
    numbers = {Role.OPERATOR: 1, Role.TREASURER: 1, Role.ARTIST: 2, Role.LISTENER: listeners + 1}
    async with open_tools(settings) as tools:
        make = partial(make_account, tools.database, clock, millicredits=0, country="DE")
        return {
            role: [await make(name=f"{role} {number}", role=role) for number in range(count)]
            for role, count in numbers.items()
        }


def _published(house: House, artists: Sequence[str], count: int, seed: int) -> list[str]:
    tracks = []
    for number in range(count):
        path, token = f"/api/v1/masters/{number}.flac", artists[number % len(artists)]
        master = song(seed + number, "flac")
        tracks.append(sure(house, "PUT", path, token=token, data=master).json["track"])
    for track in tracks:
        house.await_state(track, "complete")
    return tracks


async def _sell(settings: Settings, clock: ManualClock, token: str, tracks: list[str]) -> None:
    async with open_tools(settings) as tools:
        async with tools.database.read() as session:
            who = await caller_of(session, token)
            articles = [await article_of(session, UUID(one)) for one in tracks]
        assert who is not None
        wanted = Wanted(listener_id=who.id, request_key="k", product="credits-20", country="DE")
        addresses = Addresses(back="https://x.example", webhook="https://x.example")
        paid = await order(tools.database, Manual(), wanted, addresses=addresses, clock=clock)
        amount = Money(micros=paid.price, currency=paid.currency)
        found = Confirmation(payment_id=paid.id, amount=amount, by=None, at=clock())
        await tools.database.run(lambda session: confirm(session, found, now=clock()))
        all_ = Order(key="k", asked="all", listener_id=who.id, payer_id=who.id, articles=articles)
        await tools.database.run(lambda session: buy(session, all_, now=clock()))


class Run:
    """Customers and a treasurer at work, until it is over."""

    def __init__(self, coop: Cooperative, chance: Random) -> None:
        self.coop, self.house = coop, TrappedHouse(coop.fleet)
        self.customers = [
            Customer(self.house, token, coop.treasurer, coop.tracks, Random(chance.random()))
            for token in coop.tokens[Role.LISTENER][:-1]
        ]
        self.closed: list[Document] = []
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
                    fleet.tend_for(chance.uniform(0.5, 2.5))
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

    def require_the_same_again(self) -> None:
        """Say everything that was acknowledged once more: it is answered as it was."""
        for deed in chain.from_iterable(one.done for one in self.customers):
            said = deed.again(self.house)
            for name in ("id", "purchases", "transaction", "amount"):
                assert said.get(name) == deed.said.get(name)
        for one in self.closed:
            assert self._close(one["month"]) == one

    def require_libraries(self) -> None:
        """See that what was bought and kept is owned, whatever else is."""
        for one in self.customers:
            library = sure(self.house, "GET", "/api/v1/library", token=one.token).json
            assert len(library["owned"]) >= len(one.kept)


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
        coop = furnish(fleet, size, months=months, seed=seed)
        before = asyncio.run(done_in(coop.url))
        run = Run(coop, chance)

        run.survive(planned, chance)

        done = asyncio.run(done_in(coop.url))
        done.require_once(chain.from_iterable(one.done for one in run.customers), before=before)
        done.require_played(
            play for one in run.customers for plays in one.heard.values() for play in plays
        )
        kills = sum(one.victim == "postgres" for one in planned)
        assert all(one.lost <= kills for one in run.customers)
        run.require_the_same_again()
        run.require_libraries()
        assert asyncio.run(done_in(coop.url)) == done
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
