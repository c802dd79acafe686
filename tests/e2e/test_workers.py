"""Workers as operators run them: each with a parent, on a house that has none of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import refrain
from tests.support.house import House, descendants, open_house, parent_of, speaking, until
from tests.support.masters import long_tone


@dataclass
class Place:
    """A house without workers, and a worker's job under way."""

    house: House
    folder: Path
    number: int = 0

    @property
    def data(self) -> Path:
        return self.house.log.parent / "data"

    def put_long(self) -> None:
        """Send a master that takes a while, each time a longer one: the same bytes are the same."""
        self.number += 1
        path = long_tone(self.folder / f"{self.number}.wav", seconds=40 + 10 * self.number)
        assert self.house.put(path).json["track"]
        path.unlink()

    def ask(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.data / "refrain.db", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def job(self, state: str) -> tuple[Any, ...] | None:
        """Answer attempts, kills, cause and worker of a long ladder that is in a state."""
        query = (
            "SELECT attempts, kills, cause, worker, id FROM jobs WHERE kind IN ('ladder', 'piece') "
            "AND state = ?"
        )
        found = self.ask(query, state)
        return tuple(found[0]) if found else None

    def attempts(self, job: object) -> list[Any]:
        query = "SELECT outcome, cause, reason FROM job_attempts WHERE job_id = ? ORDER BY ended_at"
        return self.ask(query, job)

    def under_way(self) -> tuple[Any, ...]:
        """Wait until a ladder is being encoded; answer its job."""
        return tuple(until(lambda: self.job("leased"), seconds=120))


@dataclass
class Working:
    parent: subprocess.Popen[bytes]
    said: dict[str, Any]

    def workers(self) -> list[int]:
        """Answer our children: a child of theirs looks the same until it has become its program."""
        lines = descendants(self.parent.pid)
        found = [pid for pid, line in lines if "refrain work --alone" in line]
        return [pid for pid in found if parent_of(pid) == self.parent.pid]

    @property
    def worker(self) -> int:
        [pid] = self.workers()
        return pid


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, workers="0", log_format="json") as house:
        yield Place(house, folder)


@contextmanager
def working(place: Place, *options: str, **settings: str) -> Iterator[Working]:
    given = {"data_dir": str(place.data), "log_format": "json", **settings}
    log = place.folder / f"worker-{os.urandom(3).hex()}.log"
    command = ["work", *options]
    with speaking(command, log=log, settings=given, stop=signal.SIGINT) as (process, said):
        yield Working(process, said)


def test_what_a_crashed_worker_had_is_taken_back_at_once_and_the_cause_is_told(
    place: Place,
) -> None:
    place.put_long()
    # Its leases would run out in two minutes; and it has nothing else to do, so that it is clear
    # which job it was.
    lanes = ("--lanes", "first,ladder")
    with working(place, "--cores", "1", *lanes, lease_s="120") as machine:
        job = place.under_way()
        died = machine.worker

        os.kill(died, signal.SIGSEGV)

        attempts = until(lambda: place.attempts(job[-1]), seconds=20)
        assert attempts == [("expired", "crash", "the worker crashed (SIGSEGV)")]
        again = until(lambda: place.job("leased"), seconds=40)
        assert again[:3] == (2, 1, "crash")
        assert again[3] != job[3]
        assert machine.worker != died
        assert not _ffmpegs_of(died)

        # Whoever kills the parent ends the worker, which gives back what it has.
        worker = machine.worker
        machine.parent.kill()
        machine.parent.wait()
        until(lambda: not Path(f"/proc/{worker}").exists(), seconds=15)
        waiting = until(lambda: place.job("waiting"), seconds=5)
        assert waiting[:2] == (1, 1)
        assert place.attempts(job[-1])[-1][0] == "given-back"
        assert list((place.data / "scratch").iterdir()) == []


def test_what_is_not_done_within_the_grace_is_given_back_and_was_not_tried(place: Place) -> None:
    with working(place, "--cores", "1", "--grace", "0.5", "--name", "short") as machine:
        job = place.under_way()
        assert job[3].startswith("short:")

        machine.parent.send_signal(signal.SIGTERM)

        assert machine.parent.wait(timeout=20) == 0
        assert place.job("waiting")[0] == job[0] - 1
        assert place.attempts(job[-1])[-1] == ("given-back", None, "the worker was stopped")
        assert place.ask("SELECT name FROM workers") == []


def test_a_new_worker_follows_and_the_old_one_finishes_what_it_has(place: Place) -> None:
    with working(place, "--grace", "240") as machine:
        job = place.under_way()
        old = machine.worker

        machine.parent.send_signal(signal.SIGHUP)

        new = until(lambda: next(iter(set(machine.workers()) - {old}), None))
        until(lambda: machine.workers() == [new], seconds=240)
        assert place.ask("SELECT pid, is_draining FROM workers") == [(new, 0)]
        assert place.attempts(job[-1])[-1][0] == "done"
        assert place.ask("SELECT state FROM jobs WHERE id = ?", job[-1]) == [("done",)]


def test_lanes_that_are_not_told_are_left_alone(place: Place) -> None:
    with working(place, "--lanes", "intake,webhooks=2", "--cores", "1") as machine:
        place.put_long()

        [(lanes, cores)] = place.ask("SELECT lanes, cores FROM workers")
        assert (lanes, cores) == ('{"intake": 2, "webhooks": 2}', 1)
        assert place.ask("SELECT kind FROM jobs WHERE state = 'waiting'") == [("examine",)]
        [memory] = [_memory_kib(machine.parent.pid)]
        assert memory < 25_000, "the parent holds what it does not need"


def test_an_unknown_lane_is_a_sentence() -> None:
    done = refrain("work", "--lanes", "frist")

    assert done.status == 2
    assert "There is no lane 'frist'; there are first, ladder," in done.errors


def _ffmpegs_of(pid: int) -> list[int]:
    return [child for child, line in descendants(pid) if "ffmpeg" in line]


def _memory_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError(pid)
