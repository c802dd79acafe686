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
#: What a player will want next, from the disk before it is asked for: a segment of FLAC or two.
_AHEAD_BYTES = 1 << 20


class Hot:
    """The objects of a storage that are open."""

    def __init__(self, storage: Storage) -> None:
        """Open nothing yet."""
        self._files = storage if isinstance(storage, LocalFiles) else None
        self._views: OrderedDict[Key, tuple[mmap.mmap, memoryview]] = OrderedDict()
        self._opening: set[Key] = set()

    def view(self, key: Key, start: int, length: int) -> memoryview | None:
        """Answer bytes of an object, or nothing where they are not at hand."""
        found = self._views.get(key)
        if found is None:
            return None
        view = found[1][start : start + length]
        return view if len(view) == length else None

    async def warm(self, key: Key, start: int) -> None:
        """Make an object hot if it is a file, and have read what follows `start`."""
        if self._files is None or key in self._opening:
            return
        self._opening.add(key)
        try:
            if key not in self._views:
                await self._open(key)
            if key in self._views:
                await asyncio.to_thread(_read_ahead, self._views[key][0], start)
        finally:
            self._opening.discard(key)

    async def _open(self, key: Key) -> None:
        assert self._files is not None  # noqa: S101 - for the type checker; asked by `warm`
        with suppress(OSError, ValueError):  # gone, or empty: the storage says which
            mapped = await asyncio.to_thread(_map, self._files, key)
            self._views[key] = (mapped, memoryview(mapped))
        if len(self._views) > _MOST:
            # Whoever is being sent a stretch of it holds it open until then.
            self._views.popitem(last=False)


def _map(files: LocalFiles, key: Key) -> mmap.mmap:
    with files.local_path(key).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _read_ahead(mapped: mmap.mmap, start: int) -> None:
    page = start // mmap.PAGESIZE * mmap.PAGESIZE
    length = min(_AHEAD_BYTES, len(mapped) - page)
    if length > 0:
        mapped.madvise(mmap.MADV_WILLNEED, page, length)
