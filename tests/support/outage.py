"""A way to a service that can be shut: while it is, nobody is let in, and who was is thrown out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote, unquote, urlsplit


class Way:
    """A port of its own before another."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open = threading.Event()
        self._open.set()
        self._ended = threading.Event()
        self._lines: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    def shut(self) -> None:
        self._open.clear()
        for line in list(self._lines):
            _end(line)

    def open(self) -> None:
        self._open.set()

    def end(self) -> None:
        self._ended.set()
        self.shut()
        _end(self._door)

    def _let_in(self) -> None:
        with suppress(OSError):
            while not self._ended.is_set():
                line, _ = self._door.accept()
                if not self._open.is_set():
                    line.close()
                    continue
                beyond = socket.create_connection(("127.0.0.1", self._to))
                self._lines |= {line, beyond}
                for one, other in ((line, beyond), (beyond, line)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for line in (one, other):
            _end(line)
            self._lines.discard(line)


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@contextmanager
def way_to(url: str) -> Iterator[tuple[str, Way]]:
    """Answer the address of an S3 by a way that can be shut, and the way."""
    before, _, rest = url.partition("endpoint=")
    endpoint, _, options = rest.partition("&")
    way = Way(urlsplit(unquote(endpoint)).port or 0)
    try:
        shown = quote(f"http://127.0.0.1:{way.port}", safe="")
        yield f"{before}endpoint={shown}&{options}", way
    finally:
        way.end()
