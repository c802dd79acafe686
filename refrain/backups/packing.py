"""Bytes on their way to and from a backup: packed with gzip, counted and digested, bit by bit."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from base.errors import Broken
from base.storage.port import CHUNK_BYTES, Key, Storage, Writer
from refrain.backups.form import Part

#: With gzip's own head and sum, so that `gunzip` reads it, too (zlib, `inflateInit2`).
_GZIP = 16 + zlib.MAX_WBITS


class Packing:
    """Packs what is written, into an object in the making."""

    def __init__(self, writer: Writer) -> None:
        """Nothing is written yet."""
        self._writer = writer
        self._zip = zlib.compressobj(wbits=_GZIP)
        self._digest = hashlib.sha256()
        self._size = 0
        self._waiting = bytearray()

    async def write(self, data: bytes) -> None:
        """Take more; a thread packs it when there is enough."""
        self._waiting += data
        if len(self._waiting) >= CHUNK_BYTES:
            await self._pack(is_last=False)

    async def commit(self, key: str, *, name: str) -> Part:
        """Store all of it under a key."""
        await self._pack(is_last=True)
        await self._writer.commit(Key(key))
        return Part(name=name, key=key, sha256=self._digest.hexdigest(), size_bytes=self._size)

    async def _pack(self, *, is_last: bool) -> None:
        taken, self._waiting = bytes(self._waiting), bytearray()
        packed = await asyncio.to_thread(self._packed, taken, is_last)
        self._size += len(packed)
        if packed:
            await self._writer.write(packed)

    def _packed(self, data: bytes, is_last: bool) -> bytes:  # noqa: FBT001 - in a thread
        packed = self._zip.compress(data) + (self._zip.flush() if is_last else b"")
        self._digest.update(packed)
        return packed


@asynccontextmanager
async def packing(storage: Storage) -> AsyncIterator[Packing]:
    """Begin a packed object; what is not committed leaves nothing."""
    async with storage.writer() as writer:
        yield Packing(writer)


async def pack_file(storage: Storage, path: Path, key: str, *, name: str) -> Part:
    """Store a file packed."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        async with packing(storage) as packed:
            while data := await asyncio.to_thread(file.read, CHUNK_BYTES):
                await packed.write(data)
            return await packed.commit(key, name=name)
    finally:
        file.close()


async def unpacked(storage: Storage, part: Part) -> AsyncIterator[bytes]:
    """Answer what was packed, in chunks of at most 1 MiB.

    Raises:
        Broken: `backup-spoilt`: these are not the bytes that were stored.
        Refused: `object-missing`.

    """
    unzip, digest = zlib.decompressobj(wbits=_GZIP), hashlib.sha256()
    try:
        async for data in storage.read(Key(part.key)):
            digest.update(data)
            rest = data
            while rest:
                found = await asyncio.to_thread(unzip.decompress, rest, CHUNK_BYTES)
                rest = unzip.unconsumed_tail
                if found:
                    yield found
    except zlib.error as error:
        raise _spoilt(part) from error
    while found := unzip.decompress(unzip.unconsumed_tail, CHUNK_BYTES):
        yield found
    if not unzip.eof or digest.hexdigest() != part.sha256:
        raise _spoilt(part)


async def unpack_file(storage: Storage, part: Part, path: Path) -> None:
    """Write what was packed into a file.

    Raises:
        Broken: as `unpacked`; the file may be there, and of no use.
        Refused: as `unpacked`.

    """
    file = await asyncio.to_thread(path.open, "wb")
    try:
        async for data in unpacked(storage, part):
            await asyncio.to_thread(file.write, data)
    finally:
        file.close()


async def lines_of(storage: Storage, part: Part) -> AsyncIterator[str]:
    """Answer the lines of a packed text.

    Raises:
        Broken: as `unpacked`, after the last line that could be read.
        Refused: as `unpacked`.

    """
    rest = b""
    async for data in unpacked(storage, part):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.decode()


def _spoilt(part: Part) -> Broken:
    return Broken("backup-spoilt", f"{part.key} of the backup is not as it was stored.")
