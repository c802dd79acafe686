"""A line to a server that can break: what happens on the way is real, only sooner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_RANGE = re.compile(rb"(?i)\r\nrange: *bytes=(\S+)")


@dataclass(slots=True, kw_only=True)
class Line:
    """Passes bytes on both ways; answers are cut after `cut_after` bytes, `cuts` times.

    While it is `down`, whoever connects is cut off at once. Answers may be held
    after so many bytes. The ranges of the GETs that came this way are `asked`.
    """

    to_port: int
    port: int = 0
    cut_after: int = 1 << 62
    cuts: int = 0
    down: bool = False
    hold_after: int = 1 << 62
    asked: list[str] = field(default_factory=list)
    _goes_on: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set, init=False)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self.to_port)
        self._writers |= {writer, back}
        with suppress(OSError):
            await asyncio.gather(self._pass(reader, back), self._answer(there, writer))
        for end in (writer, back):
            end.close()
            self._writers.discard(end)

    def break_now(self) -> None:
        """Cut every connection, in both directions."""
        for writer in list(self._writers):
            writer.transport.abort()

    def hold(self, after: int) -> None:
        """Let no connection's answers get further than this, until told to go on."""
        self._goes_on.clear()
        self.hold_after = after

    def go_on(self) -> None:
        self.hold_after = 1 << 62
        self._goes_on.set()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            for head in data.split(b"\r\n\r\n"):
                if head.startswith(b"GET "):
                    found = _RANGE.search(head)
                    self.asked.append(found[1].decode() if found else "")
            target.write(data)
            await target.drain()
        target.close()

    async def _answer(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        passed = 0
        while data := await source.read(1 << 16):
            passed += len(data)
            if self.cuts and passed > self.cut_after:
                self.cuts -= 1
                target.transport.abort()
                return
            if passed > self.hold_after:
                first = max(0, len(data) - (passed - self.hold_after))
                target.write(data[:first])
                await self._goes_on.wait()
                data = data[first:]
            target.write(data)
            await target.drain()
        target.close()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    line = Line(to_port=port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.break_now()
        await server.wait_closed()
