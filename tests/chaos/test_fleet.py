"""Whatever is killed, paused or emptied, whenever: all that was sent is published once."""

import asyncio
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from base.database import Database
from base.errors import Unavailable
from base.settings import Settings
from base.tools import open_tools
from catalog.models.jobs import Job
from catalog.roles import Role
from catalog.states import JobState
from refrain.accounts import make_account
from tests.support.fleet import Fleet, Member, open_fleet
from tests.support.injuries import (
    encoders,
    flush,
    injure,
    kill_encoder,
    kill_service,
    kill_worker,
    lose_messages,
    pause,
    tell_twice,
)
from tests.support.inventory import inventory_of, require_whole_storage
from tests.support.plays import Books, Listener, books_of
from tests.support.shipment import Shipment, parcels

_CREDIT = 100_000
_EVERY_S = 2.0
#: What is not done by then is done in peace.
_LONGEST_S = 600.0
#: By chance a good job may die with its worker more often than a bad one does.
_SETTINGS = {
    "play_threshold_s": "1",
    "uploads_per_minute": "10000",
    "job_attempts": "50",
    "job_kills": "50",
}


class Run:
    """A fleet, what is sent to it, and who listens meanwhile."""

    def __init__(self, fleet: Fleet, *, masters: int, listeners: int, seed: int) -> None:
        self.fleet, self.chance = fleet, Random(seed)
        house, people = fleet.house, asyncio.run(_people(fleet, listeners))
        house.operator = people[Role.OPERATOR][0]
        self.shipment = Shipment(house, people[Role.ARTIST], list(parcels(masters, seed=seed)))
        self.listeners = [Listener(house, token, self.choose) for token in people[Role.LISTENER]]
        self._ends = False
        self._running: list[Future[None]] = []

    def choose(self) -> str | None:
        """Answer one of the first tracks that can be heard to its end by now."""
        for track in self.shipment.tracks[:3]:
            if self._state(track) == "complete":
                return track
        return None

    def _state(self, track: str) -> object:
        try:
            return self.fleet.house.track(track).get("state")
        except (OSError, ValueError):
            return None

    def begin(self, pool: ThreadPoolExecutor) -> Future[None]:
        """Send and listen, once there is a track; answer what is done when all was sent."""
        self.shipment.send_first()
        self.fleet.tend_until(self.choose, seconds=120, every_s=0.2)
        self.fleet.say("the first track is complete")
        sending = pool.submit(self.shipment.send)
        playing = [pool.submit(one.listen, lambda: self._ends) for one in self.listeners]
        self._running = [sending, *playing]
        return sending

    def end(self, *, seconds: float) -> None:
        """Heal all, and wait until everything that was sent or heard is dealt with."""
        self._ends = True
        self.fleet.heal()
        self.fleet.say("no more injuries")
        self.fleet.tend_until(lambda: all(one.done() for one in self._running), seconds=seconds)
        for one in self._running:
            one.result()
        self.fleet.tend_until(lambda: self.left() == 0, seconds=seconds, every_s=1)
        self.fleet.say("all jobs are done")
        for listener in self.listeners:
            listener.await_settled()
        self.fleet.tend_until(lambda: self.books().due == 0, seconds=60, every_s=0.5)
        self.fleet.end(self.fleet.members["server"], *self.fleet.workers)

    def left(self) -> int | None:
        """Answer how many jobs are not at their end; none while nobody can be asked."""
        return asyncio.run(_left(self.fleet.settings["database_url"]))

    def require_all(self, folder: Path, *, samples: int) -> None:
        """See that everything is there once, and nothing else, and all is paid once."""
        asyncio.run(self._require_published(folder, samples))
        books = self.books()
        books.require_each_once([play for one in self.listeners for play in one.heard])
        books.require_exact(_CREDIT)

    async def _require_published(self, folder: Path, samples: int) -> None:
        settings = Settings.model_validate(self.fleet.settings)
        async with open_tools(settings) as tools:
            found = await inventory_of(tools)
            found.require_every_job_done_once()
            sent = self.shipment
            found.require_published_once(tracks=sent.expected, rejected=sent.broken)
            await found.require_sound(tools, folder, self.chance, of=samples)
            await require_whole_storage(tools, found, folder)

    def books(self) -> Books:
        return asyncio.run(books_of(self.fleet.settings["database_url"]))


async def _people(fleet: Fleet, listeners: int) -> dict[Role, list[str]]:
    """Make accounts; answer their tokens."""
    credit = {Role.LISTENER: _CREDIT}
    numbers = {Role.OPERATOR: 1, Role.ARTIST: 3, Role.LISTENER: listeners}
    async with open_tools(Settings.model_validate(fleet.settings)) as tools:
        return {
            role: [
                await make_account(
                    tools.database,
                    tools.clock,
                    name=f"{role} {number}",
                    role=role,
                    millicredits=credit.get(role, 0),
                )
                for number in range(count)
            ]
            for role, count in numbers.items()
        }


async def _left(url: str) -> int | None:
    database = Database(url)
    query = select(Job.id).where(Job.state.in_([JobState.WAITING, JobState.LEASED]))
    try:
        async with asyncio.timeout(1), database.read() as session:
            return len(list(await session.scalars(query)))
    except (Unavailable, TimeoutError):
        return None
    finally:
        await database.close()


def seed_of(default: int) -> int:
    return int(os.environ.get("REFRAIN_CHAOS_SEED", default))


def busy(fleet: Fleet) -> Member:
    """Answer a worker in the middle of a job."""
    fleet.tend_until(lambda: any(map(encoders, fleet.workers)), seconds=60)
    return next((one for one in fleet.workers if encoders(one)), fleet.workers[0])


@pytest.mark.chaos
def test_a_fleet_that_is_hurt_in_every_way_publishes_every_master_once(
    tmp_path: Path, migrated_postgres_url: str, s3_url: str
) -> None:
    with (
        open_fleet(
            tmp_path,
            database_url=migrated_postgres_url,
            storage_url=s3_url,
            workers=2,
            lease_s="3",
            **_SETTINGS,
        ) as fleet,
        ThreadPoolExecutor(3) as pool,
    ):
        run = Run(fleet, masters=7, listeners=2, seed=seed_of(6))
        run.begin(pool)

        kill_encoder(fleet, busy(fleet))
        kill_worker(fleet, busy(fleet))
        flush(fleet)
        fleet.tend_for(0.5)
        pause(fleet, busy(fleet), seconds=6)
        tell_twice(fleet)
        fleet.tend_for(1)
        lose_messages(fleet)
        fleet.tend_for(1)
        kill_service(fleet, "valkey")

        run.end(seconds=300)
        run.require_all(tmp_path, samples=5)


@pytest.mark.chaos
def test_whatever_is_hurt_every_master_is_published_once(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    seed = seed_of(time.time_ns() % 1_000_000)
    masters = int(os.environ.get("REFRAIN_CHAOS_MASTERS", "300"))
    print(f"REFRAIN_CHAOS_SEED={seed}")  # noqa: T201 - for who wants the same again
    with (
        open_fleet(tmp_path, database_url=migrated_postgres_url, workers=4, **_SETTINGS) as fleet,
        ThreadPoolExecutor(5) as pool,
    ):
        fleet.say(f"seed {seed}")
        run = Run(fleet, masters=masters, listeners=4, seed=seed)
        sending = run.begin(pool)
        until_s = time.monotonic() + min(_LONGEST_S, 4.0 * masters)

        while time.monotonic() < until_s and not (sending.done() and run.left() == 0):
            injure(fleet, run.chance)
            fleet.tend_for(_EVERY_S)

        run.end(seconds=20.0 * masters)
        assert all(one.heard for one in run.listeners)
        run.require_all(tmp_path, samples=40)
