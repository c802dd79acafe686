"""Take in a picture that comes in parts: known by its first bytes, and stored once."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable

from base.errors import Refused
from base.storage.port import key_of
from catalog.artworks import NewArtwork
from catalog.claims import Claims
from ingest.sniff.kinds import Kind, kind_of

_MOST_BYTES = 32 << 20
#: By what it begins with a picture is told from other files.
_HEAD_BYTES = 1 << 10


async def take_picture(
    parts: AsyncIterable[bytes], claims: Claims, *, request_id: str
) -> NewArtwork:
    """Store a picture; what it is for is written down afterwards.

    Raises:
        Refused: `too-large` 413; `empty-file` or `artwork-kind` 422.

    """
    data = bytearray()
    async for chunk in parts:
        data += chunk
        if len(data) > _MOST_BYTES:
            raise Refused(
                "too-large", f"A picture may have {_MOST_BYTES >> 20} MiB at most.", status=413
            )
    if not data:
        raise Refused("empty-file", "The file is empty.", status=422)
    if kind_of(bytes(data[:_HEAD_BYTES])) is not Kind.PICTURE:
        raise Refused(
            "artwork-kind",
            "This is no picture that we know; please send it as JPEG or PNG.",
            status=422,
        )
    digest = hashlib.sha256(data).hexdigest()
    key = key_of("artwork", digest)
    await claims.store(key, bytes(data))
    return NewArtwork(sha256=digest, size_bytes=len(data), storage_key=key, request_id=request_id)
