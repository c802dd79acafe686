"""Asks a server at its own pace, whatever the answers take: a process beside what it measures.

`python -m refrain.bench_asking` reads `{"port", "rate", "seconds", "asked": [[name, head], …]}` and
tells `[[name, milliseconds, status], …]`. Every request has its time, at which it is due; an answer
took as long as it came after that, also where the request had to wait for a connection. So nobody
is spared who asks while the server is slow (coordinated omission).
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import TextIO

import uvloop

Told = list[tuple[str, float, int]]

_CONNECTIONS = 64
_LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)
_TIMEOUT_S = 30.0


class _Connections:
    """Connections that rest, and a place for each that is open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._resting: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._places = asyncio.Semaphore(_CONNECTIONS)

    async def ask(self, head: bytes) -> int:
        """Send a request and read its answer; answer its status."""
        async with self._places:
            pair = self._resting.pop() if self._resting else await self._opened()
            async with asyncio.timeout(_TIMEOUT_S):
                pair[1].write(head)
                said = await pair[0].readuntil(b"\r\n\r\n")
                await _body(pair[0], said)
            self._resting.append(pair)
        return int(said[9:12])

    async def close(self) -> None:
        """Close those that rest."""
        for _, writer in self._resting:
            writer.close()
            await writer.wait_closed()

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port)


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if found := _LENGTH.search(head):
        await reader.readexactly(int(found[1]))
    elif b"chunked" in head.lower():
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)


async def ask_all(port: int, *, rate: float, seconds: float, asked: Sequence[list[str]]) -> Told:
    """Ask in turn, `rate` times a second; answer what each took."""
    connections, told = _Connections(port), []
    begun_s = time.perf_counter() + 0.1

    async def ask(number: int, name: str, head: str) -> None:
        due_s = begun_s + number / rate
        await asyncio.sleep(due_s - time.perf_counter())
        status = await connections.ask(head.encode())
        told.append((name, (time.perf_counter() - due_s) * 1000, status))

    async with asyncio.TaskGroup() as group:
        for number, (name, head) in enumerate(islice(cycle(asked), int(rate * seconds))):
            group.create_task(ask(number, name, head))
    await connections.close()
    return told


def main(read: TextIO, write: TextIO) -> None:
    """Do what was read, and tell what came of it."""
    given = json.load(read)
    told = uvloop.run(
        ask_all(given["port"], rate=given["rate"], seconds=given["seconds"], asked=given["asked"])
    )
    json.dump(told, write)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
