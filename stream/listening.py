"""Where a server listens: a port of its own, or one that several processes share.

Each process has a socket of its own on the port (SO_REUSEPORT), so that the kernel gives them
connections in turn. Whoever started them keeps the sockets: while one process follows another,
connections wait, and none is lost.
"""

from __future__ import annotations

import resource
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from base.errors import Refused

#: Connections that may wait to be taken, when a thousand players come back at once.
BACKLOG = 1024
_MOST_CONNECTIONS, _OTHER_FILES = 50_000, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a server has in common with others that were started with it."""

    listening: socket.socket
    metrics_dir: Path


def listen(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """Answer a socket that listens; where it is shared, others may listen there as well.

    Raises:
        Refused: `cannot-listen`: the address is not ours to take.

    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return _bound(family, address, is_shared=is_shared)
    except OSError as error:
        raise Refused(
            "cannot-listen", f"Nobody can listen on {host} port {port}: {error.strerror}."
        ) from error


def room_for_connections() -> int:
    """Answer how many connections may be open, having made as much room as the system allows.

    Files, the database and storage need some as well; who has none left cannot say so.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    # A quarter is for objects that are mapped, see base.storage.cached.
    most = _MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else soft * 3 // 4 - _OTHER_FILES
    return max(1, min(_MOST_CONNECTIONS, most))


def address_of(sock: socket.socket, host: str) -> str:
    """Answer the address under which a socket can be asked from this machine."""
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared
    return f"http://{name}:{sock.getsockname()[1]}"


def _bound(family: int, address: tuple[object, ...], *, is_shared: bool) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.settimeout(0.0)
    return sock
