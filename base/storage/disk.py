"""Objects as files: written aside, made durable, then renamed into place."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from base.clock import system_clock
from base.storage.disk_unfinished import DiskUnfinished
from base.storage.files import ABSENT, make_folder, remove, sync_folder, translated
from base.storage.port import (
    CHUNK_BYTES,
    INCOMING,
    UNFINISHED,
    Key,
    ListedObject,
    StoredObject,
    checked,
    is_key,
    missing,
)
from base.threads import to_the_end
from base.units import SizeBytes

_WALK_BATCH = 500


class DiskStorage:
    """A folder of objects; several processes may share it."""

    def __init__(self, root: Path) -> None:
        """Use `root`, which is made when the first object arrives."""
        self._root = root
        self._unfinished = DiskUnfinished(root)

    @property
    def unfinished(self) -> DiskUnfinished:
        """What is on its way in."""
        return self._unfinished

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[_DiskWriter]:
        """Begin an object in a file of its own."""
        writer = _DiskWriter(self._root)
        try:
            await to_the_end(writer.open)
            yield writer
        finally:
            await to_the_end(writer.discard)

    async def stat(self, key: Key) -> StoredObject | None:
        """Ask the file system."""
        with translated():
            found = await asyncio.to_thread(_stat, self.local_path(key))
        return found and StoredObject(key=key, size_bytes=SizeBytes(found.st_size))

    async def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Read in a thread, a chunk at a time."""
        with translated():
            file = await asyncio.to_thread(_open_at, self.local_path(key), start)
        if file is None:
            raise missing(key)
        try:
            left = length
            while left is None or left > 0:
                size = CHUNK_BYTES if left is None else min(left, CHUNK_BYTES)
                with translated():
                    data = await to_the_end(file.read, size)
                if not data:
                    return
                left = None if left is None else left - len(data)
                yield data
        finally:
            file.close()

    async def delete(self, key: Key) -> None:
        """Remove the file."""
        with translated():
            await asyncio.to_thread(remove, self.local_path(key))

    async def walk(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Walk the folders that `prefix` leads to; what is no object of ours is passed over."""
        files = _files(self._root, "", prefix)
        while True:
            with translated():
                batch = await asyncio.to_thread(lambda: list(islice(files, _WALK_BATCH)))
            if not batch:
                return
            for found in batch:
                yield found

    async def sweep(self, older_than: timedelta) -> int:
        """Remove unfinished files that nobody has written to for so long."""
        # File times are the machine's own, so it is the machine's clock they are held to.
        before = (system_clock() - older_than).timestamp()
        with translated():
            return await asyncio.to_thread(_sweep, self._root / INCOMING, before)

    def local_path(self, key: Key) -> Path:
        """Answer the file of an object."""
        return self._root / checked(key)


class _DiskWriter:
    """One unfinished file."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # On the same file system as the objects, so that a rename is all a commit needs.
        self._path = root / INCOMING / uuid4().hex
        self._file: BinaryIO | None = None
        self._size = 0

    def open(self) -> None:
        with translated():
            make_folder(self._path.parent)
            self._file = self._path.open("xb")

    def discard(self) -> None:
        """Close and remove the file; after a commit its name is gone already."""
        if self._file:
            with suppress(OSError):  # what could not be flushed is not wanted either
                self._file.close()
        remove(self._path)

    async def write(self, data: bytes) -> None:
        with translated():
            await to_the_end(self._opened().write, data)
        self._size += len(data)

    async def commit(self, key: Key) -> StoredObject:
        target = self._root / checked(key)
        with translated():
            await to_the_end(self._publish, target)
        return StoredObject(key=key, size_bytes=SizeBytes(self._size))

    def _publish(self, target: Path) -> None:
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())
        make_folder(target.parent)
        self._path.replace(target)
        # The name is durable only when its folder is.
        sync_folder(target.parent)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RuntimeError("a writer is used inside its context only")
        return self._file


def _stat(path: Path) -> os.stat_result | None:
    try:
        found = path.stat()
    except ABSENT:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _open_at(path: Path, start: int) -> BinaryIO | None:
    try:
        file = path.open("rb")
    except ABSENT:
        return None
    file.seek(start)
    return file


def _files(folder: Path, above: str, prefix: str) -> Iterator[ListedObject]:
    """Answer the objects below `folder` by key, holding one folder's names at a time."""
    for name, entry in sorted(_entries(folder, above)):
        if name.endswith("/"):
            if name not in (INCOMING, UNFINISHED) and (
                name.startswith(prefix) or prefix.startswith(name)
            ):
                yield from _files(folder / entry, name, prefix)
        elif name.startswith(prefix) and is_key(name):
            found = _stat(folder / entry)
            if found is not None:
                yield ListedObject(
                    key=Key(name),
                    size_bytes=SizeBytes(found.st_size),
                    stored_at=datetime.fromtimestamp(found.st_mtime, UTC),
                )


def _entries(folder: Path, above: str) -> Iterator[tuple[str, str]]:
    """Answer names with and without the way to them; a folder's ends in `/`, as it sorts."""
    with suppress(*ABSENT), os.scandir(folder) as found:
        for entry in found:
            mark = "/" if entry.is_dir(follow_symlinks=False) else ""
            yield f"{above}{entry.name}{mark}", entry.name


def _sweep(incoming: Path, before: float) -> int:
    swept = 0
    for path in incoming.glob("*"):
        with suppress(*ABSENT):
            if path.stat().st_mtime <= before:
                path.unlink()
                swept += 1
    return swept
