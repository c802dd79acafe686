"""Resources by HTTP: bounded in bytes, in time and in redirects, never anything but http(s)."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp

from refrain.conformance.limits import (
    OBJECT_BYTES,
    PLAYLIST_BYTES,
    REDIRECTS,
    REQUEST_S,
    SILENCE_S,
    TOTAL_BYTES,
)
from refrain.conformance.resources import Answer, Stored, Unreadable

_BLOCK_BYTES = 1 << 18
_SCHEMES = ("http", "https")
_REDIRECTED = (301, 302, 303, 307, 308)
_GZIP_OR_ZLIB = 47
_PACKED = frozenset({"gzip", "deflate"})
_OK = 200


@asynccontextmanager
async def open_http(folder: Path) -> AsyncIterator[HttpResources]:
    """Open connections; whole objects are kept in `folder`."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_S, sock_connect=10, sock_read=SILENCE_S)
    # Encodings are a matter of the rules: what is not asked for is not accepted.
    headers = {"Accept-Encoding": "identity"}
    async with aiohttp.ClientSession(
        timeout=timeout, headers=headers, auto_decompress=False
    ) as session:
        yield HttpResources(session, folder)


class HttpResources:
    """Resources of the web."""

    is_http = True

    def __init__(self, session: aiohttp.ClientSession, folder: Path) -> None:
        """Use an open session and a folder of one's own."""
        self._session = session
        self._folder = folder
        self._stored: dict[str, Stored] = {}
        self._left = TOTAL_BYTES

    def resolve(self, base: str, uri: str) -> str:
        """Answer the address of what `uri` means in `base`."""
        try:
            address = urljoin(base, uri)
            parts = urlsplit(address)
        except ValueError as error:
            raise Unreadable("it is no address") from error
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise Unreadable("it leads out of the web")
        return address

    async def get(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        most_bytes: int = PLAYLIST_BYTES,
    ) -> Answer:
        """Answer a resource; what was gzipped is unpacked within the same bound."""
        async with self._asked(method, name, headers or {}) as (answer, redirects):
            body = bytearray()
            async for block in answer.content.iter_chunked(_BLOCK_BYTES):
                body += block
                if len(body) > most_bytes:
                    raise Unreadable(f"it is longer than {most_bytes} bytes")
            said = _lowered(answer)
            return Answer(
                status=answer.status,
                headers=said,
                body=_unpacked(bytes(body), said.get("content-encoding", ""), most_bytes),
                redirects=redirects,
            )

    async def peek(
        self, name: str, *, headers: Mapping[str, str] | None = None, count: int = 64
    ) -> Answer:
        """Answer the first bytes that a request brings, and hang up."""
        async with self._asked("GET", name, headers or {}) as (answer, redirects):
            body = bytearray()
            async for block in answer.content.iter_chunked(_BLOCK_BYTES):
                body += block
                if len(body) >= count:
                    answer.close()
                    break
            said = _lowered(answer)
        begun = _begun(bytes(body), said.get("content-encoding", ""), count)
        return Answer(status=answer.status, headers=said, body=begun, redirects=redirects)

    async def store(self, name: str) -> Stored:
        """Bring a whole object onto the disk, once."""
        if name not in self._stored:
            path = self._folder / f"object-{len(self._stored)}"
            self._stored[name] = await self._stored_at(name, path)
        return self._stored[name]

    async def _stored_at(self, name: str, path: Path) -> Stored:
        most, size = min(OBJECT_BYTES, self._left), 0
        async with self._asked("GET", name, {}) as (answer, redirects):
            if answer.status != _OK:
                raise Unreadable(f"the answer is {answer.status}")
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise Unreadable("it is encoded, which was not accepted")
            file = await asyncio.to_thread(path.open, "wb")
            try:
                async for block in answer.content.iter_chunked(_BLOCK_BYTES):
                    size += len(block)
                    if size > most:
                        raise Unreadable(f"it is larger than {most} bytes")
                    await asyncio.to_thread(file.write, block)
            finally:
                await asyncio.to_thread(file.close)
            told = Answer(status=answer.status, headers=_lowered(answer), redirects=redirects)
        self._left -= size
        return Stored(name=name, path=path, size_bytes=size, answer=told)

    @asynccontextmanager
    async def _asked(
        self, method: str, name: str, headers: Mapping[str, str]
    ) -> AsyncIterator[tuple[aiohttp.ClientResponse, tuple[str, ...]]]:
        """Ask, and follow redirects one by one, so that each is seen and checked."""
        redirects: list[str] = []
        try:
            for _ in range(REDIRECTS + 1):
                async with self._session.request(
                    method, name, headers=headers, allow_redirects=False
                ) as answer:
                    if answer.status not in _REDIRECTED or "Location" not in answer.headers:
                        yield answer, tuple(redirects)
                        return
                    name = self.resolve(name, answer.headers["Location"])
                    redirects.append(name)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreadable(f"there is no whole answer ({type(error).__name__})") from error
        raise Unreadable(f"it is redirected more than {REDIRECTS} times")


def _lowered(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _begun(body: bytes, encoding: str, count: int) -> bytes:
    """Unpack the beginning of what was encoded although nobody asked for it."""
    if encoding.lower() not in _PACKED:
        return body[:count]
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, count)
    except zlib.error as error:
        raise Unreadable("it is not the gzip it says it is") from error


def _unpacked(body: bytes, encoding: str, most_bytes: int) -> bytes:
    if encoding.lower() not in _PACKED or not body:
        return body
    reader = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        unpacked = reader.decompress(body, most_bytes)
    except zlib.error as error:
        raise Unreadable("it is not the gzip it says it is") from error
    if reader.unconsumed_tail:
        raise Unreadable(f"unpacked, it is longer than {most_bytes} bytes")
    return unpacked
