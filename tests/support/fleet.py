"""A fleet to be hurt: services, a server and workers, each started again when it falls."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.catalog import migrated
from tests.support.children import Program, answers, end, free_port
from tests.support.house import House, descendants
from tests.support.masters import ROOT
from tests.support.postgres import new_database, open_to_all, postgres_on, postgres_url_of
from tests.support.s3 import bucket, s3_on
from tests.support.valkey import valkey_on, valkey_url_of

#: What fell is started again after so long.
_AGAIN_S = 0.5


@dataclass(slots=True)
class Member:
    """A program that is kept running."""

    name: str
    program: Program
    process: subprocess.Popen[bytes]
    fell_s: float | None = None

    @property
    def pids(self) -> list[int]:
        """Itself, and all that it started."""
        return [self.process.pid, *(pid for pid, _ in descendants(self.process.pid))]

    def tend(self) -> bool:
        """Start it again some time after it fell; answer whether that was now."""
        if self.process.poll() is None:
            return False
        self.fell_s = self.fell_s or time.monotonic()
        if time.monotonic() - self.fell_s < _AGAIN_S:
            return False
        self.fell_s, self.process = None, self.program.launch()
        return True


@dataclass(slots=True)
class Fleet:
    """All members, what is paused and until when, and what was done to whom."""

    members: dict[str, Member]
    house: House
    settings: Mapping[str, str]
    injuries: Path
    _begun_s: float = field(default_factory=time.monotonic)
    _paused: list[tuple[float, list[int]]] = field(default_factory=list)

    @property
    def workers(self) -> Sequence[Member]:
        """Those that do the jobs."""
        return [one for one in self.members.values() if one.name.startswith("worker")]

    def say(self, words: str) -> None:
        """Write down what happens."""
        with self.injuries.open("a") as log:
            log.write(f"{time.monotonic() - self._begun_s:7.2f} s  {words}\n")

    def kill(self, pid: int, words: str) -> None:
        """End a process as the kernel does when memory is short."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.say(f"killed {words} ({pid})")

    def pause(self, pids: list[int], words: str, *, seconds: float) -> None:
        """Stop processes where they are, for so long; those that stand still are left alone."""
        pids = [pid for pid in pids if pid not in self._standing]
        if not pids:
            return
        for pid in pids:
            _signal(pid, signal.SIGSTOP)
        self._paused.append((time.monotonic() + seconds, pids))
        self.say(f"paused {words} ({pids}) for {seconds:g} s")

    @property
    def _standing(self) -> set[int]:
        return {pid for _, pids in self._paused for pid in pids}

    def tend(self) -> None:
        """Start what fell, and let go on what was paused for long enough."""
        now_s = time.monotonic()
        for until_s, pids in list(self._paused):
            if until_s <= now_s:
                for pid in pids:
                    _signal(pid, signal.SIGCONT)
                self._paused.remove((until_s, pids))
        for member in self.members.values():
            if member.tend():
                self.say(f"started {member.name} again ({member.process.pid})")

    def tend_for(self, seconds: float) -> None:
        """Look after all for so long."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self.tend()
            time.sleep(0.05)

    def tend_until(
        self, is_so: Callable[[], object], *, seconds: float, every_s: float = 0.05
    ) -> None:
        """Look after all until something is so."""
        until_s = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < until_s, f"not within {seconds:g} s"
            self.tend_for(every_s)

    def end(self, *members: Member) -> None:
        """End some in good order, for good."""
        for member in members:
            end(member.process, member.program.stop)
            del self.members[member.name]
            self.say(f"ended {member.name}")

    def heal(self) -> None:
        """Let all go on that is paused."""
        self._paused = [(0.0, pids) for _, pids in self._paused]
        self.tend()


def _signal(pid: int, kind: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, kind)


@contextmanager
def open_fleet(
    folder: Path,
    *,
    workers: int,
    database_url: str = "",
    storage_url: str = "",
    remembers: bool = False,
    **settings: str,
) -> Iterator[Fleet]:
    """Run a server, workers and their services, a database and a storage unless they are given.

    The settings are named as in the environment. Valkey remembers only if that is wanted.
    """
    members: dict[str, Member] = {}
    port = free_port()
    given = {
        "data_dir": str(folder / "data"),
        "database_url": database_url,
        "redis_url": valkey_url_of(folder),
        "storage_url": storage_url,
        "port": str(port),
        "log_format": "json",
        **settings,
    }
    with ExitStack() as stack:
        stack.callback(_end_all, members)
        _start(members, "valkey", valkey_on(folder, remembers=remembers))
        if not database_url:
            given["database_url"] = _start_postgres(members, folder)
        if not storage_url:
            s3_port = free_port()
            _start(members, "s3", s3_on(folder, s3_port))
            given["storage_url"] = stack.enter_context(bucket(f"http://127.0.0.1:{s3_port}"))
        env = {f"REFRAIN_{name.upper()}": value for name, value in given.items()}
        log = folder / "house.log"
        _start(members, "server", _ours("serve", log, env, ready=answers(port)))
        for number in range(workers):
            _start(members, f"worker {number}", _ours("work", log, env))
        house = House(
            url=f"http://127.0.0.1:{port}",
            artist="",
            listener="",
            operator="",
            process=members["server"].process,
            log=log,
        )
        fleet = Fleet(
            members=members, house=house, settings=given, injuries=folder / "injuries.log"
        )
        try:
            yield fleet
        finally:
            fleet.heal()


def _start_postgres(members: dict[str, Member], folder: Path) -> str:
    port = free_port()
    open_to_all(folder)
    _start(members, "postgres", postgres_on(folder, port))
    return asyncio.run(_migrated_in(postgres_url_of(port)))


async def _migrated_in(server: str) -> str:
    return await migrated(await new_database(server))


def _start(members: dict[str, Member], name: str, program: Program) -> None:
    members[name] = Member(name, program, program.launch())
    program.await_ready(members[name].process)


def _end_all(members: Mapping[str, Member]) -> None:
    for member in reversed(list(members.values())):
        end(member.process, member.program.stop)


def _ours(
    command: str, log: Path, env: Mapping[str, str], ready: Callable[[], bool] = lambda: True
) -> Program:
    argv = [sys.executable, "-m", "refrain", command]
    return Program(argv=argv, log=log, ready=ready, env=env, popen={"cwd": ROOT})
