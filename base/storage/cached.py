"""What was read of a storage lately, kept on this machine: a bounded cache of objects' bytes.

Objects never change, so what is kept is never wrong. It lies in files, of which the system keeps in
memory what is used. Whoever asks for bytes that are on their way waits for those and no others, and
gets them as they arrive; what is fetched goes on when its reader goes away, for it is little.
"""

from __future__ import annotations

import asyncio
import resource
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from base.errors import Broken, RefrainError
from base.storage.blocks import Shape
from base.storage.port import Key, Storage
from base.storage.stretch import Fetch, Stretch
from base.threads import to_the_end

log = structlog.get_logger()

#: A reader is given so much at a time.
_PIECE_BYTES = 1 << 18
#: Requests to the storage under way; each holds a chunk in memory. More wait their turn.
_FETCHES_AT_ONCE = 64
_AHEAD_AT_ONCE = 16
#: A request that takes longer serves nobody who listens.
_FETCH_S = 120.0
#: How long nothing is kept after the disk was full.
_REST_S = 10.0
#: Each stretch takes two descriptors; this part of what the process may have is theirs at most.
_OF_DESCRIPTORS = 8
_MOST_STRETCHES = 16_384


@dataclass(slots=True, kw_only=True)
class CacheCounts:
    """What a cache was asked for, and what it asked for; plain numbers, read for metrics."""

    hits: int = 0
    misses: int = 0
    #: Bytes of answers that were here when they were due.
    kept_bytes: int = 0
    #: Bytes that came from the storage, for whatever reason.
    fetched_bytes: int = 0
    #: How often somebody waited for what was on its way for somebody else.
    joins: int = 0
    #: What was fetched before anybody asked, and how often somebody then did.
    ahead: int = 0
    ahead_used: int = 0


class _NoRoomError(Exception):
    """Nothing can be kept now."""


class Cached:
    """A storage's objects, as far as they are here, and the way to the rest."""

    def __init__(
        self, storage: Storage, folder: Path, *, limit_bytes: int, shape: Shape | None = None
    ) -> None:
        """Keep at most `limit_bytes` in files of no name in `folder`, which is made when needed."""
        self.counts = CacheCounts()
        self.size_bytes = 0
        self._storage = storage
        self._folder = folder
        self._limit = limit_bytes
        self._shape = shape or Shape.within(limit_bytes)
        #: By object and number, the longest unused first.
        self._kept: OrderedDict[tuple[Key, int], Stretch] = OrderedDict()
        self._turns = asyncio.Semaphore(_FETCHES_AT_ONCE)
        self._ahead = 0
        self._fetches: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0

    def view(self, key: Key, start: int, length: int) -> memoryview | None:
        """Answer bytes of an object if all of them are here, and in one stretch."""
        number, at = divmod(start, self._shape.stretch_bytes)
        stretch = self._kept.get((key, number))
        if (
            stretch is None
            or at + length > stretch.size_bytes
            or not stretch.blocks.has(at, length)
        ):
            return None
        self._kept.move_to_end((key, number))
        self._see(stretch, at)
        self.counts.hits += 1
        self.counts.kept_bytes += length
        return stretch.view(at, length)

    async def read(
        self, key: Key, *, start: int, length: int, size_bytes: int
    ) -> AsyncIterator[memoryview | bytes]:
        """Answer bytes of an object of that size, fetching what is not here.

        Raises:
            RefrainError: as the storage does, when what is asked for cannot be had.
            Broken: the object is shorter than that.

        """
        at, end = start, start + length
        try:
            async for piece in self._pieces(key, at, end, size_bytes):
                at += len(piece)
                yield piece
        except _NoRoomError:
            async for data in self._storage.read(key, start=at, length=end - at):
                self.counts.fetched_bytes += len(data)
                yield data

    def look_ahead(self, key: Key, *, start: int, length: int, size_bytes: int) -> None:
        """Fetch bytes that will be asked for soon, unless much else is to be done."""
        stretch, at = self._stretch(key, start, size_bytes)
        end = min(at + min(length, self._shape.run_bytes), stretch.size_bytes)
        if stretch.blocks.has(at, end - at):
            return
        if self._is_resting or self._ahead >= _AHEAD_AT_ONCE:
            return
        if self._want(stretch, at, end, is_ahead=True):
            stretch.ahead.add(at)
            self.counts.ahead += 1

    async def close(self) -> None:
        """Stop what is on its way."""
        for task in self._fetches:
            task.cancel()
        await asyncio.gather(*self._fetches, return_exceptions=True)
        while self._kept:
            self._let_one_go()

    @property
    def _is_resting(self) -> bool:
        return asyncio.get_running_loop().time() < self._rests_until

    async def _pieces(
        self, key: Key, start: int, end: int, size_bytes: int
    ) -> AsyncIterator[memoryview]:
        """Answer bytes as they are there, at most a piece at a time."""
        mine: set[Fetch] = set()
        stretch, at = self._stretch(key, start, size_bytes)
        left = end - start
        self._count(stretch, at, left)
        while left:
            if at == stretch.size_bytes or not (stretch.is_kept or stretch.reaches(at)):
                stretch, at = self._stretch(key, end - left, size_bytes)
            last = min(at + left, stretch.size_bytes)
            mine |= self._want(stretch, at, last)
            piece = stretch.ready(at, min(last, at + _PIECE_BYTES))
            if piece:
                self.counts.kept_bytes += len(piece)
            else:
                piece = await self._awaited(stretch, at, last, mine)
            if piece:  # unless what came was given up again meanwhile
                yield piece
            at, left = at + len(piece), left - len(piece)

    async def _awaited(self, stretch: Stretch, at: int, last: int, mine: set[Fetch]) -> memoryview:
        fetch = stretch.coming(at)
        if fetch is None:
            raise Broken("cache-lost", f"Nothing brings byte {at} of {stretch.key}.")
        if fetch not in mine:
            self.counts.joins += 1
            mine.add(fetch)
        await fetch.beyond(at)
        return stretch.ready(at, min(last, at + _PIECE_BYTES))

    def _count(self, stretch: Stretch, at: int, length: int) -> None:
        self._see(stretch, at)
        if stretch.blocks.has(at, min(length, stretch.size_bytes - at)):
            self.counts.hits += 1
        else:
            self.counts.misses += 1

    def _see(self, stretch: Stretch, at: int) -> None:
        if stretch.ahead and at in stretch.ahead:
            stretch.ahead.discard(at)
            self.counts.ahead_used += 1

    def _stretch(self, key: Key, place: int, size_bytes: int) -> tuple[Stretch, int]:
        """Answer the stretch that a byte of an object is in, and where in it."""
        number, at = divmod(place, self._shape.stretch_bytes)
        stretch = self._kept.get((key, number))
        if stretch is None:
            begin = place - at
            size = min(self._shape.stretch_bytes, size_bytes - begin)
            stretch = Stretch(key, begin=begin, size_bytes=size, shape=self._shape)
            self._kept[key, number] = stretch
            self._let_go(self._limit)
        return stretch, at

    def _want(self, stretch: Stretch, at: int, end: int, *, is_ahead: bool = False) -> set[Fetch]:
        """See to it that what is missing soon is coming; answer what was begun."""
        begun: set[Fetch] = set()
        if not stretch.is_kept:
            return begun
        self._kept.move_to_end((stretch.key, stretch.begin // self._shape.stretch_bytes))
        most = self._shape.run_bytes
        soon = end if is_ahead else min(end, at + max(1, most // 2))
        while run := stretch.blocks.missing(at, end, soon=soon, most_bytes=most):
            if self._is_resting:
                raise _NoRoomError
            fetch = Fetch(*run, is_ahead=is_ahead)
            self._begin(stretch, fetch)
            begun.add(fetch)
        return begun

    def _begin(self, stretch: Stretch, fetch: Fetch) -> None:
        stretch.claim(fetch)
        self.size_bytes += fetch.end - fetch.at
        self._ahead += fetch.is_ahead
        self._let_go(self._limit)
        task = asyncio.create_task(self._fetch(stretch, fetch))
        self._fetches.add(task)
        task.add_done_callback(self._fetches.discard)

    def _let_go(self, limit_bytes: int) -> None:
        """Forget what was not used for longest, but not what is used now."""
        most = _most_stretches()
        while len(self._kept) > 1 and (self.size_bytes > limit_bytes or len(self._kept) > most):
            self._let_one_go()

    def _let_one_go(self) -> None:
        _, stretch = self._kept.popitem(last=False)
        stretch.is_kept = False
        self.size_bytes -= stretch.held_bytes

    async def _fetch(self, stretch: Stretch, fetch: Fetch) -> None:
        """Bring bytes into a stretch by one request; every end is told to who waits."""
        error: Exception | None = None
        landed = fetch.at
        try:
            async with self._turns, asyncio.timeout(_FETCH_S):
                async for length in self._brought(stretch, fetch):
                    landed = stretch.take(fetch, length, landed=landed)
        except TimeoutError:  # which is an OSError, too
            log.warning("a fetch took too long", object=stretch.key)
        except OSError as no_room:
            error = _NoRoomError()
            self._rest(no_room)
        except RefrainError as failed:
            error = failed
        finally:
            self._ahead -= fetch.is_ahead
            less = stretch.give_up(fetch, landed=landed)
            self.size_bytes -= less if stretch.is_kept else 0
            fetch.stop(error)

    async def _brought(self, stretch: Stretch, fetch: Fetch) -> AsyncIterator[int]:
        await to_the_end(stretch.open_in, self._folder)
        start, length = stretch.begin + fetch.at, fetch.end - fetch.at
        async for data in self._storage.read(stretch.key, start=start, length=length):
            # What a server sends beyond what it was asked for is nobody's.
            wanted = data[: fetch.end - fetch.at]
            self.counts.fetched_bytes += len(wanted)
            await to_the_end(stretch.write, fetch.at, wanted)
            yield len(wanted)
        if fetch.at < fetch.end:
            raise Broken(
                "object-short", f"The object {stretch.key} ends at {stretch.begin + fetch.at}."
            )

    def _rest(self, error: OSError) -> None:
        """Give room back, and keep nothing for a while; once, however many meet it."""
        if self._is_resting:
            return
        log.warning("the cache cannot keep more", folder=str(self._folder), error=str(error))
        self._rests_until = asyncio.get_running_loop().time() + _REST_S
        self._let_go(self.size_bytes // 2)


def _most_stretches() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_STRETCHES if soft < 0 else min(_MOST_STRETCHES, max(2, soft // _OF_DESCRIPTORS))
