"""Start a real service for the tests, and end it by its own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from transcode.process import tied_to_parent

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


@contextmanager
def running(
    argv: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    env: dict[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    **popen: object,
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        child = subprocess.Popen(  # type: ignore[call-overload]
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(env or {})},
            # Ctrl-C in the terminal is for the tests; they end their services in order.
            process_group=0,
            preexec_fn=tied_to_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call, no lock
            **popen,
        )
    try:
        _await(child, ready, log)
        yield child
    finally:
        _end(child, stop)


def answers(port: int) -> Callable[[], bool]:
    """Tell whether something listens on a port."""
    return _connects(socket.AF_INET, ("127.0.0.1", port))


def says(log: Path, text: str) -> Callable[[], bool]:
    """Tell whether a child has written something: one may listen before it can serve."""
    return lambda: text in log.read_text(errors="replace")


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


def _await(child: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        with suppress(OSError):
            if ready():
                return
        time.sleep(0.02)
    raise RuntimeError(f"{child.args!r} did not start:\n{log.read_text()}")


def _end(child: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    child.send_signal(stop)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
