"""A stretch of an object as a cache keeps it: a sparse file without a name, and what fills it.

Nothing has a name that could be left behind: when the last reader lets go of a stretch, or the
process is killed, the system takes its room back.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import tempfile
import threading
import weakref
from pathlib import Path

from base.errors import Unavailable
from base.storage.blocks import Blocks, Shape
from base.storage.port import Key


class Fetch:
    """Bytes on their way into a stretch: where they begin and end, and how far they came."""

    def __init__(self, start: int, end: int, *, is_ahead: bool) -> None:
        """Nothing came yet; `is_ahead` tells that nobody asked for them."""
        self.at = start
        self.end = end
        self.is_ahead = is_ahead
        self._error: Exception | None = None
        self._moved = asyncio.Event()

    async def beyond(self, at: int) -> None:
        """Wait until the byte at this place is there.

        Raises:
            RefrainError: it will not come.

        """
        while self.at <= at:
            if self._error is not None:
                raise self._error
            await self._moved.wait()

    def advance(self, length: int) -> None:
        """Tell everybody who waits that more is there."""
        self.at += length
        self._moved.set()
        self._moved = asyncio.Event()

    def stop(self, error: Exception | None) -> None:
        """Tell everybody who waits that no more will come."""
        if self.at < self.end:
            self._error = error or Unavailable(
                "storage-unavailable", "Reading from the storage broke off; please try again."
            )
        self._moved.set()


class Stretch:
    """Bytes of an object from `begin` on; all other places are counted from there."""

    def __init__(self, key: Key, *, begin: int, size_bytes: int, shape: Shape) -> None:
        """Have no file yet: whoever writes first makes it, in their thread."""
        self.key = key
        self.begin = begin
        self.size_bytes = size_bytes
        self.blocks = Blocks(size_bytes, block_bytes=shape.block_bytes)
        #: Whether it is in the cache; who reads it when it is let go may read on.
        self.is_kept = True
        #: What it takes of the cache's room: what is here, and what is coming.
        self.held_bytes = 0
        #: Where something begins that was fetched before anybody asked, and nobody asked since.
        self.ahead: set[int] = set()
        self._block = shape.block_bytes
        self._coming: dict[int, Fetch] = {}
        self._making = threading.Lock()
        self._file: int | None = None
        self._bytes = memoryview(b"")

    def view(self, start: int, length: int) -> memoryview:
        """Answer bytes that are here."""
        return self._bytes[start : start + length]

    def ready(self, at: int, end: int) -> memoryview:
        """Answer what is here from `at`, at most to `end`; also of a block still coming."""
        until = self.blocks.until(at, end)
        fetch = self.coming(until) if until < end else None
        if fetch is not None:
            until = max(until, min(end, fetch.at))
        return self._bytes[at:until]

    def reaches(self, at: int) -> bool:
        """Tell whether the byte at this place is here, or on its way."""
        return self.coming(at) is not None or self.blocks.has(at, 1)

    def coming(self, at: int) -> Fetch | None:
        """Answer what brings the byte at this place."""
        return self._coming.get(at // self._block)

    def claim(self, fetch: Fetch) -> None:
        """Expect what a fetch will bring."""
        self.blocks.claim(fetch.at, fetch.end)
        self.held_bytes += fetch.end - fetch.at
        for block in self._blocks(fetch.at, fetch.end):
            self._coming[block] = fetch

    def take(self, fetch: Fetch, length: int, *, landed: int) -> int:
        """Have so many bytes more of a fetch, of which those before `landed` were blocks already.

        Answers to where they are blocks now.
        """
        fetch.advance(length)
        now = self.blocks.land(landed, fetch.at)
        for block in self._blocks(landed, now):
            del self._coming[block]
        return now

    def give_up(self, fetch: Fetch, *, landed: int) -> int:
        """Expect no more of a fetch; answer how much less that is."""
        if landed == fetch.end:
            return 0
        self.blocks.release(landed, fetch.end)
        for block in self._blocks(landed, fetch.end):
            del self._coming[block]
        self.held_bytes -= fetch.end - landed
        return fetch.end - landed

    def write(self, at: int, data: bytes) -> None:
        """Put bytes into the file; called in a thread.

        Raises:
            OSError: there is no room, or no file can be had.

        """
        file, rest = self._made(), memoryview(data)
        while rest:
            # Never through the map: where the disk is full, that would be a signal and no error.
            written = os.pwrite(file, rest, at)
            at, rest = at + written, rest[written:]

    def open_in(self, folder: Path) -> None:
        """Make the file, unless it is there; called in a thread.

        Raises:
            OSError: it cannot be made.

        """
        with self._making:
            if self._file is None:
                folder.mkdir(parents=True, exist_ok=True)
                file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - see below
                weakref.finalize(self, file.close)
                os.truncate(file.fileno(), self.size_bytes)
                self._bytes = memoryview(
                    mmap.mmap(file.fileno(), self.size_bytes, access=mmap.ACCESS_READ)
                )
                self._file = file.fileno()

    def _made(self) -> int:
        if self._file is None:
            raise RuntimeError("a stretch is opened before it is written to")
        return self._file

    def _blocks(self, start: int, end: int) -> range:
        return range(start // self._block, -(-end // self._block))
