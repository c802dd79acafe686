"""The time that all machines of a house agree on: that of its PostgreSQL.

Leases, tickets and plays are compared by one machine with what another wrote. A machine whose clock
is minutes off would take the jobs of all others, or have its own taken; so who runs for long asks
the database what time it is, again and again, and goes by that. With SQLite there is one machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from base.clock import Clock
from base.database import Database, time_of
from base.errors import RefrainError

log = structlog.get_logger()

#: Clocks that follow NTP differ by less, and what the way to the database takes is no difference.
_NO_MATTER = timedelta(seconds=1)
_AGAIN_S = 30.0
#: A start does not wait longer for a database that is away.
_FIRST_S = 3.0


class _Shifted:
    """A clock and how much it is behind."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.behind = timedelta(0)

    def __call__(self) -> datetime:
        return self._clock() + self.behind

    async def compare(self, database: Database) -> None:
        """Ask the database what time it is; an answer that takes long changes nothing.

        Raises:
            Unavailable: it cannot be reached.

        """
        begun = self._clock()
        async with database.read() as session:
            theirs = await time_of(session)
        took = self._clock() - begun
        if theirs is None or not timedelta(0) <= took <= _NO_MATTER:
            return  # when of so long a while that was, nobody knows: the load is no difference
        behind = theirs - begun - took / 2
        shift = behind if abs(behind) > _NO_MATTER else timedelta(0)
        if abs(shift - self.behind) > _NO_MATTER:
            said = round(behind.total_seconds(), 1)
            log.warning("the clock of this machine is off, and not gone by", behind_s=said)
        self.behind = shift


@asynccontextmanager
async def true_clock(database: Database, clock: Clock) -> AsyncIterator[Clock]:
    """Answer a clock that goes by the database's for as long as this lasts."""
    if database.engine.dialect.name != "postgresql":
        yield clock
        return
    shifted = _Shifted(clock)
    try:
        async with asyncio.timeout(_FIRST_S):
            await shifted.compare(database)
    except (RefrainError, TimeoutError):
        log.warning("the database tells no time yet")
    following = asyncio.create_task(_follow(shifted, database))
    try:
        yield shifted
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _follow(shifted: _Shifted, database: Database) -> None:
    while True:
        await asyncio.sleep(_AGAIN_S)
        try:
            await shifted.compare(database)
        except RefrainError as error:
            log.info("the database tells no time", why=error.sentence)
        except Exception:
            log.exception("the database tells no time")  # and is asked again all the same
