"""Work in threads that the loop neither waits for nor leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Callable[..., T], *args: object) -> T:
    """Do `work` in a thread and see it end even when cancelled: it holds a file of ours."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


class Follower:
    """Does work on bytes in a thread, in order, while its caller fetches more.

    What comes while it is busy is done together; `put` waits when that is more than
    `most_bytes`. An error of the work is raised by the next `put`, or by `drain`.
    """

    def __init__(self, work: Callable[[Sequence[bytes]], None], *, most_bytes: int) -> None:
        """Do `work` on each batch; nothing is begun yet."""
        self._work = work
        self._most_bytes = most_bytes
        self._pending: list[bytes] = []
        self._waiting_bytes = 0
        self._room = asyncio.Event()
        self._doing: asyncio.Task[None] | None = None

    async def put(self, data: bytes) -> None:
        """Take what comes next; it is done soon."""
        self._pending.append(data)
        self._waiting_bytes += len(data)
        if self._doing is None or self._doing.done():
            await self._raise_error()
            self._doing = asyncio.create_task(self._do())
        while self._waiting_bytes > self._most_bytes:
            self._room.clear()
            await self._room.wait()
            await self._raise_error()

    async def drain(self) -> None:
        """Wait until all is done, even when cancelled."""
        if self._doing is not None:
            await _settled(self._doing)
            await self._raise_error()

    async def _raise_error(self) -> None:
        if self._doing is not None and self._doing.done():
            await self._doing

    async def _do(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                self._waiting_bytes = 0
                self._room.set()
                await asyncio.to_thread(self._work, batch)
        finally:
            # After an error nothing more is done, and nobody may wait for it.
            self._waiting_bytes = 0
            self._room.set()


async def _settled(task: asyncio.Task[None]) -> None:
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
