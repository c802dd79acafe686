"""Several servers on one port, as an operator runs them."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.plays import play_session
from tests.support.house import descendants, speaking, until
from tests.support.origin import SECRET, Origin, open_origin


@dataclass
class Server:
    url: str
    process: subprocess.Popen[bytes]

    def children(self) -> set[int]:
        return {pid for pid, line in descendants(self.process.pid) if "--listen-fd" in line}

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - ours
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def count(self, name: str, labels: str = "") -> float:
        _, text = self.get("/metrics")
        found = re.findall(
            rf"^{name}{re.escape(labels)}[^ ]* ([0-9.e+]+)$", text.decode(), re.MULTILINE
        )
        return sum(map(float, found))


@contextmanager
def serve(folder: Path, *, processes: int = 2, **settings: str) -> Iterator[Server]:
    given = {"data_dir": str(folder), "ticket_secret": SECRET, "port": "0", **settings}
    command, log = ["serve", "--processes", str(processes)], folder / "server.log"
    with speaking(command, log=log, settings=given, stop=signal.SIGTERM) as (process, said):
        yield Server(url=said["url"], process=process)


@contextmanager
def slow_reader(server: Server, path: str) -> Iterator[socket.socket]:
    """Ask for an object, and take the first of it only."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        sock.settimeout(20)
        sock.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        # Twice: the first time the process may have to open it.
        for number in range(2):
            wanted = "Range: bytes=0-0\r\n" if number == 0 else ""
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n{wanted}\r\n".encode())
            if number == 0:
                assert sock.recv(1 << 16).startswith(b"HTTP/1.1 206")
        yield sock


@pytest.fixture
async def made(tmp_path: Path) -> Origin:
    async with open_origin(tmp_path, fragment_bytes=600_000) as origin:
        return origin


async def test_several_processes_are_one_server(made: Origin, tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        assert len(server.children()) == 2
        body = made.bodies["aac-128"]
        for _ in range(30):  # on a connection of its own each
            assert server.get(made.path(), Range="bytes=0-9") == (206, body[:10])

        asked = '_total{method="GET",route="/media/{ticket}/{object}",status="206"}'
        until(lambda: server.count("refrain_http_requests", asked) == 30)
        assert server.count("refrain_answer_seconds_count", '{kind="media"}') == 30
        assert server.count("refrain_connections") >= 1
        # What the database says is said once.
        assert server.count("refrain_fleet_wanted_workers") == 1

        # One falls: the others answer, what was counted stays, and another comes.
        before = server.children()
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(server.children() - before) == 1)
        for _ in range(10):
            assert server.get("/readyz")[0] == 200
        assert server.count("refrain_http_requests", asked) == 30

        # What is taken back is taken back in all of them.
        async with made.tools.database.begin() as session:
            play = await play_session(session, made.session_id)
            play.revoked_at = made.tools.clock()
        until(lambda: all(server.get(made.path())[0] == 403 for _ in range(12)), seconds=20)


async def test_new_processes_follow_and_nobody_notices(made: Origin, tmp_path: Path) -> None:
    told: Counter[str] = Counter()
    stop = threading.Event()

    def listen(server: Server) -> None:
        while not stop.wait(0.02):
            try:
                status, body = server.get(made.path(), Range="bytes=100-60099")
                told["well" if (status, len(body)) == (206, 60_000) else f"{status}"] += 1
            except OSError as error:
                told[repr(error)] += 1

    with serve(tmp_path) as server:
        before = server.children()
        listeners = [threading.Thread(target=listen, args=(server,)) for _ in range(4)]
        for one in listeners:
            one.start()
        try:
            server.process.send_signal(signal.SIGHUP)
            until(lambda: not before & server.children() and len(server.children()) == 2)
            await asyncio.sleep(0.2)
        finally:
            stop.set()
            for one in listeners:
                one.join()

        # And when all of it ends, who is being served is served to the end.
        with slow_reader(server, made.path()) as slow:
            first = slow.recv(1_000)
            server.process.send_signal(signal.SIGTERM)
            whole = first + b"".join(iter(lambda: slow.recv(1 << 18), b""))

    assert whole.partition(b"\r\n\r\n")[2] == made.bodies["aac-128"]
    assert set(told) == {"well"}, told
