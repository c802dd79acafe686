"""Unfinished objects on disk: a folder each, of segments that are appended to.

Most have one segment, which is renamed at the end. There are more after a writer was taken over
that did not answer, and may still have its segment open; then all are copied together.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from base.errors import Broken
from base.storage.files import ABSENT, make_folder, sync_folder, translated
from base.storage.kept import Kept, Piece, require_same
from base.storage.port import CHUNK_BYTES, UNFINISHED, Key, StoredObject, checked
from base.threads import Follower, to_the_end
from base.units import SizeBytes

#: What is written is made durable after so much, or so long: what a killed server may lose.
_SYNC_BYTES = 16 << 20
_SYNC_S = 5.0
#: What may wait for a slow disk, beside as much that is being written.
_WAITING_BYTES = 1 << 20
#: A disk does them one after another anyway; other threads are for reading and writing.
_SYNCS_AT_ONCE = 2


class DiskUnfinished:
    """The unfinished objects below one folder; several processes may share it."""

    def __init__(self, root: Path) -> None:
        """Use the folder of a storage, so that a rename is all that publishing needs."""
        self._root = root
        self._syncing = asyncio.Semaphore(_SYNCS_AT_ONCE)

    def begin(self, name: str) -> Kept:
        """Answer an empty object; see the port."""
        return Kept(name=checked(name))

    @asynccontextmanager
    async def append(self, kept: Kept) -> AsyncIterator[_DiskAppender]:
        """Go on with the last segment, or a new one."""
        appender = _DiskAppender(self._folder(kept.name), kept, self._syncing)
        try:
            yield appender
        finally:
            await appender.close()

    async def seal(self, kept: Kept) -> Kept:
        """Answer one segment that has it all, copying when there are several."""
        if kept.is_sealed:
            return kept
        with translated():
            piece = await to_the_end(self._joined, kept)
        return replace(kept.with_piece(piece), pieces=(piece,), is_sealed=True)

    async def read(
        self, kept: Kept, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read through the segments in a thread, a chunk at a time."""
        left = kept.size_bytes - start if length is None else length
        for piece in kept.pieces:
            if start >= piece.size_bytes:
                start -= piece.size_bytes
                continue
            with translated():
                file = await asyncio.to_thread(self._path(kept, piece).open, "rb")
            try:
                file.seek(start)
                room = min(left, piece.size_bytes - start)
                left, start = left - room, 0
                while room > 0:
                    with translated():
                        data = await to_the_end(file.read, min(room, CHUNK_BYTES))
                    room -= len(_whole(data, kept))
                    yield data
            finally:
                file.close()

    async def publish(self, kept: Kept, key: Key) -> StoredObject:
        """Rename the segment, unless the object is there."""
        with translated():
            await to_the_end(self._rename, kept, self._root / checked(key))
        return StoredObject(key=key, size_bytes=SizeBytes(kept.size_bytes))

    async def discard(self, name: str) -> None:
        """Remove the folder."""
        with translated():
            await to_the_end(_remove_folder, self._folder(checked(name)))

    def _folder(self, name: str) -> Path:
        return self._root / UNFINISHED / name

    def _path(self, kept: Kept, piece: Piece) -> Path:
        return self._folder(kept.name) / str(piece.number)

    def _joined(self, kept: Kept) -> Piece:
        if len(kept.pieces) == 1 and kept.may_continue:
            [piece] = kept.pieces
            with self._path(kept, piece).open("r+b") as file:
                _require(file.fileno(), piece)
                # What a failed write left behind it was never counted.
                file.truncate(piece.size_bytes)
                os.fsync(file.fileno())
            return piece
        return self._copied(kept)

    def _copied(self, kept: Kept) -> Piece:
        whole = Piece(number=kept.next_number, size_bytes=kept.size_bytes)
        make_folder(self._folder(kept.name))
        with self._path(kept, whole).open("wb") as target:
            for piece in kept.pieces:
                with self._path(kept, piece).open("rb") as source:
                    _require(source.fileno(), piece)
                    _copy(source.fileno(), target.fileno(), piece.size_bytes)
            os.fsync(target.fileno())
        sync_folder(self._folder(kept.name))
        return whole

    def _rename(self, kept: Kept, target: Path) -> None:
        [piece] = kept.pieces
        make_folder(target.parent)
        # An object never changes: ours is left to be discarded where it is there already. So it
        # is, too, when somebody finished the same upload, and died before they said so.
        if target.is_file():
            require_same(target.name, target.stat().st_size, kept)
        else:
            self._path(kept, piece).replace(target)
        # The name is durable only when its folder is.
        sync_folder(target.parent)


class _DiskAppender:
    """Writes to one segment; what is durable follows behind."""

    def __init__(self, folder: Path, kept: Kept, syncing: asyncio.Semaphore) -> None:
        self._folder = folder
        self._kept = kept
        self._piece = kept.next_piece
        self._syncing = syncing
        self._file: int | None = None
        self._written = self._synced = self._piece.size_bytes
        self._synced_at = asyncio.get_running_loop().time()
        self._writes = Follower(self._write, most_bytes=_WAITING_BYTES)
        self._sync: asyncio.Task[None] | None = None

    @property
    def kept(self) -> Kept:
        if self._synced == self._piece.size_bytes:
            return self._kept
        return self._kept.with_piece(replace(self._piece, size_bytes=self._synced))

    async def write(self, data: bytes) -> None:
        with translated():
            await self._writes.put(data)
        await self._sync_in_passing()

    async def flush(self) -> Kept:
        try:
            with translated():
                await self._writes.drain()
        finally:
            # Also on a full disk: what was written before it was full counts.
            await self._sync_all()
        return self.kept

    async def close(self) -> None:
        """See all work end, whatever comes of it: it has the file open."""
        with suppress(OSError, Broken):
            await self._writes.drain()
        if self._sync is not None:
            await asyncio.gather(self._sync, return_exceptions=True)
        if self._file is not None:
            os.close(self._file)

    async def _sync_in_passing(self) -> None:
        now = asyncio.get_running_loop().time()
        is_due = self._written - self._synced >= _SYNC_BYTES or now - self._synced_at >= _SYNC_S
        if not is_due or self._written == self._synced:
            return
        if self._sync is not None:
            if not self._sync.done():
                return
            await self._sync
        self._sync = asyncio.create_task(self._make_durable())

    async def _sync_all(self) -> None:
        if self._sync is not None:
            await asyncio.wait([self._sync])
        if self._written > self._synced:
            await self._make_durable()

    async def _make_durable(self) -> None:
        written = self._written
        async with self._syncing:
            with translated():
                await to_the_end(os.fdatasync, self._file)
        self._synced, self._synced_at = written, asyncio.get_running_loop().time()

    def _write(self, batch: Sequence[bytes]) -> None:
        """Write all of it; in a thread, one at a time."""
        if self._file is None:
            self._file = self._open()
        for data in batch:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            self._written += len(data)

    def _open(self) -> int:
        make_folder(self._folder)
        path, size = self._folder / str(self._piece.number), self._piece.size_bytes
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _require(file, self._piece)
            # What was written and never counted gives way to what comes now.
            os.ftruncate(file, size)
            os.lseek(file, size, os.SEEK_SET)
            sync_folder(self._folder)
        except BaseException:
            os.close(file)
            raise
        return file


def _require(file: int, piece: Piece) -> None:
    if os.fstat(file).st_size < piece.size_bytes:
        raise _damaged()


def _whole(data: bytes, kept: Kept) -> bytes:
    if not data:
        raise _damaged(kept.name)
    return data


def _damaged(name: str = "") -> Broken:
    return Broken("upload-damaged", f"Bytes of the unfinished object {name} are missing.")


def _copy(source: int, target: int, size: int) -> None:
    """Copy in the kernel; a file system that can will share the blocks."""
    while size:
        copied = os.copy_file_range(source, target, size)
        if not copied:
            raise _damaged()
        size -= copied


def _remove_folder(folder: Path) -> None:
    for _ in range(2):
        try:
            shutil.rmtree(folder)
        except ABSENT:
            return
