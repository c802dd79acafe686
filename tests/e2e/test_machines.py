"""Two machines with addresses of their own share the work, and one of them is cut off."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from base.clock import system_clock
from base.database import Database
from base.settings import Settings
from base.tools import open_tools
from catalog.callers import Caller
from catalog.claims import Claims
from catalog.roles import Role
from ingest.accept import accept
from ingest.receive import receive
from tests.support.catalog import migrated, person
from tests.support.house import speaking, until
from tests.support.masters import ROOT, long_tone, tone
from tests.support.namespaces import Machine, inside, network
from tests.support.postgres import new_database, open_to_all, postgres
from tests.support.s3 import bucket, s3_server
from tests.support.valkey import valkey

#: Short enough that a test need not wait, long enough for a machine that has much to do.
LEASE_S = "6"


@dataclass
class Fleet:
    """What the machines share, as seen from where it is."""

    hub: Machine
    machines: dict[str, Machine]
    settings: dict[str, str]
    folder: Path
    artist: Caller

    def send(self, path: Path) -> None:
        """Let a master in, as a server would."""
        data = path.read_bytes()

        async def store() -> None:
            async with open_tools(Settings.model_validate(self.settings)) as tools:

                async def chunks() -> Any:  # noqa: ANN401 - an iterator
                    yield data

                claims = Claims(database=tools.database, storage=tools.storage, clock=system_clock)
                received = await receive(
                    tools.storage,
                    chunks(),
                    limit_bytes=len(data),
                    expected_bytes=len(data),
                    claim=claims.claim,
                )
                async with tools.database.begin() as session:
                    await accept(
                        session,
                        received,
                        filename=path.name,
                        caller=self.artist,
                        request_id="test",
                        now=system_clock(),
                    )

        with inside(self.hub):
            asyncio.run(store())

    def ask(self, query: str) -> Sequence[tuple[Any, ...]]:
        async def answer() -> Sequence[tuple[Any, ...]]:
            database = Database(self.settings["database_url"])
            try:
                async with database.read() as session:
                    return [tuple(row) for row in await session.execute(text(query))]
            finally:
                await database.close()

        with inside(self.hub):
            return asyncio.run(answer())

    def await_all(self, tracks: int, *, seconds: float) -> None:
        until(
            lambda: self.ask("SELECT count(*) FROM tracks WHERE state = 'complete'") == [(tracks,)],
            seconds=seconds,
        )

    def workers_of(self, outcome: str) -> list[str]:
        """Answer on which machines attempts ended so."""
        rows = self.ask(f"SELECT worker FROM job_attempts WHERE outcome = '{outcome}'")  # noqa: S608
        return [name.partition(":")[0] for (name,) in rows]


@contextmanager
def fleet(folder: Path, *names: str) -> Iterator[Fleet]:
    with network(*names) as (hub, *machines), ExitStack() as stack:
        open_to_all(folder)
        with inside(hub):
            server = stack.enter_context(postgres(folder, host=hub.address))
            broker = stack.enter_context(valkey(folder, host=hub.address))
            store = stack.enter_context(s3_server(folder, host=hub.address))
            database_url = asyncio.run(migrated(asyncio.run(new_database(server))))
            settings = {
                "database_url": database_url,
                "redis_url": broker,
                "storage_url": stack.enter_context(bucket(store)),
                "data_dir": str(folder / "hub"),
            }
            artist = asyncio.run(_artist(database_url))
        yield Fleet(
            hub=hub,
            machines=dict(zip(names, machines, strict=True)),
            settings=settings,
            folder=folder,
            artist=artist,
        )


async def _artist(database_url: str) -> Caller:
    database = Database(database_url)
    try:
        return await person(database, Role.ARTIST)
    finally:
        await database.close()


@contextmanager
def working(fleet: Fleet, *names: str) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run a worker on each machine, which has nothing but the three addresses and its own disk."""
    with ExitStack() as stack:
        processes = {}
        for name in names:
            data = {"data_dir": str(fleet.folder / name), "lease_s": LEASE_S}
            command = speaking(
                ["work", "--name", name, "--cores", "1"],
                log=fleet.folder / f"{name}.log",
                settings={**fleet.settings, **data, "log_format": "json"},
                stop=signal.SIGINT,
            )
            with inside(fleet.machines[name]):
                process, said = stack.enter_context(command)
            assert said["name"].startswith(f"{name}:")
            processes[name] = process
            # One that is cut off could give nothing back, and take long to end.
            stack.callback(fleet.machines[name].mend)
        yield processes


@pytest.mark.chaos
def test_a_machine_that_is_cut_off_in_mid_job_loses_nothing(tmp_path: Path) -> None:
    with fleet(tmp_path, "one", "two") as there, working(there, "one", "two"):
        sent = 0
        while set(there.workers_of("done")) != {"one", "two"}:
            sent = _send_another(there, sent)

        cut, job = _cut_off_in_mid_job(there, number=0)
        [other] = there.machines.keys() - {cut}
        _await_done_by(there, job, other)
        there.await_all(sent + 1, seconds=120)

        there.machines[cut].mend()
        # It lets go of what it lost, and takes up what is new.
        until(lambda: "lease lost" in (tmp_path / f"{cut}.log").read_text(), seconds=120)
        assert _attempts(there, job) == [("expired", cut, "worker-lost"), ("done", other, None)]
        sent, before = sent + 1, there.workers_of("done").count(cut)
        while there.workers_of("done").count(cut) == before:
            sent = _send_another(there, sent)
        _require_once(there, sent)


def _send_another(there: Fleet, sent: int) -> int:
    """Send a short master beside so many, and wait until it is complete; answer how many are."""
    assert sent < 30, "somebody does not work"
    there.send(tone(there.folder / f"{sent}.wav", seconds=1 + sent / 4))
    there.await_all(sent + 1, seconds=240)
    return sent + 1


_LOCKING = """
import asyncio, sys
from sqlalchemy import text
from base.database import Database

async def lock():
    async with Database(sys.argv[1]).begin() as session:
        await session.execute(text("SELECT id FROM accounts FOR UPDATE"))
        print("locked", flush=True)
        await session.execute(text("SELECT pg_sleep(2)"))

asyncio.run(lock())
"""


@pytest.mark.chaos
def test_a_machine_that_is_cut_off_before_its_answer_comes_holds_no_row_for_long(
    tmp_path: Path,
) -> None:
    free = "SELECT count(*) FROM (SELECT id FROM accounts FOR UPDATE SKIP LOCKED) AS free"
    with fleet(tmp_path, "one") as there:
        command = [sys.executable, "-c", _LOCKING, there.settings["database_url"]]
        with inside(there.machines["one"]):
            locking = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        try:
            assert locking.stdout is not None
            assert locking.stdout.readline() == b"locked\n"
            there.machines["one"].cut()
            assert there.ask(free) == [(0,)]
            until(lambda: there.ask(free) == [(1,)], seconds=60)
        finally:
            locking.kill()
            locking.communicate()


@pytest.mark.chaos
def test_machines_that_are_cut_off_in_turns_lose_nothing(tmp_path: Path) -> None:
    with fleet(tmp_path, "one", "two", "three") as there, working(there, "one", "two", "three"):
        for number in range(1, 7):
            cut, job = _cut_off_in_mid_job(there, number=number)
            until(lambda job=job, cut=cut: _went_on_without(there, cut, job), seconds=240)
            there.machines[cut].mend()
        there.await_all(6, seconds=600)
        _require_once(there, 6)


def _cut_off_in_mid_job(there: Fleet, *, number: int) -> tuple[str, str]:
    """Send a master that takes a while; answer who was cut off while making its ladder."""
    path = there.folder / f"long-{number}.wav"
    there.send(long_tone(path, seconds=20 + 10 * number))
    query = "SELECT worker, id FROM jobs WHERE kind = 'ladder' AND state = 'leased'"
    [(worker, job), *_] = until(lambda: there.ask(query), seconds=120)
    name = worker.partition(":")[0]
    there.machines[name].cut()
    return name, str(job)


def _went_on_without(there: Fleet, cut: str, job: str) -> bool:
    """Answer whether somebody else has the job, or it is done: it may have been, just before."""
    query = f"SELECT state, worker FROM jobs WHERE id = '{job}'"  # noqa: S608 - a number of ours
    [(state, worker)] = there.ask(query)
    return state == "done" or bool(worker and not worker.startswith(f"{cut}:"))


def _await_done_by(there: Fleet, job: str, name: str) -> None:
    until(lambda: _attempts(there, job)[-1:] == [("done", name, None)], seconds=480)


def _attempts(there: Fleet, job: str) -> list[tuple[Any, ...]]:
    rows = there.ask(
        "SELECT outcome, worker, cause FROM job_attempts "  # noqa: S608 - a number of ours
        f"WHERE job_id = '{job}' ORDER BY ended_at"
    )
    return [(outcome, worker.partition(":")[0], cause) for outcome, worker, cause in rows]


def _require_once(there: Fleet, tracks: int) -> None:
    """Require that each master has each rung once, and nothing was given up."""
    rungs = there.ask("SELECT master_id, count(*) FROM renditions GROUP BY master_id")
    assert len(rungs) == tracks
    assert {number for _, number in rungs} == {11}
    assert there.ask("SELECT count(*) FROM jobs WHERE state = 'quarantined'") == [(0,)]
