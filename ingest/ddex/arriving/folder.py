"""An inbox as a folder of this machine, which SFTP, HTTP and whoever copies into it all fill.

When a file changed last is by the system, which no sender can tell otherwise (`st_ctime`).
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
from ingest.ddex.arriving.jail import Jail, walk
from ingest.ddex.arriving.layouts import Entry
from ingest.ddex.arriving.names import is_harmless

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.EPERM})


class FolderInbox:
    """The folder of one partner."""

    way = "folder"

    def __init__(self, root: Path) -> None:
        """Use `root`, which need not be there yet."""
        self._jail = Jail(root)

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

    async def remove(self, deliveries: Collection[str]) -> list[str]:
        """Remove those of some deliveries that are there; answer them."""
        with _translated():
            return await to_the_end(self._removed, deliveries)

    def _removed(self, deliveries: Collection[str]) -> list[str]:
        gone = list[str]()
        for above in {one.rpartition("/")[0] for one in deliveries}:
            with suppress(FileNotFoundError):
                names = [name for name, _ in self._jail.names(above)]
                there = {f"{above}/{name}" if above else name for name in names}
                gone += sorted(there & set(deliveries))
        for name in gone:
            self._jail.remove_all(name)
        return gone

    def _listed(self, settled: Collection[str]) -> list[Entry]:
        found = list[Entry]()
        for path, told in walk(self._jail.root, without=settled):
            found.append(
                Entry(
                    path=path,
                    size_bytes=told.st_size,
                    changed_at=datetime.fromtimestamp(told.st_ctime, UTC),
                    mark=_mark(told),
                    is_plain=stat.S_ISREG(told.st_mode),
                )
            )
            if len(found) >= MOST_ENTRIES:
                break
        return found

    def _open(self, entry: Entry) -> int:
        try:
            handle = self._jail.open(entry.path, os.O_RDONLY)
        except OSError as error:
            if error.errno in _GONE:
                raise changed(entry) from None
            raise
        if _mark(os.fstat(handle)) != entry.mark:
            os.close(handle)
            raise changed(entry)
        return handle

    def _put(self, path: str, content: bytes) -> None:
        *folders, _ = path.split("/")
        part = "/".join([*folders, f".{uuid4().hex}.part"])
        with self._jail.folder(folders, makes=True):
            handle = self._jail.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
            self._jail.rename(part, path, replaces=True)
        except BaseException:
            with suppress(OSError):
                self._jail.remove(part)
            raise


def changed(entry: Entry) -> Refused:
    """Answer the error that says that a file is not the one that was listed."""
    return Refused("file-changed", f"{entry.path!r} is being changed.", status=409)


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
