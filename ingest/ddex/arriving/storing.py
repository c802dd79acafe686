"""A file of an inbox becomes an object: read once, in bounded memory, with all its sums."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath

from base.storage.port import Key, key_of
from catalog.claims import Claims
from catalog.deliveries import StoredFile
from ingest.ddex.arriving.digests import Digests
from ingest.ddex.arriving.inbox import Inbox
from ingest.ddex.arriving.layouts import Entry
from ingest.sniff import AUDIO, Kind, sniff

#: What a file is, is seen in so much of it.
_HEAD_BYTES = 1 << 20
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


async def store(
    inbox: Inbox,
    entry: Entry,
    claims: Claims,
    *,
    path: str,
    on_way: Callable[[], Awaitable[None]],
) -> StoredFile:
    """Store a file of an inbox; `path` is where it is in its delivery.

    Music and pictures lie where those that are uploaded do, so that they are taken from there
    without another copy. `on_way` is called now and then, and ends it by raising.

    Raises:
        Refused: `file-changed`: it was changed meanwhile; nothing is stored under a key.
        Unavailable: the inbox, the storage or the database is away.

    """
    digests, head, size = Digests(), bytearray(), 0
    async with claims.storage.writer() as writer:
        async for chunk in inbox.read(entry):
            await asyncio.to_thread(digests.update, chunk)
            await writer.write(chunk)
            size += len(chunk)
            head += chunk[: _HEAD_BYTES - len(head)]
            await on_way()
        told = digests.told()
        sha256 = told["SHA-256"]
        key = _key(bytes(head), path, size=size, sha256=sha256)
        await claims.claim(key)
        await writer.commit(key)
    return StoredFile(
        path=path, mark=entry.mark, size_bytes=size, sha256=sha256, digests=told, key=key
    )


def _key(head: bytes, path: str, *, size: int, sha256: str) -> Key:
    kind = sniff(head, path.rpartition("/")[2], size).kind
    if kind in AUDIO:
        return key_of("masters", sha256)
    if kind is Kind.PICTURE:
        return key_of("artwork", sha256)
    suffix = PurePosixPath(path).suffix.lower()
    return key_of("ddex", sha256, suffix if _SUFFIX.fullmatch(suffix) else "")
