"""What was served, gathered in this process until it is written down.

Serving audio never waits for the database: which bytes a response carried is noted here, and
written in batches as the music they are, at the latest with the next heartbeat that this process
sees.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import structlog

from accounting.evidence import Interval, union
from base.clock import Clock
from base.database import Database
from base.errors import Unavailable
from catalog.plays import Served, add_deliveries
from stream.objects import Timing

log = structlog.get_logger()

_FLUSH_S = 1.0
#: Sessions whose evidence waits; past this, the database has been away for very long.
_MOST_SESSIONS = 100_000
#: Notes that wait to become intervals; a note is cheap, and so is a tenth of a second's work.
_MOST_NOTES = 10_000


class Deliveries:
    """Intervals of audio served to each session, in milliseconds of the track."""

    def __init__(self) -> None:
        """Begin with nothing served."""
        self._notes: list[tuple[UUID, Timing, int, int]] = []
        self._served: defaultdict[UUID, list[Interval]] = defaultdict(list)

    def note(self, session_id: UUID, timing: Timing, start: int, length: int) -> None:
        """Remember which bytes of an object a response carried."""
        self._notes.append((session_id, timing, start, length))
        if len(self._notes) >= _MOST_NOTES:
            self._read_notes()

    @contextmanager
    def taken(self, session_id: UUID) -> Iterator[list[Interval]]:
        """Hand over what is known of one session; when the block fails, it is kept for later."""
        self._read_notes()
        intervals = self._served.pop(session_id, [])
        try:
            yield intervals
        except BaseException:
            self._add(session_id, intervals)
            raise

    async def flush(self, database: Database, clock: Clock) -> None:
        """Write down everything; what cannot be written stays for the next time.

        Raises:
            Unavailable: the database is away.

        """
        self._read_notes()
        taken, self._served = self._served, defaultdict(list)
        if not taken:
            return
        try:
            async with database.begin() as session:
                await add_deliveries(session, rows(taken, clock()))
        except BaseException:
            for session_id, intervals in taken.items():
                self._add(session_id, intervals)
            raise

    async def run(self, database: Database, clock: Clock) -> None:
        """Flush from time to time until cancelled, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(_FLUSH_S)
                try:
                    await self.flush(database, clock)
                except Unavailable as error:
                    log.warning("evidence waits", error=str(error), sessions=len(self._served))
        finally:
            await self.flush(database, clock)

    def _read_notes(self) -> None:
        notes, self._notes = self._notes, []
        heard: defaultdict[UUID, list[Interval]] = defaultdict(list)
        for session_id, timing, start, length in notes:
            heard[session_id] += timing.heard_in(start, length)
        for session_id, intervals in heard.items():
            self._add(session_id, intervals)

    def _add(self, session_id: UUID, intervals: list[Interval]) -> None:
        if intervals and (session_id in self._served or len(self._served) < _MOST_SESSIONS):
            self._served[session_id] = union([*self._served[session_id], *intervals])


def rows(served: dict[UUID, list[Interval]], now: datetime) -> list[Served]:
    """Answer intervals of sessions as rows."""
    return [
        Served(session_id=session_id, at=now, start_ms=start, end_ms=end)
        for session_id, intervals in served.items()
        for start, end in intervals
    ]
