"""Masters as files to read from: an object's own, a copy for one job, or one that several share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from base.storage.port import Key, LocalFiles, Storage, fetch_file
from transcode.encode import Workbench
from transcode.package import seekable
from transcode.parallel import in_thread
from transcode.probe import probe
from transcode.source import SourceInfo
from transcode.tools import Tools as Engine

#: How many copies stay that nobody reads right now: the next piece of the same master is likely.
_KEPT = 2


@asynccontextmanager
async def source(storage: Storage, key: Key, folder: Path) -> AsyncIterator[Path]:
    """Answer a file to read the object from: its own where there is one, else a copy."""
    if isinstance(storage, LocalFiles):
        yield storage.local_path(key).absolute()
        return
    path = folder / "master"
    await fetch_file(storage, key, path)
    yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A master that can be read from the middle, unpacked if need be."""

    info: SourceInfo
    path: Path


@dataclass(slots=True, eq=False)
class _Copy:
    """A master, once somebody fetched it; `readers` are at work on it or wait for it."""

    folder: Path
    #: Closing it removes the folder.
    stack: ExitStack
    readable: Readable | None = None
    readers: int = 0
    fetching: asyncio.Lock = field(default_factory=asyncio.Lock)


class Copies:
    """The masters that the jobs of one process read pieces of, each fetched and unpacked once."""

    def __init__(self, kept: int = _KEPT) -> None:
        """Begin with none; `kept` stay that nobody reads."""
        self._kept = kept
        self._copies: dict[Key, _Copy] = {}

    @asynccontextmanager
    async def readable(
        self,
        key: Key,
        *,
        engine: Engine,
        storage: Storage,
        folder: Callable[[], AbstractContextManager[Path]],
    ) -> AsyncIterator[Readable]:
        """Answer a master that stays where it is while the block lasts.

        A copy lies in a `folder` of its own, which is left when nobody is likely to read it again.
        """
        if key not in self._copies:
            stack = ExitStack()
            self._copies[key] = _Copy(stack.enter_context(folder()), stack)
        copy = self._copies[key]
        copy.readers += 1
        try:
            async with copy.fetching:
                readable = copy.readable
                if readable is None or not await asyncio.to_thread(readable.path.exists):
                    readable = copy.readable = await _read(engine, storage, key, copy.folder)
            yield readable
        finally:
            copy.readers -= 1
            if self._copies.get(key) is copy:  # it was read last, and goes last
                self._copies[key] = self._copies.pop(key)
            await self._let_go()

    def close(self) -> None:
        """Remove what nobody reads any more."""
        while self._copies:
            self._copies.popitem()[1].stack.close()

    async def _let_go(self) -> None:
        idle = [key for key, copy in self._copies.items() if not copy.readers]
        for key in idle[: max(0, len(idle) - self._kept)]:
            await in_thread(self._copies.pop(key).stack.close)


async def _read(engine: Engine, storage: Storage, key: Key, folder: Path) -> Readable:
    async with source(storage, key, folder) as path:
        info = await probe(engine, path)
        bench = await seekable(Workbench(tools=engine, source=path, folder=folder), info)
        if path.parent == folder and path != bench.source:  # a copy that nobody reads again
            await asyncio.to_thread(path.unlink)
    return Readable(info=info, path=bench.source)
