"""Archives in storage: read by ranges, unpacked a stretch at a time, never extracted by name."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

from base.storage.port import Key, Storage
from ingest.zips import (
    DEFLATED,
    END64_BYTES,
    LOCAL_BYTES,
    MAGIC,
    TAIL_BYTES,
    Member,
    Wide,
    damaged,
    data_begin,
    find_directory,
    read_entries,
    read_wide,
)

#: Packed bytes that are unpacked at once, and unpacked ones that are answered at once.
_PACKED_BYTES, _UNPACKED_BYTES = 1 << 16, 1 << 20


async def is_archive(storage: Storage, key: Key) -> bool:
    """Whether an object begins like an archive."""
    return (await _read(storage, key, 0, len(MAGIC[0]))) in MAGIC


async def members_of(storage: Storage, key: Key, size_bytes: int) -> tuple[Member, ...]:
    """Read the directory of an archive.

    Raises:
        Refused: `archive-damaged`, `object-missing`.

    """
    begin = max(0, size_bytes - TAIL_BYTES)
    found = find_directory(await _read(storage, key, begin, TAIL_BYTES), size_bytes)
    if isinstance(found, Wide):
        found = read_wide(await _read(storage, key, found.offset, END64_BYTES), found)
    data = await _read(storage, key, found.offset + found.shift, found.size_bytes)
    return await asyncio.to_thread(read_entries, data, found)


async def unpacked(storage: Storage, key: Key, member: Member) -> AsyncIterator[bytes]:
    """Answer the bytes of a member as they are asked for; at its end they were what was promised.

    Raises:
        Refused: `archive-damaged`: they were not.

    """
    head = await _read(storage, key, member.offset, LOCAL_BYTES + len(member.raw))
    begin = data_begin(head, member)
    packed = storage.read(key, start=begin, length=member.packed_bytes)
    size, checksum = 0, 0
    async for data in _inflated(packed) if member.method == DEFLATED else packed:
        size += len(data)
        if size > member.size_bytes:
            break
        checksum = zlib.crc32(data, checksum)
        yield data
    if (size, checksum) != (member.size_bytes, member.crc):
        raise damaged("the checksum of a file is wrong")


async def _inflated(packed: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    async for chunk in packed:
        for piece in _pieces(chunk):
            rest = piece
            while rest and not stream.eof:
                data = await asyncio.to_thread(_inflate, stream, rest)
                if data:
                    yield data
                rest = stream.unconsumed_tail
    # Its last bytes may hold more than was answered at once.
    while not stream.eof and (data := await asyncio.to_thread(_inflate, stream, b"")):
        yield data
    if not stream.eof:
        raise damaged("a file in it is cut off")


def _inflate(stream: zlib._Decompress, data: bytes) -> bytes:
    try:
        return stream.decompress(data, _UNPACKED_BYTES)
    except zlib.error as error:
        raise damaged("a file in it cannot be unpacked") from error


def _pieces(chunk: bytes) -> Iterator[bytes]:
    for at in range(0, len(chunk), _PACKED_BYTES):
        yield chunk[at : at + _PACKED_BYTES]


async def _read(storage: Storage, key: Key, start: int, length: int) -> bytes:
    return b"".join([data async for data in storage.read(key, start=start, length=length)])
