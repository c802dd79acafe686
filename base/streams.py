"""A stream of Valkey: entries that stay until somebody has dealt with them.

Several readers share the entries; those of a reader that died go to another. What Valkey loses
is lost, and whoever put it there asks whether it still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import redis

from base.valkey import Valkey, reached

_BODY = b"b"
#: The group that the readers of a stream form.
_GROUP = "readers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was put, and the name that it has in its stream."""

    id: bytes
    body: bytes


async def put(valkey: Valkey, stream: str, body: bytes, *, most: int) -> bytes:
    """Put an entry at the end, letting go of the oldest beyond some `most`; answer its name.

    Raises:
        Unavailable: Valkey is away.

    """
    with reached():
        name: Any = await valkey.xadd(stream, {_BODY: body}, maxlen=most, approximate=True)
    return bytes(name)


async def is_there(valkey: Valkey, stream: str, name: bytes) -> bool:
    """Whether nobody has dealt with an entry yet, and it was not lost.

    Raises:
        Unavailable: Valkey is away.

    """
    with reached():
        return bool(await valkey.xrange(stream, name, name, count=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Entries that nobody has dealt with, and since when the oldest is there, in Unix seconds."""

    entries: int
    oldest_s: float | None


async def backlog(valkey: Valkey, stream: str) -> Backlog:
    """Answer what waits in a stream.

    Raises:
        Unavailable: Valkey is away.

    """
    with reached():
        entries: Any = await valkey.xlen(stream)
        first: Any = await valkey.xrange(stream, count=1)
    # An entry is called after the millisecond in which it came.
    oldest_s = int(first[0][0].partition(b"-")[0]) / 1000 if first else None
    return Backlog(entries=int(entries), oldest_s=oldest_s)


class Reader:
    """One of the readers of a stream, by a name of its own."""

    def __init__(self, valkey: Valkey, stream: str, *, name: str) -> None:
        """Read nothing yet."""
        self._valkey = valkey
        self._stream = stream
        self._name = name

    async def new(self, *, most: int, wait_ms: int) -> list[Entry]:
        """Take entries that nobody has taken, waiting for the first.

        Raises:
            Unavailable: Valkey is away.

        """
        with reached():
            try:
                # The library has types for answers of two protocols at once, which tell little.
                found: Any = await self._valkey.xreadgroup(
                    _GROUP, self._name, {self._stream: ">"}, count=most, block=wait_ms
                )
            except redis.ResponseError as error:
                await self._found_group(error)
                return []
        return _entries(found[0][1]) if found else []

    async def left(self, *, most: int, idle_ms: int) -> list[Entry]:
        """Take entries that were taken so long ago that their reader is dead, or failed.

        Raises:
            Unavailable: Valkey is away.

        """
        with reached():
            try:
                claimed: Any = await self._valkey.xautoclaim(
                    self._stream, _GROUP, self._name, min_idle_time=idle_ms, count=most
                )
            except redis.ResponseError as error:
                await self._found_group(error)
                return []
        return _entries(claimed[1])

    async def done(self, entries: Iterable[Entry]) -> None:
        """Take entries out, which were dealt with.

        Raises:
            Unavailable: Valkey is away.

        """
        names = [entry.id for entry in entries]
        with reached():
            # Together: what is done but still there would never be looked at again.
            async with self._valkey.pipeline(transaction=True) as pipe:
                pipe.xack(self._stream, _GROUP, *names)
                pipe.xdel(self._stream, *names)
                await pipe.execute()

    async def forget_others(self, *, idle_ms: int) -> None:
        """Forget readers that have taken nothing, and were silent for so long.

        Raises:
            Unavailable: Valkey is away.

        """
        with reached():
            others: Any = await self._valkey.xinfo_consumers(self._stream, _GROUP)
            for one in others:
                if not one["pending"] and one["idle"] > idle_ms:
                    await self._valkey.xgroup_delconsumer(self._stream, _GROUP, one["name"])

    async def _found_group(self, error: redis.ResponseError) -> None:
        if "NOGROUP" not in str(error):
            raise error
        try:
            await self._valkey.xgroup_create(self._stream, _GROUP, id="0", mkstream=True)
        except redis.ResponseError as busy:
            if "BUSYGROUP" not in str(busy):
                raise


def _entries(found: Sequence[tuple[bytes, dict[bytes, bytes] | None]]) -> list[Entry]:
    return [Entry(id=name, body=fields.get(_BODY, b"")) for name, fields in found if fields]
