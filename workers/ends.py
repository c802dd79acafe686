"""Jobs that end at the same time end in one transaction: a commit costs as much for one."""

from __future__ import annotations

import asyncio

from base.clock import Clock
from base.database import Database
from base.errors import Refused
from workers.leases import Leased, finish_all

_AT_ONCE = 500


class Ends:
    """Ends jobs that nothing came of but their end."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Prepare; nothing is written yet."""
        self._database, self._clock = database, clock
        self._waiting: list[tuple[Leased, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def finish(self, leased: Leased) -> None:
        """End a job, together with those that end while another such transaction is under way.

        Raises:
            Refused: `lease-lost`.
            Unavailable: the database is away.

        """
        ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((leased, ended))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        if not await ended:
            raise Refused("lease-lost", f"The job {leased.id} is no longer ours.")

    async def _write(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                async with self._database.begin() as session:
                    leases = [leased for leased, _ in now]
                    ended = await finish_all(session, leases, now=self._clock())
            except Exception as error:  # noqa: BLE001 - it is theirs who wait for it
                for _, future in now:
                    if not future.done():
                        future.set_exception(error)
                continue
            for leased, future in now:
                if not future.done():
                    future.set_result(leased.id in ended)
