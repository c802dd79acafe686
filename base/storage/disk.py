"""Objects as files: written aside, made durable, then renamed into place."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from base.storage.port import CHUNK_BYTES, Key, StoredObject, checked, missing
from base.units import SizeBytes

#: Where objects are written before they have a name; on the same file system as the rest.
_INCOMING = "incoming"


class DiskStorage:
    """A folder of objects; several processes may share it."""

    def __init__(self, root: Path) -> None:
        """Use `root`, which is made when the first object arrives."""
        self._root = root

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[_DiskWriter]:
        """Begin an object in a file of its own."""
        path = self._root / _INCOMING / uuid4().hex
        file = await asyncio.to_thread(_create, path)
        try:
            yield _DiskWriter(self._root, path, file)
        finally:
            file.close()
            with suppress(FileNotFoundError):
                path.unlink()

    async def stat(self, key: Key) -> StoredObject | None:
        """Ask the file system."""
        try:
            found = await asyncio.to_thread(self.local_path(key).stat)
        except FileNotFoundError:
            return None
        return StoredObject(key=key, size_bytes=SizeBytes(found.st_size))

    async def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read in a thread, a chunk at a time."""
        try:
            file = await asyncio.to_thread(self.local_path(key).open, "rb")
        except FileNotFoundError:
            raise missing(key) from None
        try:
            file.seek(start)
            left = length
            while left is None or left > 0:
                size = CHUNK_BYTES if left is None else min(left, CHUNK_BYTES)
                data = await asyncio.to_thread(file.read, size)
                if not data:
                    return
                left = None if left is None else left - len(data)
                yield data
        finally:
            file.close()

    async def delete(self, key: Key) -> None:
        """Remove the file."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(self.local_path(key).unlink)

    async def walk(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Walk the folder that `prefix` lies in."""
        for path in await asyncio.to_thread(self._files, prefix):
            found = await self.stat(Key(str(path.relative_to(self._root))))
            if found:
                yield found

    async def sweep(self, older_than: timedelta) -> int:
        """Remove unfinished files that nobody has written to for so long."""
        return await asyncio.to_thread(self._sweep, time.time() - older_than.total_seconds())

    def local_path(self, key: Key) -> Path:
        """Answer the file of an object."""
        return self._root / checked(key)

    def _files(self, prefix: str) -> list[Path]:
        folder = self._root / prefix.rpartition("/")[0]
        found = (path for path in folder.rglob("*") if path.is_file())
        names = sorted(str(path.relative_to(self._root)) for path in found)
        return [
            self._root / name
            for name in names
            if name.startswith(prefix) and not name.startswith(f"{_INCOMING}/")
        ]

    def _sweep(self, before: float) -> int:
        swept = 0
        for path in (self._root / _INCOMING).glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    swept += 1
        return swept


class _DiskWriter:
    """One unfinished file."""

    def __init__(self, root: Path, path: Path, file: BinaryIO) -> None:
        self._root = root
        self._path = path
        self._file = file
        self._size = 0

    async def write(self, data: bytes) -> None:
        await asyncio.to_thread(self._file.write, data)
        self._size += len(data)

    async def commit(self, key: Key) -> StoredObject:
        await asyncio.to_thread(self._publish, self._root / checked(key))
        return StoredObject(key=key, size_bytes=SizeBytes(self._size))

    def _publish(self, target: Path) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        _make_folder(target.parent)
        self._path.replace(target)
        # The name is durable only when its folder is.
        _sync_folder(target.parent)


def _create(path: Path) -> BinaryIO:
    _make_folder(path.parent)
    return path.open("xb")


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
