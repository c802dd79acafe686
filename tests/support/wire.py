"""A connection of HTTP/1.1 that is spoken to in bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

END = b"\r\n\r\n"
Said = tuple[int, dict[str, str], bytes]


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, path: str, *, method: str = "GET", **fields: str) -> None:
        lines = [f"{method} {path} HTTP/1.1", "Host: test"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        self.writer.write("\r\n".join(lines).encode() + END)

    async def answer(self, *, has_body: bool = True) -> Said:
        head = await asyncio.wait_for(self.reader.readuntil(END), 20)
        status, *fields = head[:-4].decode().split("\r\n")
        headers = {n.lower(): v for n, _, v in (field.partition(": ") for field in fields)}
        length = int(headers.get("content-length", "0")) if has_body else 0
        body = await asyncio.wait_for(self.reader.readexactly(length), 20)
        return int(status.split()[1]), headers, body

    async def get(self, path: str, **fields: str) -> Said:
        self.send(path, **fields)
        return await self.answer()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[Wire]:
    """Connect to a server."""
    host, _, port = url.removeprefix("http://").partition(":")
    opened = Wire(*await asyncio.open_connection(host, int(port)))
    try:
        yield opened
    finally:
        opened.writer.close()
        with suppress(ConnectionError):
            await opened.writer.wait_closed()


async def get(url: str, path: str, **fields: str) -> Said:
    """Ask once, on a connection of its own."""
    async with wire(url) as opened:
        return await opened.get(path, **fields)
