"""What a label may do by SFTP: everything with files of its inbox, but what is an answer of ours.

There are no links, owners or modes here, and no names that are no harmless path. A file that was
closed is on the platter; one whose line broke stays as it is, so that its sender goes on.
"""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import asyncssh
import structlog

from base.errors import RefrainError
from base.threads import to_the_end
from ingest.ddex.arriving.jail import Jail
from ingest.ddex.arriving.layouts import ANSWERS
from ingest.ddex.arriving.names import is_harmless
from ingest.ddex.sftp.room import Room
from ingest.ddex.sftp.seen import Seen

log = structlog.get_logger()

_WRITES = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
#: Of one connection; a client has as many as it sends files at a time.
_MOST_OPEN = 64
#: The most that is read at once, whatever a client asks for.
_READ_BYTES = 1 << 20
_MEANINGS: dict[int, type[asyncssh.SFTPError]] = {
    errno.ENOENT: asyncssh.SFTPNoSuchFile,
    errno.ENOTDIR: asyncssh.SFTPNoSuchFile,
    errno.ELOOP: asyncssh.SFTPPermissionDenied,
    errno.EPERM: asyncssh.SFTPPermissionDenied,
    errno.EACCES: asyncssh.SFTPPermissionDenied,
    errno.EEXIST: asyncssh.SFTPFileAlreadyExists,
    errno.ENOTEMPTY: asyncssh.SFTPDirNotEmpty,
    errno.EISDIR: asyncssh.SFTPFileIsADirectory,
    errno.ENOSPC: asyncssh.SFTPNoSpaceOnFilesystem,
    errno.EDQUOT: asyncssh.SFTPQuotaExceeded,
    errno.EINVAL: asyncssh.SFTPInvalidFilename,
}


@dataclass(slots=True, kw_only=True)
class _Open:
    """A file that a client has open."""

    path: str
    handle: int
    is_written: bool
    appends: bool
    size_bytes: int


class InboxFiles(asyncssh.SFTPServer):
    """The files of one label, as one connection sees them."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], inbox: Seen) -> None:
        """Show one inbox; `inbox.jail` is there."""
        super().__init__(channel)
        self._inbox = inbox
        self._open = 0

    @property
    def _jail(self) -> Jail:
        return self._inbox.jail

    @property
    def _room(self) -> Room:
        return self._inbox.room

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file to read or write; what is written begins with what is there, unless told."""
        del attrs
        writes = bool(pflags & _WRITES)
        place = _may_write(path) if writes else _place(path)
        if self._open >= _MOST_OPEN:
            raise asyncssh.SFTPFailure(f"At most {_MOST_OPEN} files are open at a time.")
        before = await self._size_of(place) if pflags & asyncssh.FXF_TRUNC else 0
        with _said():
            handle = await to_the_end(self._jail.open, place, _flags(pflags))
        self._open += 1
        self._room.take(-before)
        return _Open(
            path=place,
            handle=handle,
            is_written=writes,
            appends=bool(pflags & asyncssh.FXF_APPEND),
            size_bytes=os.fstat(handle).st_size,
        )

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Answer bytes of a file."""
        with _said():
            handle = _opened(file_obj).handle
            return await to_the_end(os.pread, handle, min(size, _READ_BYTES), offset)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write bytes of a file, as far as there is room."""
        file = _opened(file_obj)
        at = file.size_bytes if file.appends else offset
        end = at + len(data)
        self._room.require(end, file.size_bytes)
        grown = max(0, end - file.size_bytes)
        file.size_bytes += grown
        self._room.take(grown)
        with _said():
            await to_the_end(_write_all, file.handle, data, at)
        return len(data)

    async def close(self, file_obj: object) -> None:
        """Make a file durable that was written, and let go of it."""
        file = _opened(file_obj)
        self._open -= 1
        try:
            if file.is_written:
                with _said():
                    await to_the_end(os.fsync, file.handle)
                    await to_the_end(self._jail.sync, file.path)
        finally:
            os.close(file.handle)
        if file.is_written:
            await self._note(file.path)

    async def fsync(self, file_obj: object) -> None:
        """Make a file durable."""
        with _said():
            await to_the_end(os.fsync, _opened(file_obj).handle)

    async def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        """Answer what is known of an open file."""
        with _said():
            return asyncssh.SFTPAttrs.from_local(os.fstat(_opened(file_obj).handle))

    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """Answer what is known of a file."""
        with _said():
            return asyncssh.SFTPAttrs.from_local(await to_the_end(self._jail.stat, _place(path)))

    lstat = stat

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """Answer what lies in a folder."""
        with _said():
            found = await to_the_end(self._jail.names, _place(path))
        for name, told in found:
            yield asyncssh.SFTPName(os.fsencode(name), attrs=asyncssh.SFTPAttrs.from_local(told))

    def realpath(self, path: bytes) -> bytes:
        """Answer a path without dots."""
        return f"/{_normal(path)}".encode()

    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Make a folder."""
        del attrs
        with _said():
            await to_the_end(self._jail.make_folder, _may_write(path))

    async def rmdir(self, path: bytes) -> None:
        """Remove a folder that is empty."""
        with _said():
            await to_the_end(self._jail.remove_folder, _may_write(path))

    async def remove(self, path: bytes) -> None:
        """Remove a file; what was taken of it stays taken."""
        place = _may_write(path)
        with _said():
            size = (await to_the_end(self._jail.stat, place)).st_size
            await to_the_end(self._jail.remove, place)
        self._room.take(-size)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give something a name that nothing has."""
        await self._rename(oldpath, newpath, replaces=False)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give something a name, whatever had it before."""
        await self._rename(oldpath, newpath, replaces=True)

    async def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Cut a file to a size; its times, mode and owner are nobody's to tell, and passed over."""
        place = _may_write(path)
        if attrs.size is not None:
            with _said():
                handle = await to_the_end(self._jail.open, place, os.O_WRONLY)
            try:
                await self._cut(handle, attrs.size)
            finally:
                os.close(handle)

    async def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Cut an open file to a size, as `setstat`."""
        file = _opened(file_obj)
        if attrs.size is not None and file.is_written:
            await self._cut(file.handle, attrs.size)
            file.size_bytes = attrs.size

    async def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Do what `setstat` does: there are no links."""
        await self.setstat(path, attrs)

    def statvfs(self, path: bytes) -> NoReturn:
        """Keep how large our disks are to ourselves."""
        del path
        raise asyncssh.SFTPOpUnsupported("This is not told here.")

    def fstatvfs(self, file_obj: object) -> NoReturn:
        """Keep how large our disks are to ourselves."""
        del file_obj
        raise asyncssh.SFTPOpUnsupported("This is not told here.")

    def readlink(self, path: bytes) -> NoReturn:
        """Follow no link."""
        del path
        raise _no_links()

    def symlink(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Make no link."""
        del oldpath, newpath
        raise _no_links()

    def link(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Make no link."""
        del oldpath, newpath
        raise _no_links()

    async def _rename(self, old: bytes, new: bytes, *, replaces: bool) -> None:
        source, target = _may_write(old), _may_write(new)
        with _said():
            await to_the_end(_renamed, self._jail, source, target, replaces)
        await self._note(target)

    async def _size_of(self, path: str) -> int:
        try:
            return (await to_the_end(self._jail.stat, path)).st_size
        except OSError:  # nothing is there, or opening it will say why not
            return 0

    async def _cut(self, handle: int, size: int) -> None:
        before = os.fstat(handle).st_size
        self._room.require(size, before)
        with _said():
            await to_the_end(os.ftruncate, handle, size)
        self._room.take(size - before)

    async def _note(self, path: str) -> None:
        """Say that a delivery came this way; where that cannot be written now, it came anyhow."""
        try:
            await self._inbox.note(path)
        except RefrainError as error:
            log.warning("delivery not noted", partner=self._inbox.dpid, error=str(error))


def _opened(file_obj: object) -> _Open:
    if not isinstance(file_obj, _Open):
        raise asyncssh.SFTPInvalidHandle("There is no such file.")
    return file_obj


def _normal(path: bytes) -> str:
    """Answer a path from the inbox on, without dots; above the inbox there is nothing."""
    try:
        plain = posixpath.normpath(f"/{path.decode()}").strip("/")
    except UnicodeDecodeError:
        raise asyncssh.SFTPInvalidFilename("Names are written in UTF-8.") from None
    return plain


def _place(path: bytes) -> str:
    plain = _normal(path)
    if plain and not is_harmless(plain):
        raise asyncssh.SFTPInvalidFilename(
            "That is no name of a file here: use letters, digits, blanks, dots and dashes."
        )
    return plain


def _may_write(path: bytes) -> str:
    place = _place(path)
    parts = place.lower().split("/")
    if not place or ANSWERS in parts:
        raise asyncssh.SFTPPermissionDenied(f"What lies in {ANSWERS} is ours to write.")
    return place


def _flags(pflags: int) -> int:
    """Say how a file is opened as the system does; appending is ours, as offsets are told."""
    writes, reads = pflags & (_WRITES & ~asyncssh.FXF_CREAT), pflags & asyncssh.FXF_READ
    flags = (os.O_RDWR if reads else os.O_WRONLY) if writes else os.O_RDONLY
    for told, meant in (
        (asyncssh.FXF_CREAT, os.O_CREAT),
        (asyncssh.FXF_TRUNC, os.O_TRUNC),
        (asyncssh.FXF_EXCL, os.O_EXCL),
    ):
        flags |= meant if pflags & told else 0
    return flags


def _write_all(handle: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, at)
        view, at = view[written:], at + written


def _renamed(jail: Jail, old: str, new: str, replaces: bool) -> None:  # noqa: FBT001 - in a thread
    jail.rename(old, new, replaces=replaces)


@contextmanager
def _said() -> Iterator[None]:
    """Say the system's errors as SFTP does, and nothing of where they happened."""
    try:
        yield
    except OSError as error:
        meaning: Any = _MEANINGS.get(error.errno or 0, asyncssh.SFTPFailure)
        raise meaning(os.strerror(error.errno or errno.EIO)) from error


def _no_links() -> asyncssh.SFTPError:
    return asyncssh.SFTPOpUnsupported("There are no links here.")
