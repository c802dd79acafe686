"""What every inbox can do, said once: it lists files, is read, and takes in answers.

Its twins are a folder of this machine and the prefix of a bucket. Files come, change and go while
it is looked at, as their sender likes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Protocol

from ingest.ddex.arriving.layouts import Entry

#: The most that is read at once.
CHUNK_BYTES = 1 << 20
#: So many files of one inbox are looked at; whoever has more has no batches, but a heap.
MOST_ENTRIES = 200_000


class Inbox(Protocol):
    """Where the deliveries of one partner lie.

    Every method raises Unavailable when the place cannot be reached now, and Broken when it refuses
    us for a reason that only its owner can mend.
    """

    @property
    def way(self) -> str:
        """By which way a delivery came of which nothing else is known: `folder` or `bucket`."""

    async def entries(self, *, settled: Collection[str]) -> list[Entry]:
        """Answer all files below it but those of `settled` deliveries; nothing where nothing is."""

    def read(self, entry: Entry) -> AsyncIterator[bytes]:
        """Answer the bytes of a file in chunks of at most 1 MiB; its path is below the inbox.

        The iterator raises Refused (`file-changed`, 409) where the file is gone, or is not the one
        that the entry told of, before, while, or after it was read.
        """

    async def answer(self, path: str, content: bytes) -> None:
        """Put a file there, whole or not at all; one of that name is replaced."""
