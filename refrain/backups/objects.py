"""Objects on their way from a storage to another, several at a time, their digests proved."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from base.errors import Broken
from base.storage.port import Key, Storage
from catalog.reference import Reference

#: Each holds a chunk in memory, and a few parts of what goes to S3.
_AT_ONCE = 8
#: So many wait together until all of them are done.
_BATCH = 256
T = TypeVar("T")


async def copy_object(
    source: Storage, key: str, target: Storage, to: str, *, digest: str | None
) -> int:
    """Copy an object in bounded memory; answer its size.

    Raises:
        Refused: `object-missing`.
        Broken: `object-damaged`: it has not the digest that it is named after; nothing was stored.

    """
    found, size = hashlib.sha256(), 0
    async with target.writer() as writer:
        async for data in source.read(Key(key)):
            await asyncio.to_thread(found.update, data)
            size += len(data)
            await writer.write(data)
        if digest not in {None, found.hexdigest()}:
            raise Broken("object-damaged", f"{key} has not the bytes that it is named after.")
        await writer.commit(Key(to))
    return size


async def each(values: AsyncIterator[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` for each of many values, a few at a time; the first error ends it."""
    turns, batch = asyncio.Semaphore(_AT_ONCE), list[T]()

    async def one(value: T) -> None:
        async with turns:
            await work(value)

    async def all_of(values: list[T]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for value in values:
                    group.create_task(one(value))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    async for value in values:
        batch.append(value)
        if len(batch) == _BATCH:
            await all_of(batch)
            batch = []
    await all_of(batch)


async def one_by_one(values: Iterable[T]) -> AsyncIterator[T]:
    """Answer values that are there already as `each` takes them."""
    for value in values:
        yield value


def missed(needed: Mapping[str, Reference], sizes: Mapping[str, int]) -> list[Reference]:
    """Answer what is not there, or not as large as its row says."""
    return [
        one
        for key, one in sorted(needed.items())
        if key not in sizes or one.size_bytes not in {None, sizes[key]}
    ]
