"""What every object storage can do, said once.

Objects are content-addressed: a key names its bytes, so an object never changes, and
to commit the same object twice is no fault.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NewType, Protocol, runtime_checkable

from base.errors import Broken, Refused
from base.units import SizeBytes

#: A path-like name of plain characters, such as `masters/ab/abcd…`.
Key = NewType("Key", str)

#: The most that is read or written at once.
CHUNK_BYTES = 1 << 20

#: Where both twins keep what has no name yet; no key begins with it.
INCOMING = "incoming/"
#: Where both twins keep what comes over days, see base.storage.resumable; no key begins with it.
UNFINISHED = "unfinished/"

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object that is wholly there."""

    key: Key
    size_bytes: SizeBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject(StoredObject):
    """An object as a listing tells of it.

    `stored_at` is by the clock of who keeps it, and may be when its upload was begun.
    """

    stored_at: datetime


class Writer(Protocol):
    """An object in the making; nobody sees it before it is committed."""

    async def write(self, data: bytes) -> None:
        """Append; memory stays bounded however much is written."""

    async def commit(self, key: Key) -> StoredObject:
        """Make it visible under `key`, durably and at once; the last call on a writer."""


class Storage(Protocol):
    """A place for objects.

    Every method raises Unavailable when the place cannot be reached now, and Broken
    when it refuses us for a reason that only its owner can mend.
    """

    def writer(self) -> AbstractAsyncContextManager[Writer]:
        """Begin an object; leaving without a commit leaves nothing behind."""

    async def stat(self, key: Key) -> StoredObject | None:
        """Answer what is known of an object, or nothing where there is none."""

    def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Answer `length` bytes from `start`, or all that follow, in chunks of at most 1 MiB.

        Past the object's end there is nothing, and that is no error. The iterator
        raises Refused (`object-missing`, 404) where there is no object. Close it (`aclosing`) where
        reading may end before the object does.
        """

    async def delete(self, key: Key) -> None:
        """Remove an object; where there is none, nothing is to be done."""

    def walk(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Answer every object whose key begins with `prefix`, in the order of keys.

        Memory stays bounded however many there are.
        """

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what was left unfinished and untouched for so long; answer how many."""


@runtime_checkable
class LocalFiles(Protocol):
    """A storage whose objects are files of this machine."""

    def local_path(self, key: Key) -> Path:
        """Answer the file of an object, to read and never to write."""


def key_of(kind: str, sha256: str, suffix: str = "") -> Key:
    """Answer the key of content: the kind, two digits to spread folders, the digest."""
    return checked(f"{kind}/{sha256[:2]}/{sha256}{suffix}")


def is_key(name: str) -> bool:
    """Tell whether `name` is harmless to file systems and addresses, and may name an object."""
    plain = len(name) <= _LONGEST_KEY and _KEY.fullmatch(name) is not None
    return plain and not name.startswith((INCOMING, UNFINISHED))


def checked(name: str) -> Key:
    """Answer `name` as a key.

    Raises:
        Broken: it is none.

    """
    if not is_key(name):
        raise Broken("bad-key", f"{name!r} is no storage key.")
    return Key(name)


def missing(key: Key) -> Refused:
    """Answer the error that says an object is not there."""
    return Refused("object-missing", f"There is no object {key}.", status=404)


async def store_file(
    storage: Storage, path: Path, key: Key, *, sha256: str | None = None
) -> StoredObject:
    """Copy a file into storage in bounded memory.

    Where its digest is known, these are the bytes that are stored, and the storage has them all.

    Raises:
        Broken: `stored-otherwise`: they are not; nothing is stored under the key, or it is
            shorter or longer there.

    """
    file = await asyncio.to_thread(path.open, "rb")
    digest, size = hashlib.sha256(), 0
    try:
        async with storage.writer() as writer:
            while data := await asyncio.to_thread(file.read, CHUNK_BYTES):
                await asyncio.to_thread(digest.update, data)
                size += len(data)
                await writer.write(data)
            if sha256 not in {None, digest.hexdigest()}:
                raise Broken("stored-otherwise", f"{path.name} has changed before it was stored.")
            await writer.commit(key)
    finally:
        await asyncio.to_thread(file.close)
    stored = await storage.stat(key)
    if stored is None or stored.size_bytes != size:
        raise Broken("stored-otherwise", f"The storage has not all {size} bytes of {key}.")
    return stored


async def fetch_file(storage: Storage, key: Key, path: Path) -> None:
    """Copy an object into a file in bounded memory.

    Raises:
        Refused: `object-missing`; the file may be there, and empty.

    """
    file = await asyncio.to_thread(path.open, "wb")
    try:
        async for data in storage.read(key):
            await asyncio.to_thread(file.write, data)
    finally:
        await asyncio.to_thread(file.close)
