"""The bytes of an answer of S3, and what it means when they end too soon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from botocore.exceptions import BotoCoreError

from base.storage.port import CHUNK_BYTES
from base.storage.s3_bucket import unavailable


class _Body(AbstractAsyncContextManager[object], Protocol):
    """What is used of an answer's body."""

    async def read(self, amt: int) -> bytes:
        """Answer what came, at most so many bytes; nothing at the end."""


async def stream_of(body: _Body) -> AsyncIterator[bytes]:
    """Answer the bytes of a body as they come.

    Raises:
        Unavailable: the line broke.

    """
    async with body:
        while data := await _next_chunk(body):
            yield data


async def _next_chunk(body: _Body) -> bytes:
    try:
        return await body.read(CHUNK_BYTES)
    except Exception as error:
        # The client says only some of its transport's errors in its own words. aiohttp's
        # are known here by their home, for its door is not ours to open.
        home = type(error).__module__.partition(".")[0]
        if home == "aiohttp" or isinstance(error, (BotoCoreError, OSError)):
            raise unavailable() from error
        raise
