"""Take in the bytes of a master: to storage in bounded memory, hashed on the way."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass

from base.errors import Refused
from base.storage.port import Key, Storage, key_of
from base.units import SizeBytes
from ingest.refusals import too_large


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A master that is wholly and durably in storage."""

    sha256: str
    size_bytes: SizeBytes
    key: Key


#: Told the key of an object before it is there, see catalog.objects.
Claim = Callable[[Key], Awaitable[None]]


async def receive(
    storage: Storage,
    chunks: AsyncIterable[bytes],
    *,
    limit_bytes: int,
    expected_bytes: int | None,
    claim: Claim,
) -> Received:
    """Store what comes; nothing of it stays when this raises.

    Raises:
        Refused: it is empty, too large, or shorter than was promised.

    """
    digest, size = hashlib.sha256(), 0
    async with storage.writer() as writer:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit_bytes:
                raise too_large(limit_bytes)
            digest.update(chunk)
            await writer.write(chunk)
        _require_whole(size, expected_bytes)
        key = key_of("masters", digest.hexdigest())
        await claim(key)
        await writer.commit(key)
    return Received(sha256=digest.hexdigest(), size_bytes=SizeBytes(size), key=key)


def _require_whole(size: int, expected_bytes: int | None) -> None:
    if size == 0:
        raise Refused("empty-file", "The file is empty.", status=422)
    if expected_bytes is not None and size != expected_bytes:
        raise Refused(
            "incomplete-upload",
            f"The upload ended after {size} of {expected_bytes} bytes; please send it again.",
        )
