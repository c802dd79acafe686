"""Where the masters and covers of an earlier house lie: a folder, or a bucket of theirs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from base.errors import Refused
from base.storage.port import CHUNK_BYTES
from base.tools import open_foreign
from ingest.ddex.arriving.bucket import Foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file: its name, how long it is, and how whoever keeps it knows it."""

    name: str
    size_bytes: int
    at: str


class Media(Protocol):
    """What can be looked for in, and read from."""

    def find(self, name: str) -> Found | None:
        """Answer the file that is called so, with or without what stands behind its last dot."""

    def read(self, found: Found) -> AsyncIterator[bytes]:
        """Answer its bytes, in bounded memory.

        Raises Refused where it is there no more, or another; Unavailable where it cannot be read.
        """


class _Named:
    """Files by what they are called; of several that are called alike, the first."""

    def __init__(self) -> None:
        self._whole: dict[str, Found] = {}
        self._stems: dict[str, Found] = {}

    def add(self, found: Found) -> None:
        name = found.name.rpartition("/")[2].casefold()
        self._whole.setdefault(name, found)
        self._stems.setdefault(name.partition(".")[0], found)

    def find(self, name: str) -> Found | None:
        """Answer the file that is called so, with or without what stands behind its last dot."""
        called = name.rpartition("/")[2].casefold()
        return self._whole.get(called) or self._stems.get(called.partition(".")[0])


class FolderMedia(_Named):
    """Files of a folder, with those of the folders in it; links to folders are not followed."""

    def __init__(self, folder: Path) -> None:
        """List them.

        Raises:
            Refused: `no-media`: it is no folder.

        """
        super().__init__()
        if not folder.is_dir():
            raise Refused("no-media", f"{folder} is no folder, and no s3://bucket/prefix.")
        for place, _, names in os.walk(folder):
            for name in sorted(names):
                path = Path(place, name)
                if path.is_file():
                    size = path.stat().st_size
                    self.add(Found(name=name, size_bytes=size, at=str(path)))

    async def read(self, found: Found) -> AsyncIterator[bytes]:
        """Answer its bytes, in bounded memory."""
        try:
            file = await asyncio.to_thread(Path(found.at).open, "rb")
        except OSError as error:
            why = error.strerror or str(error)
            raise Refused("file-unreadable", f"{found.name} cannot be read: {why}.") from None
        try:
            while data := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield data
        finally:
            await asyncio.to_thread(file.close)


class BucketMedia(_Named):
    """Objects below a prefix of a bucket."""

    def __init__(self, bucket: Foreign) -> None:
        """Use an open bucket, of which nothing is listed yet."""
        super().__init__()
        self._bucket = bucket

    async def list(self) -> None:
        """List what there is."""
        async for one in self._bucket.walk(""):
            self.add(Found(name=one.name, size_bytes=one.size_bytes, at=one.tag))

    async def read(self, found: Found) -> AsyncIterator[bytes]:
        """Answer its bytes, in bounded memory."""
        async for data in self._bucket.read(found.name, tag=found.at):
            yield data


@asynccontextmanager
async def open_media(where: str) -> AsyncIterator[Media]:
    """Open a folder, or `s3://bucket/prefix`.

    Raises:
        Refused: `no-media`, it is neither. Unavailable, Broken: the bucket cannot be listed.

    """
    if urlsplit(where).scheme == "s3":
        async with open_foreign(where) as bucket:
            media = BucketMedia(bucket)
            await media.list()
            yield media
        return
    yield await asyncio.to_thread(FolderMedia, Path(where))
