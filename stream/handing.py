"""Hand notes of what was served to the workers, and see that they arrive.

Notes go out in batches, and again when the stream has lost them; they may go when the database
has them. Whoever hands in a note twice says nothing new, see catalog.notes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from base.streams import is_there, put
from base.valkey import Valkey
from catalog.notes import STREAM, Batch, print_batch

#: Batches of one producer that are under way; what comes then waits in the spool.
_MOST_UNDER_WAY = 64
#: Batches that the stream holds, should producers come and go and nobody take them.
MOST_IN_STREAM = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    end: int
    name: bytes


class Source(Protocol):
    """Notes of one producer, in the order of their numbers; they stay until they are forgotten."""

    producer: UUID

    @property
    def first(self) -> int:
        """The number of the oldest that is still here."""

    @property
    def end(self) -> int:
        """The number after the newest."""

    async def take(self, first: int) -> tuple[bytes, int]:
        """Answer some notes from a number on, and the number after them."""

    def forget(self, passed: int) -> None:
        """Let go of notes of lower numbers."""


class Handing:
    """The way of a producer's notes to the database."""

    def __init__(self, source: Source) -> None:
        """Nothing is under way; what was written before is not known yet."""
        self.source = source
        self.passed = source.first
        self._sent = source.first
        self._under_way: deque[_UnderWay] = deque()

    def begin(self, passed: int) -> None:
        """Begin after what is written already."""
        self.passed = self._sent = max(self.passed, passed)

    @property
    def is_done(self) -> bool:
        """Whether the database has all there is."""
        return self.passed >= self.source.end

    async def send(self, valkey: Valkey) -> None:
        """Put what is new into the stream.

        Raises:
            Unavailable: Valkey is away; it will be tried again.

        """
        newest = self.source.end
        while self._sent < newest and len(self._under_way) < _MOST_UNDER_WAY:
            notes, end = await self.source.take(self._sent)
            batch = Batch(
                producer=self.source.producer,
                passed=self.passed,
                first=self._sent,
                end=end,
                notes=notes,
            )
            name = await put(valkey, STREAM, print_batch(batch), most=MOST_IN_STREAM)
            self._under_way.append(_UnderWay(end=end, name=name))
            self._sent = end

    async def is_lost(self, valkey: Valkey) -> bool:
        """Whether the oldest batch that is under way is no longer in the stream.

        Then it was dealt with, which `see` tells, or it was lost.

        Raises:
            Unavailable: Valkey is away.

        """
        if not self._under_way:
            return False
        return not await is_there(valkey, STREAM, self._under_way[0].name)

    def see(self, passed: int, *, was_lost: bool) -> None:
        """Learn how much is written; what was lost before that is sent again."""
        self.passed = max(self.passed, passed)
        while self._under_way and self._under_way[0].end <= self.passed:
            self._under_way.popleft()
            was_lost = False
        if was_lost and self._under_way:
            self._under_way.clear()
            self._sent = self.passed
        self.source.forget(self.passed)
