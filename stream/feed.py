"""Wakes those who watch an owner's events, and hands them the progress in between.

Each server asks the database four times a second how many events the watched owners have, all of
them in one question; progress it hears from Valkey. When Valkey is away, events still arrive.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from base.errors import Unavailable
from base.tools import Tools
from base.valkey import heard, reached
from catalog.events import newest_numbers
from catalog.progress import CHANNELS, owner_of

log = structlog.get_logger()

_TURN_S = 0.25
_WAIT_S = 1.0
_LISTEN_S = 5.0
#: Progress that a slow watcher has not been given yet; what is newer of the same work replaces it.
_MOST_UNTOLD = 64


@dataclass(eq=False, slots=True)
class Watcher:
    """One who watches an owner's events."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _progress: list[str] = field(default_factory=list)

    def tell(self, progress: str) -> None:
        """Keep a message until it is asked for; the oldest go where there are very many."""
        self._progress = [*self._progress, progress][-_MOST_UNTOLD:]
        self.woken.set()

    def taken(self) -> list[str]:
        """Answer what was not told yet."""
        taken, self._progress = self._progress, []
        return taken


class Feed:
    """All who watch through this process."""

    def __init__(self) -> None:
        """Nobody watches yet."""
        self._watchers: defaultdict[UUID, set[Watcher]] = defaultdict(set)
        self._somebody = asyncio.Event()
        self.is_closed = False

    @contextmanager
    def watching(self, owner_id: UUID) -> Iterator[Watcher]:
        """Answer a watcher who is woken while the block lasts."""
        watcher = Watcher()
        self._watchers[owner_id].add(watcher)
        self._somebody.set()
        try:
            yield watcher
        finally:
            self._watchers[owner_id].discard(watcher)
            if not self._watchers[owner_id]:
                del self._watchers[owner_id]
            if not self._watchers:
                self._somebody.clear()

    def close(self) -> None:
        """Let every watcher go: the server is being stopped."""
        self.is_closed = True
        for watcher in self._all():
            watcher.woken.set()

    async def run(self, tools: Tools) -> None:
        """Watch the database and Valkey until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(tools, self._watch_numbers))
            group.create_task(self._again(tools, self._watch_progress))

    async def _again(self, tools: Tools, work: Callable[[Tools], Awaitable[None]]) -> None:
        while True:
            await self._somebody.wait()
            try:
                await work(tools)
            except Unavailable as error:
                log.warning("feed waits", error=str(error))
                await asyncio.sleep(_WAIT_S)

    async def _watch_numbers(self, tools: Tools) -> None:
        known: dict[UUID, int] = {}
        while self._watchers:
            async with tools.database.read() as session:
                numbers = await newest_numbers(session, tuple(self._watchers))
            for owner_id, number in numbers.items():
                if known.get(owner_id) != number:
                    self._wake(owner_id)
            known = numbers
            await asyncio.sleep(_TURN_S)

    async def _watch_progress(self, tools: Tools) -> None:
        with reached():
            async with tools.valkey.pubsub() as channel:
                await channel.psubscribe(CHANNELS)
                while self._watchers:
                    message = await heard(channel, wait_s=_LISTEN_S)
                    if message is not None:
                        self._tell(owner_of(message["channel"].decode()), message["data"].decode())

    def _wake(self, owner_id: UUID) -> None:
        for watcher in self._watchers.get(owner_id, ()):
            watcher.woken.set()

    def _tell(self, owner_id: UUID, progress: str) -> None:
        for watcher in self._watchers.get(owner_id, ()):
            watcher.tell(progress)

    def _all(self) -> Iterator[Watcher]:
        for watchers in self._watchers.values():
            yield from watchers
