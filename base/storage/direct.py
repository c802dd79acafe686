"""What a storage can do that takes parts from clients themselves, at signed addresses.

An optional capability beside the port, over the same unfinished objects as base.storage.resumable.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from base.storage.kept import Kept, Piece

#: Numbers of parts go from one to this.
MOST_PARTS = 10_000
#: S3 takes no smaller part than this but the last.
LEAST_PART_BYTES = 5 << 20


class Direct(Protocol):
    """The parts that clients put into a storage.

    Every method raises Unavailable and Broken as the storage does.
    """

    async def open(self, kept: Kept) -> Kept:
        """Answer an empty unfinished object that takes parts."""

    async def sign(self, kept: Kept, number: int, *, lifetime_s: int) -> str:
        """Answer where a part can be PUT by anyone, for so long; sent again, it replaces itself.

        The answer to that PUT has the part's tag in its ETag.
        """

    async def parts(self, kept: Kept) -> tuple[Piece, ...]:
        """Answer the parts that are there, by number.

        Raises:
            Refused: `upload-lost`, 410; the unfinished object is not there any more.

        """


@runtime_checkable
class DirectUploads(Protocol):
    """A storage that clients can put parts into."""

    @property
    def direct(self) -> Direct:
        """What they put there."""
