"""A whole Refrain as its users run it: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from base.ties import tied_to_parent
from tests.support.catalog import begin_as_copy
from tests.support.masters import ROOT

Document = dict[str, Any]
_LATER = ROOT / "tests" / "support" / "later"
#: Between two looks, the first and at most: who looks all the time takes it from who is awaited.
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.02, 0.2


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Document:
        document: Document = json.loads(self.body)
        return document


@dataclass
class House:
    url: str
    artist: str
    listener: str
    operator: str
    process: subprocess.Popen[bytes]
    log: Path
    #: Where the operator chooses an address and a password.
    set_up: str = ""
    #: Where labels deliver, if they do.
    sftp_port: int = 0
    tracks: dict[Path, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        data: bytes | Document | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        body = json.dumps(data).encode() if isinstance(data, dict) else data
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.url + path, data=body, method=method, headers=headers or {}
        )
        if isinstance(data, dict):
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
                return Answer(answer.status, _lowered(answer.headers.items()), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lowered(error.headers.items()), error.read())

    def put(self, path: Path) -> Answer:
        return self.ask(
            "PUT", f"/api/v1/masters/{quote(path.name)}", token=self.artist, data=path.read_bytes()
        )

    def track(self, track: str) -> Document:
        return self.ask("GET", f"/api/v1/tracks/{track}", token=self.operator).json

    def await_state(self, track: str, *states: str, seconds: float = 180) -> Document:
        return until(
            lambda: (found := self.track(track))["state"] in states and found, seconds=seconds
        )

    def add(self, path: Path) -> str:
        """Send a master and wait until it is complete."""
        track: str = self.put(path).json["track"]
        self.await_state(track, "complete")
        return track

    def children(self, word: str) -> list[int]:
        """Answer the ids of our child processes whose command line has `word`.

        What they start looks the same until it has become its program, and is left out.
        """
        found = [pid for pid, line in descendants(self.process.pid) if word in line]
        return [pid for pid in found if parent_of(pid) not in found]


def _lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def until(ask: Callable[[], Any], *, seconds: float = 30) -> Any:  # noqa: ANN401 - what was asked
    deadline, pause_s = time.monotonic() + seconds, _FIRST_LOOK_S
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, _LONGEST_LOOK_S)
    raise AssertionError(f"not within {seconds} s")


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it is gone


def descendants(root: int) -> list[tuple[int, str]]:
    parents: dict[int, tuple[int, str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        parents[int(stat.parent.name)] = (int(fields[1]), line)
    found, ring = [], {root}
    while ring:
        ring = {pid for pid, (parent, _) in parents.items() if parent in ring}
        found += [(pid, parents[pid][1]) for pid in ring]
    return found


@contextmanager
def open_house(folder: Path, *, is_empty: bool = False, **settings: str) -> Iterator[House]:
    """Run `refrain up` on a free port; the settings are named as in the environment.

    Unless it should begin with nothing at all, its database has all tables already.
    """
    log, data = folder / "house.log", folder / "data"
    if not (is_empty or "database_url" in settings):
        data.mkdir(mode=0o700, exist_ok=True)
        begin_as_copy(data / "refrain.db")
    argv = ["up", "--data", str(data), "--port", "0", "--json"]
    with speaking(argv, log=log, settings=settings, stop=signal.SIGINT) as (process, said):
        yield House(
            url=said["url"],
            artist=said.get("artist_token", ""),
            listener=said.get("listener_token", ""),
            operator=said.get("operator_token", ""),
            set_up=said.get("set_up_url", ""),
            sftp_port=said.get("sftp_port", 0),
            process=process,
            log=log,
        )


@contextmanager
def open_house_later(folder: Path, *, days_later: int, **how: Any) -> Iterator[House]:  # noqa: ANN401
    """Run it so many days later, by its own clock and by that of all that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        if days_later:
            patch.setenv("TEST_DAYS_LATER", str(days_later))
            patch.setenv("PYTHONPATH", f"{_LATER}{os.pathsep}{ROOT}")
        with open_house(folder, **how) as house:
            yield house


@contextmanager
def speaking(
    command: Sequence[str], *, log: Path, settings: Mapping[str, str], stop: signal.Signals
) -> Iterator[tuple[subprocess.Popen[bytes], Document]]:
    """Run a command of ours whose first line says that it is ready, and all that it starts."""
    env = {**os.environ, **{f"REFRAIN_{name.upper()}": text for name, text in settings.items()}}
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "refrain", *command],
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            env=env,
            cwd=ROOT,
            preexec_fn=tied_to_parent(stop),  # noqa: PLW1509 - one system call, no lock
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, log.read_text()
        yield process, json.loads(line)
    finally:
        left = descendants(process.pid)
        process.send_signal(stop)
        try:
            process.wait(timeout=30)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
    until(lambda: not [pid for pid, _ in left if Path(f"/proc/{pid}").exists()])
