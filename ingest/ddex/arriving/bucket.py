"""An inbox as a prefix of a bucket, of which each object is a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Protocol

from base.errors import Refused
from ingest.ddex.arriving.folder import changed
from ingest.ddex.arriving.inbox import MOST_ENTRIES
from ingest.ddex.arriving.layouts import Entry, delivery_of


class Listed(Protocol):
    """An object as a listing tells of it; its `tag` is another when its bytes are."""

    @property
    def name(self) -> str:
        """What it is called below the prefix."""

    @property
    def size_bytes(self) -> int:
        """How large it is."""

    @property
    def stored_at(self) -> datetime:
        """When it was put there."""

    @property
    def tag(self) -> str:
        """By what it is known again."""


class Foreign(Protocol):
    """What is used of a bucket, see `base.storage.foreign`."""

    def walk(self, prefix: str) -> AsyncIterator[Listed]:
        """Answer all objects below a prefix."""

    def read(self, name: str, *, tag: str) -> AsyncIterator[bytes]:
        """Answer the bytes of an object while it is the one of this tag."""

    async def put(self, name: str, content: bytes) -> None:
        """Put an object there."""


class BucketInbox:
    """The prefix of one partner."""

    way = "bucket"

    def __init__(self, bucket: Foreign, prefix: str) -> None:
        """Use a prefix of a bucket, written without slashes around it."""
        self._bucket = bucket
        self._prefix = f"{prefix}/"

    async def entries(self, *, settled: Collection[str]) -> list[Entry]:
        """List all objects page by page."""
        found = list[Entry]()
        async for one in self._bucket.walk(self._prefix):
            # What some programs put there to show a folder has no bytes, and a slash at its end.
            is_folder = one.name.endswith("/") and not one.size_bytes
            if is_folder or delivery_of(one.name) in settled:
                continue
            found.append(
                Entry(
                    path=one.name,
                    size_bytes=one.size_bytes,
                    changed_at=one.stored_at,
                    mark=f"{one.tag} {one.size_bytes} {one.stored_at.isoformat()}"[:200],
                )
            )
            if len(found) >= MOST_ENTRIES:
                break
        return found

    async def read(self, entry: Entry) -> AsyncIterator[bytes]:
        """Read an object while it has the tag that was listed."""
        size, tag = 0, entry.mark.partition(" ")[0]
        try:
            async for data in self._bucket.read(f"{self._prefix}{entry.path}", tag=tag):
                size += len(data)
                yield data
        except Refused as refused:
            if refused.code == "object-changed":
                raise changed(entry) from refused
            raise
        if size != entry.size_bytes:
            raise changed(entry)

    async def answer(self, path: str, content: bytes) -> None:
        """Put an object."""
        await self._bucket.put(f"{self._prefix}{path}", content)
