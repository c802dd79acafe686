"""How fast a master comes in, hashed and durable, beside servers that only write it down.

Each server is sent the same file from the same disk by the same client, in turns; the best of a
few rounds counts, for noise only ever slows. Ours has the bytes on the platter when it answers.
The others are measured as they come (neither waits for the disk), and until their file is as
durable as ours.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from base.errors import Broken
from refrain.bench_house import child_called, open_house, running
from refrain.figures import Better, Measurement, Metric, say
from refrain.resident import resident_mb

_BAR = 0.7
_THROUGHPUT = Metric(name="upload_throughput", unit="MiB/s", bar=_BAR, better=Better.MORE)
_AS_THEY_COME = Metric(
    name="upload_throughput_as_they_come", unit="MiB/s", bar=_BAR, better=Better.MORE
)
_MEMORY = Metric(name="upload_memory", unit="MB")
_MEBIBYTE = 1 << 20
_TRIES, _TRY_S = 100, 0.05
_NGINX = "/usr/sbin/nginx"
_CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/errors.log; {user}
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 0; client_body_temp_path {folder}/incoming;
  server {{ listen 127.0.0.1:{port}; location / {{ root {folder}/files; dav_methods PUT; }} }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server to send a file to; `settle` makes the file as durable as ours is."""

    name: str
    url: str
    headers: str = ""
    settle: Callable[[], None] = lambda: None


async def upload(*, size_mib: int, rounds: int) -> bool:
    """Send a file to each; print the figures, and answer whether the bar was met."""
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        folder = Path(name)
        path = await asyncio.to_thread(_written, folder / "master.wav", size_mib)
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(open_house(folder / "house", "--workers", "0"))
            server = child_called(house.pid, "serve")
            before_mb = resident_mb(server)
            ours = Target(
                name="refrain",
                url=f"{house.url}/api/v1/masters/master.wav",
                headers=f"Authorization: Bearer {house.token}\r\n",
            )
            others = await _others(stack, folder)
            rates = await _rates([ours, *others], path, rounds)
            grown_mb = resident_mb(server) - before_mb
    results = [*_compared(rates), _MEMORY.measured(grown_mb, before_mb, file=f"{size_mib} MiB")]
    for one in results:
        say(one)
    return all(one.ok for one in results)


def _compared(rates: dict[tuple[str, bool], float]) -> list[Measurement]:
    ours = rates["refrain", True]
    return [
        (_THROUGHPUT if durable else _AS_THEY_COME).measured(ours, rate, file=f"beside {name}")
        for (name, durable), rate in rates.items()
        if name != "refrain"
    ]


async def _rates(
    targets: Sequence[Target], path: Path, rounds: int
) -> dict[tuple[str, bool], float]:
    best: dict[tuple[str, bool], float] = {}
    size_mib = (await asyncio.to_thread(path.stat)).st_size / _MEBIBYTE
    for _ in range(rounds):
        for target in targets:
            # What the one before left to be written does not slow the next.
            await asyncio.to_thread(os.sync)
            sent_s, durable_s = await asyncio.to_thread(_send, target, path)
            for durable, took_s in ((False, sent_s), (True, durable_s)):
                key = (target.name, durable)
                best[key] = max(best.get(key, 0.0), size_mib / took_s)
    return best


def _send(target: Target, path: Path) -> tuple[float, float]:
    """PUT a file as fast as the kernel can; answer the seconds to the answer, and to durable.

    Raises:
        Broken: it was not taken.

    """
    place = urlsplit(target.url)
    head = (
        f"PUT {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n{target.headers}"
        f"Content-Length: {path.stat().st_size}\r\nConnection: close\r\n\r\n"
    )
    begun = time.perf_counter()
    with path.open("rb") as file, socket.create_connection(_address(target.url)) as connection:
        connection.sendall(head.encode())
        connection.sendfile(file)
        answer = connection.recv(_MEBIBYTE)
    sent_s = time.perf_counter() - begun
    if not answer.startswith((b"HTTP/1.1 20", b"HTTP/1.0 20")):
        raise Broken("bench-upload", f"{target.name} answered {answer[:200]!r}")
    target.settle()
    return sent_s, time.perf_counter() - begun


async def _others(stack: AsyncExitStack, folder: Path) -> list[Target]:
    found = [await stack.enter_async_context(_bare(folder / "bare"))]
    if await asyncio.to_thread(Path(_NGINX).exists):
        found.append(await stack.enter_async_context(_nginx(folder / "nginx")))
    return found


@asynccontextmanager
async def _bare(folder: Path) -> AsyncIterator[Target]:
    await asyncio.to_thread(folder.mkdir)
    argv = [sys.executable, "-m", "refrain.bare", str(folder)]
    async with running(argv, speaks=True) as (_, line):
        yield _target("aiohttp", line.decode().strip(), folder)


@asynccontextmanager
async def _nginx(folder: Path) -> AsyncIterator[Target]:
    await asyncio.to_thread(lambda: (folder / "files").mkdir(parents=True))
    port = _free_port()
    text = _CONFIGURATION.format(
        folder=folder, port=port, user="user root;" if os.geteuid() == 0 else ""
    )
    configuration = folder / "nginx.conf"
    await asyncio.to_thread(configuration.write_text, text)
    async with running([_NGINX, "-c", str(configuration)], speaks=False):
        await _listening(port)
        yield _target("nginx", f"http://127.0.0.1:{port}", folder / "files")


def _target(name: str, url: str, folder: Path) -> Target:
    def settle() -> None:
        with (folder / "master.wav").open("rb") as file:
            os.fsync(file.fileno())

    return Target(name=name, url=f"{url}/master.wav", settle=settle)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listening(port: int) -> None:
    for _ in range(_TRIES):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_TRY_S)
        else:
            writer.close()
            return
    raise Broken("bench-upload", "nginx did not start.")


def wav_header(size_bytes: int) -> bytes:
    """Answer how a WAV of that size begins: stereo, 16 bits, 44.1 kHz."""
    kind = struct.pack("<4sI4s", b"RIFF", size_bytes - 8, b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 44_100, 176_400, 4, 16)
    return kind + form + struct.pack("<4sI", b"data", size_bytes - 44)


def _written(path: Path, size_mib: int) -> Path:
    """Write a master of noise, which no file system or card can make smaller."""
    header = wav_header(size_mib * _MEBIBYTE)
    with path.open("wb") as file:
        file.write(header + os.urandom(_MEBIBYTE - len(header)))
        for _ in range(size_mib - 1):
            file.write(os.urandom(_MEBIBYTE))
    return path


def _address(url: str) -> tuple[str, int]:
    place = urlsplit(url)
    return place.hostname or "", place.port or 80
