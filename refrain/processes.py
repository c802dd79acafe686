"""Several servers on one port: started again when they fall, and followed by new ones when told.

Each has a socket of its own, which is opened here and stays open: connections that come while one
process follows another wait for it. SIGHUP lets new processes follow one after the other, with
the code that is installed by then; who was served by an old one is served to the end.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from prometheus_client.multiprocess import mark_process_dead

from base.errors import Broken
from base.settings import Settings
from refrain.children import Child
from refrain.output import say
from stream.listening import Shared, address_of, listen

log = structlog.get_logger()

_SELF = (sys.executable, "-m", "refrain")
#: What ending takes beside the time that answers under way are given, twice: here and in aiohttp.
_END_S = 5.0


@dataclass(slots=True, kw_only=True)
class Slot:
    """One of the processes, and its socket."""

    number: int
    sock: socket.socket
    child: Child


async def serve_many(settings: Settings) -> None:
    """Serve by several processes until told to end; print the address when all listen."""
    told: asyncio.Queue[signal.Signals] = asyncio.Queue(maxsize=16)
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(kind, _tell, told, kind)
    with tempfile.TemporaryDirectory(prefix="refrain-metrics-") as name, _sockets(settings) as all_:
        made = partial(_child, settings, Path(name))
        slots = [Slot(number=n, sock=sock, child=made(n, sock)) for n, sock in enumerate(all_, 1)]
        try:
            await asyncio.gather(*(slot.child.start() for slot in slots))
            say(json.dumps({"url": settings.public_url or address_of(all_[0], settings.host)}))
            while await told.get() == signal.SIGHUP:
                await _follow(slots, made)
        finally:
            await asyncio.gather(*(slot.child.stop() for slot in slots))


def stop_s(settings: Settings) -> float:
    """Answer how long all of a server may take to end."""
    return _one_stops_s(settings) + _END_S


def _one_stops_s(settings: Settings) -> float:
    return 2 * settings.drain_s + _END_S


async def _follow(slots: Sequence[Slot], made: partial[Child]) -> None:
    """Let new processes take over, one after the other; what does not start changes nothing."""
    for slot in slots:
        new = made(slot.number, slot.sock)
        try:
            await new.start()
        except Broken:
            log.exception("the new server did not start; the old one goes on", child=new.name)
            return
        old, slot.child = slot.child, new
        await old.stop()
    log.info("all servers are new", processes=len(slots))


def _child(settings: Settings, metrics_dir: Path, number: int, sock: socket.socket) -> Child:
    shared = ("--listen-fd", str(sock.fileno()), "--metrics-dir", str(metrics_dir))
    return Child(
        name=f"server-{number}",
        argv=[*_SELF, "serve", *shared],
        env={**settings.environment(), "PROMETHEUS_MULTIPROC_DIR": str(metrics_dir)},
        speaks=True,
        pass_fds=(sock.fileno(),),
        stop_s=_one_stops_s(settings),
        # Their counts stay, so that sums only grow; what they had open is no more.
        on_end=lambda pid: _forget(pid, metrics_dir),
    )


def _forget(pid: int, metrics_dir: Path) -> None:
    mark_process_dead(pid, path=str(metrics_dir))  # type: ignore[no-untyped-call] # theirs


@contextmanager
def _sockets(settings: Settings) -> Iterator[Sequence[socket.socket]]:
    socks = [listen(settings.host, settings.port, is_shared=True)]
    try:
        port = socks[0].getsockname()[1]
        socks += [listen(settings.host, port, is_shared=True) for _ in range(1, settings.processes)]
        yield socks
    finally:
        for sock in socks:
            sock.close()


def _tell(told: asyncio.Queue[signal.Signals], kind: signal.Signals) -> None:
    if not told.full():
        told.put_nowait(kind)


def shared_by(listen_fd: int, metrics_dir: Path) -> Shared:
    """Answer what a child was given."""
    sock = socket.socket(fileno=listen_fd)
    sock.settimeout(0.0)
    return Shared(listening=sock, metrics_dir=metrics_dir)
