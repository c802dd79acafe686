"""Bytes of objects as they are sent: those that can be sent at once, and the way to the others.

Objects on disk are mapped into memory: what was served lately is in the page cache, and sending a
stretch of it costs one copy, into the socket. An object is opened in a thread when it is first
asked for. Of objects elsewhere there are copies on this machine, which are mapped alike.
"""

from __future__ import annotations

import asyncio
import mmap
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Protocol

from base.settings import Settings
from base.storage.cached import Cached
from base.storage.port import Key, LocalFiles, Storage
from stream.objects import Served

#: Open objects; each costs a mapping and no memory of ours.
_MOST = 1_024
#: How often it is looked whether they are still there: one that is open keeps its room on disk.
_LOOK_S = 60.0

Bytes = bytes | memoryview


class Hot(Protocol):
    """The objects of a storage, as an origin serves them."""

    def view(self, served: Served, start: int, length: int) -> memoryview | None:
        """Answer bytes of an object, or nothing where they are not at hand."""

    def read(self, served: Served, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer bytes of an object in pieces; raises as the storage does."""

    def look_ahead(self, served: Served, start: int, length: int) -> None:
        """Be told that somebody is given these bytes, and may soon ask for those after them."""

    async def run(self) -> None:
        """Let go of what is no longer there, until cancelled."""

    async def close(self) -> None:
        """End what is done in the background."""


def hot_objects(storage: Storage, settings: Settings) -> HotFiles | HotCopies:
    """Answer what serves the objects of a storage."""
    if isinstance(storage, LocalFiles):
        return HotFiles(storage, storage)
    folder = settings.cache_dir or settings.data_dir / "cache"
    return HotCopies(Cached(storage, folder, limit_bytes=settings.cache_bytes))


class HotFiles:
    """Objects that are files: those that are open are at hand."""

    def __init__(self, storage: Storage, files: LocalFiles, *, most: int = _MOST) -> None:
        """Open nothing yet, and at most so many; both are the same storage."""
        self._storage = storage
        self._files = files
        self._most = most
        self._views: OrderedDict[Key, memoryview] = OrderedDict()
        self._opening: set[Key] = set()

    def view(self, served: Served, start: int, length: int) -> memoryview | None:
        """Answer bytes of a mapped file."""
        found = self._views.get(served.key)
        if found is None:
            return None
        self._views.move_to_end(served.key)
        view = found[start : start + length]
        return view if len(view) == length else None

    async def read(self, served: Served, start: int, length: int) -> AsyncIterator[Bytes]:
        """Read from the disk, which brings it into memory; from then on it is hot."""
        async for data in self._storage.read(served.key, start=start, length=length):
            yield data
        await self._warm(served.key)

    def look_ahead(self, served: Served, start: int, length: int) -> None:
        """Leave that to the system, which does it with files."""

    async def run(self) -> None:
        """Look now and then."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await self.let_go()

    async def let_go(self) -> None:
        """Close objects that were deleted; who is being sent a stretch of one has it to the end."""
        for key in await asyncio.to_thread(_gone, self._files, list(self._views)):
            self._views.pop(key, None)

    async def close(self) -> None:
        """Nothing is done in the background that has an end."""

    async def _warm(self, key: Key) -> None:
        if key in self._views or key in self._opening:
            return
        self._opening.add(key)
        try:
            with suppress(OSError, ValueError):  # gone, or empty: the storage says which
                self._views[key] = memoryview(await asyncio.to_thread(_map, self._files, key))
        finally:
            self._opening.discard(key)
        if len(self._views) > self._most:
            # Whoever is being sent a stretch of it holds it open until then.
            self._views.popitem(last=False)


class HotCopies:
    """Objects that are elsewhere: those that were asked for lately are kept here, and at hand."""

    def __init__(self, cache: Cached) -> None:
        """Use a cache, which is closed with this."""
        self.cache = cache

    def view(self, served: Served, start: int, length: int) -> memoryview | None:
        """Answer bytes that are kept."""
        return self.cache.view(served.key, start, length)

    def read(self, served: Served, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer what is kept, and fetch what is not."""
        size = served.resource.size_bytes
        return self.cache.read(served.key, start=start, length=length, size_bytes=size)

    def look_ahead(self, served: Served, start: int, length: int) -> None:
        """Fetch the next fragment, if what is given ends where one begins."""
        following = served.timing.fragment_at(start + length)
        if following is not None:
            offset, size = following
            whole = served.resource.size_bytes
            self.cache.look_ahead(served.key, start=offset, length=size, size_bytes=whole)

    async def run(self) -> None:
        """Do nothing: copies make room for each other."""

    async def close(self) -> None:
        """Stop what is on its way."""
        await self.cache.close()


def _gone(files: LocalFiles, keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if not files.local_path(key).exists()]


def _map(files: LocalFiles, key: Key) -> mmap.mmap:
    with files.local_path(key).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
