"""Bytes that can be sent at once: objects that this process has opened already.

Objects on disk are mapped into memory: what was served lately is in the page cache, and sending a
stretch of it costs one copy, into the socket. An object is opened in a thread when it is first
asked for. Objects elsewhere are never hot here; their storage has a cache of its own.
"""

from __future__ import annotations

import asyncio
import mmap
from collections import OrderedDict
from contextlib import suppress

from base.storage.port import Key, LocalFiles, Storage

#: Open objects; each costs a mapping and no memory of ours.
_MOST = 1_024


class Hot:
    """The objects of a storage that are open."""

    def __init__(self, storage: Storage) -> None:
        """Open nothing yet."""
        self._files = storage if isinstance(storage, LocalFiles) else None
        self._views: OrderedDict[Key, memoryview] = OrderedDict()
        self._opening: set[Key] = set()

    def view(self, key: Key, start: int, length: int) -> memoryview | None:
        """Answer bytes of an object, or nothing where they are not at hand."""
        found = self._views.get(key)
        if found is None:
            return None
        view = found[start : start + length]
        return view if len(view) == length else None

    async def warm(self, key: Key) -> None:
        """Make an object hot, if it is a file."""
        if self._files is None or key in self._views or key in self._opening:
            return
        self._opening.add(key)
        try:
            await self._open(self._files, key)
        finally:
            self._opening.discard(key)

    async def _open(self, files: LocalFiles, key: Key) -> None:
        with suppress(OSError, ValueError):  # gone, or empty: the storage says which
            self._views[key] = memoryview(await asyncio.to_thread(_map, files, key))
        if len(self._views) > _MOST:
            # Whoever is being sent a stretch of it holds it open until then.
            self._views.popitem(last=False)


def _map(files: LocalFiles, key: Key) -> mmap.mmap:
    with files.local_path(key).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
