"""Several pieces of work at once, but no more than there are cores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Open a group of tasks; where one fails the others are ended, and its error raised as it is.

    Whoever catches errors of ours then need not know that there were several tasks.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as several:
        raise _first(several) from None


async def within(slots: asyncio.Semaphore, work: Callable[[], Awaitable[T]]) -> T:
    """Do a piece of work when a core is free for it."""
    async with slots:
        return await work()


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what needs the disk or the processor in a thread, and be back only when it is done.

    A thread cannot be ended: whoever is cancelled meanwhile waits for it, and does not take away
    the files that it works on.
    """
    task = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    finally:
        while not task.done():  # however often it is cancelled; the first cancellation goes on
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    error = several.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
