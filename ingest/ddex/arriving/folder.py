"""An inbox as a folder of this machine, which SFTP, HTTP and whoever copies into it all fill.

No link is followed, at no step of a path: each folder is opened by the one above it. When a file
changed last is by the system, which no sender can tell otherwise (`st_ctime`).
"""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from base.errors import Refused, Unavailable
from base.threads import to_the_end
from ingest.ddex.arriving.inbox import CHUNK_BYTES, MOST_ENTRIES
from ingest.ddex.arriving.layouts import Entry
from ingest.ddex.arriving.names import is_harmless

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR})
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 16


class FolderInbox:
    """The folder of one partner."""

    way = "folder"

    def __init__(self, root: Path) -> None:
        """Use `root`, which need not be there yet."""
        self._root = root

    async def entries(self, *, settled: Collection[str]) -> list[Entry]:
        """List what is there now; links are told of, and not followed."""
        with _translated():
            return await asyncio.to_thread(self._listed, settled)

    async def read(self, entry: Entry) -> AsyncIterator[bytes]:
        """Read a file, and see before and after that it is the one that was listed."""
        with _translated():
            handle = await to_the_end(self._open, entry)
        try:
            while True:
                with _translated():
                    data = await to_the_end(os.read, handle, CHUNK_BYTES)
                if not data:
                    break
                yield data
            if _mark(os.fstat(handle)) != entry.mark:
                raise changed(entry)
        finally:
            os.close(handle)

    async def answer(self, path: str, content: bytes) -> None:
        """Write aside, make it durable, and rename it."""
        if not is_harmless(path):
            raise ValueError(f"{path!r} is no path of an inbox")
        with _translated():
            await to_the_end(self._put, path, content)

    def _listed(self, settled: Collection[str]) -> list[Entry]:
        found = list[Entry]()
        for entry in _walk(self._root, "", settled, 0):
            found.append(entry)
            if len(found) >= MOST_ENTRIES:
                break
        return found

    def _open(self, entry: Entry) -> int:
        *folders, name = entry.path.split("/")
        try:
            with _folder(self._root, folders) as above:
                handle = os.open(name, _FILE, dir_fd=above)
        except OSError as error:
            if error.errno in _GONE:
                raise changed(entry) from None
            raise
        if _mark(os.fstat(handle)) != entry.mark:
            os.close(handle)
            raise changed(entry)
        return handle

    def _put(self, path: str, content: bytes) -> None:
        *folders, name = path.split("/")
        part = f".{uuid4().hex}.part"
        self._root.mkdir(parents=True, exist_ok=True)
        with _folder(self._root, folders, makes=True) as above:
            handle = os.open(part, _NEW, 0o644, dir_fd=above)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(handle)
                os.rename(part, name, src_dir_fd=above, dst_dir_fd=above)
            except BaseException:
                with suppress(OSError):
                    os.unlink(part, dir_fd=above)
                raise
            os.fsync(above)


def changed(entry: Entry) -> Refused:
    """Answer the error that says that a file is not the one that was listed."""
    return Refused("file-changed", f"{entry.path!r} is being changed.", status=409)


@contextmanager
def _folder(root: Path, folders: list[str], *, makes: bool = False) -> Iterator[int]:
    """Open a folder below another step by step; the first may be a link, as its owner likes."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in folders:
            if makes:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o755, dir_fd=handle)
            below = os.open(name, _DIRECTORY, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def _walk(folder: Path, above: str, settled: Collection[str], depth: int) -> Iterator[Entry]:
    try:
        found = sorted(os.scandir(folder), key=lambda one: one.name)
    except FileNotFoundError:
        return
    for one in found:
        path = f"{above}{one.name}"
        try:
            told = one.stat(follow_symlinks=False)
        except FileNotFoundError:  # it went meanwhile
            continue
        if stat.S_ISDIR(told.st_mode):
            if path not in settled and depth < _DEEPEST:
                yield from _walk(folder / one.name, f"{path}/", settled, depth + 1)
            continue
        yield Entry(
            path=path,
            size_bytes=told.st_size,
            changed_at=datetime.fromtimestamp(told.st_ctime, UTC),
            mark=_mark(told),
            is_plain=stat.S_ISREG(told.st_mode),
        )


def _mark(told: os.stat_result) -> str:
    return f"{told.st_size}-{told.st_mtime_ns}-{told.st_ctime_ns}-{told.st_ino}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "inbox-unavailable", "The inbox of deliveries cannot be used now; please try again."
        ) from error
