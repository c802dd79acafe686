"""What a storage can do that keeps unfinished objects over requests, processes and days.

An optional capability beside the port. Nothing of it is swept by age: a row somewhere holds the
`Kept` of each unfinished object, from before its first byte to after it was discarded.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from base.storage.kept import Kept
from base.storage.port import Key, StoredObject


class Appender(Protocol):
    """Adds bytes to one unfinished object; memory stays at 8 MiB however much is written."""

    @property
    def kept(self) -> Kept:
        """What is durable by now; it grows while bytes are written, and `flush` makes it all."""

    async def write(self, data: bytes) -> None:
        """Append; waits when the storage is slower than the caller."""

    async def flush(self) -> Kept:
        """Make all that was written durable, and answer where it lies."""


class Unfinished(Protocol):
    """The unfinished objects of a storage.

    Every method raises Unavailable and Broken as the storage does.
    """

    def begin(self, name: str) -> Kept:
        """Answer an empty object of that name; nothing is made before its first byte."""

    def append(self, kept: Kept) -> AbstractAsyncContextManager[Appender]:
        """Go on after `kept`. The caller sees to it that nobody else does, or `interrupted` it.

        Inside the context the caller writes `kept` down; who could not, leaves it by an error,
        which undoes nothing that was durable. Only what was written down counts.
        """

    async def seal(self, kept: Kept) -> Kept:
        """Put the pieces together so that they can be read; again, when it was done before."""

    def read(
        self, kept: Kept, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Answer bytes of a sealed object in chunks of at most 1 MiB.

        Or of one that nobody appends to, and that has less than 5 MiB: more cannot be
        read on S3 before it is sealed.
        """

    async def publish(self, kept: Kept, key: Key) -> StoredObject:
        """Make a sealed object visible under `key`, durably; again, when it was done before.

        An object that is there under `key` stays, and is the one that is visible.
        Raises Broken (`object-differs`) where it has another size.
        """

    async def discard(self, name: str) -> None:
        """Remove all that is left of that name, known or not; where nothing is, do nothing."""


@runtime_checkable
class Resumable(Protocol):
    """A storage that has unfinished objects."""

    @property
    def unfinished(self) -> Unfinished:
        """What is on its way in."""
