"""The door to Valkey (any Redis): locks, messages and short memory.

Emptying it may cost a moment, and nothing that was acknowledged: what must last is in the
database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import redis.asyncio

from base.errors import Unavailable

#: What modules that keep something there are given; named so that they need not know the library.
Valkey = redis.asyncio.Redis

#: Before the names of all our keys, should the server be shared.
NAMESPACE = "refrain"


@asynccontextmanager
async def open_valkey(url: str) -> AsyncIterator[Valkey]:
    """Prepare a client; it connects when it is first asked."""
    client = redis.asyncio.from_url(url)
    try:
        yield client
    finally:
        await client.aclose()


@contextmanager
def reached() -> Iterator[None]:
    """Say what goes wrong between us and the server in our words.

    Raises:
        Unavailable: it cannot be reached, or does not answer.

    """
    try:
        yield
    except (redis.RedisError, OSError) as error:
        raise Unavailable(
            "valkey-unavailable", "A part of the service does not answer; please try again."
        ) from error
