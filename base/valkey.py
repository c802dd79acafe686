"""The door to Valkey (any Redis): locks, messages and short memory.

Emptying it may cost a moment, and nothing that was acknowledged: what must last is in the
database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import redis.asyncio
import redis.asyncio.client
from redis.asyncio.connection import AbstractConnection

from base.errors import Refused, Unavailable

#: What modules that keep something there are given; named so that they need not know the library.
Valkey = redis.asyncio.Redis
#: What listens to channels.
Ear = redis.asyncio.client.PubSub

#: Before the names of all our keys, should the server be shared.
NAMESPACE = "refrain"


@asynccontextmanager
async def open_valkey(url: str) -> AsyncIterator[Valkey]:
    """Prepare a client; it connects when it is first asked.

    Raises:
        Refused: the address cannot be read.

    """
    try:
        pool = redis.asyncio.ConnectionPool.from_url(url)
    except ValueError:
        # Its words may hold a part of the password.
        raise Refused(
            "bad-redis-url",
            "REFRAIN_REDIS_URL is neither `redis://…`, `rediss://…` nor `unix://…`, or its "
            "password has letters that an address writes otherwise.",
        ) from None
    pool.connection_class = type("Connection", (_Heedful, pool.connection_class), {})
    client = redis.asyncio.Redis.from_pool(pool)
    try:
        yield client
    finally:
        await client.aclose()


class _Heedful(AbstractConnection):
    """A connection that loses no cancellation.

    The library sends by `asyncio.wait_for`, which before Python 3.12 forgets that it was cancelled
    when what it waits for ends in the same moment (python/cpython#86296). Whoever cancelled, once
    as everybody does, then waits for ever. Without a time limit it sends without; ours is around.
    """

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002 - the library's argument
    ) -> None:
        limit_s, self.socket_timeout = self.socket_timeout, None
        try:
            async with asyncio.timeout(limit_s):
                await super().send_packed_command(command, check_health)
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise redis.TimeoutError("The server takes no command.") from None
        finally:
            self.socket_timeout = limit_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a server says of itself: its time, what it does where it is full, if it writes down.

    A server that answers not to all of us has `eviction` None.
    """

    at: datetime
    eviction: str | None
    is_written_down: bool


async def condition_of(valkey: Valkey) -> Condition:
    """Ask the server how it is.

    Raises:
        Unavailable: it cannot be reached, or does not answer.

    """
    with reached():
        seconds, micros = await valkey.time()
        told = await valkey.info()
    at = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)
    written = told.get("aof_enabled") == 1 or int(told.get("rdb_last_save_time", 0)) > 0
    return Condition(at=at, eviction=told.get("maxmemory_policy"), is_written_down=written)


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


async def heard(ear: Ear, *, wait_s: float) -> dict[str, Any] | None:
    """Answer the next message that was published, or nothing within so long.

    Raises:
        Unavailable: the server cannot be reached, or the line to it is dead.

    """
    now_s = asyncio.get_running_loop().time
    until_s = now_s() + wait_s
    while (left_s := until_s - now_s()) > 0:
        begun_s = now_s()
        with reached():
            message: dict[str, Any] | None = await ear.get_message(timeout=left_s)
        if message is not None and message["type"] in {"message", "pmessage"}:
            return message
        if message is None and now_s() - begun_s < left_s / 2:
            # The library takes the kernel's word that the line timed out for its own, and would
            # answer so at once and for ever.
            raise Unavailable("valkey-unavailable", "The line to Valkey is dead.")
    return None
