"""Start a real service for the tests, and end it by its own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from base.ties import tied_to_parent

#: PostgreSQL refuses root; this id owns nothing.
NOBODY = 65534


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_naming(path: Path) -> list[str]:
    """Answer the command lines of all processes that name a file."""
    found = []
    for command_line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            found.append(command_line.read_text())
    return [line for line in found if str(path) in line]


def unprivileged() -> dict[str, int | list[int]]:
    """What makes a child run as nobody, when we are root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command line, and how to tell that it serves; it can be started more than once."""

    argv: Sequence[str | Path]
    log: Path
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    popen: Mapping[str, object] = field(default_factory=dict)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it, as the leader of a group; it ends with the thread that called."""
        with self.log.open("ab") as output:
            return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.env},
                # Ctrl-C in the terminal is for the tests; they end their services in order.
                process_group=0,
                preexec_fn=tied_to_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
                **self.popen,
            )

    def await_ready(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until it serves."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and child.poll() is None:
            with suppress(OSError):
                if self.ready():
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self.argv!r} did not start:\n{self.log.read_text()}")

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Have it serve while the block lasts."""
        child = self.launch()
        try:
            self.await_ready(child)
            yield child
        finally:
            end(child, self.stop)


def answers(port: int, host: str = "127.0.0.1") -> Callable[[], bool]:
    """Tell whether something listens on a port."""
    return _connects(socket.AF_INET, (host, port))


def says(log: Path, text: str) -> Callable[[], bool]:
    """Tell whether a child has written something: one may listen before it can serve.

    What was told of is of an earlier start when this is asked again.
    """
    heard = 0

    def ask() -> bool:
        nonlocal heard
        written = log.read_bytes()
        if text.encode() not in written[heard:]:
            return False
        heard = len(written)
        return True

    return ask


def answers_at(path: Path) -> Callable[[], bool]:
    """Tell whether something listens on a socket of the file system."""
    return _connects(socket.AF_UNIX, str(path))


def _connects(family: socket.AddressFamily, address: tuple[str, int] | str) -> Callable[[], bool]:
    def ask() -> bool:
        with socket.socket(family) as probe:
            probe.settimeout(1)
            probe.connect(address)
            return True

    return ask


def end(child: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    child.send_signal(stop)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
