"""What was served: noted as it is handed over, and handed on to the workers.

Serving audio waits for nobody: a note goes into a file of this process (stream.spool), and from
there to the database by way of the workers. A heartbeat need not wait for that: it takes along
what this process noted of its session.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import structlog

from accounting.intervals import Interval
from base.errors import Unavailable
from base.tools import Tools
from catalog.evidence import passed
from stream.handing import Handing
from stream.objects import Timing
from stream.spool import Spool, left_spools, new_spool

log = structlog.get_logger()

#: What a note waits at most before it is sent.
_TURN_S = 0.25
_LOOK_TURNS = 4
_ADOPT_TURNS = 80
#: At the end nobody is waited for in vain.
_PATIENCE_S = 2.0


class Deliveries:
    """The notes of this process, and of those before it that could not hand on theirs."""

    def __init__(self, root: Path) -> None:
        """Keep notes in a folder below `root`, beside those of other processes."""
        self._root = root
        self._spool = new_spool(root)
        self._own = Handing(self._spool)
        self._left: dict[Spool, Handing] = {}
        self._is_waiting = False

    def note(self, session_id: UUID, timing: Timing, start: int, length: int) -> None:
        """Note which bytes of an object a response carried."""
        session = session_id.bytes
        for start_ms, end_ms in timing.heard_in(start, length):
            if start_ms < end_ms:
                self._spool.add(session, start_ms, end_ms)

    def of_late(self, session_id: UUID) -> list[Interval]:
        """Answer what this process noted of a session and cannot be sure that it is written."""
        return list(self._spool.of_session(session_id.bytes, since=self._own.passed))

    async def run(self, tools: Tools) -> None:
        """Hand notes on until cancelled."""
        turn = 0
        while True:
            if turn % _ADOPT_TURNS == 0:
                self._adopt()
            await self._take_turn(tools, is_looking=turn % _LOOK_TURNS == 0)
            turn += 1
            await asyncio.sleep(_TURN_S)

    async def _take_turn(self, tools: Tools, *, is_looking: bool) -> None:
        try:
            for one in (self._own, *self._left.values()):
                await one.send(tools.valkey)
            if is_looking:
                await self._look(tools)
        except Unavailable as error:
            if not self._is_waiting:
                log.warning("evidence waits", error=str(error), cause=repr(error.__cause__))
            self._is_waiting = True
            return
        if self._is_waiting:
            log.info("evidence goes on")
        self._is_waiting = False

    async def _look(self, tools: Tools) -> None:
        """See what is written by now, send again what was lost, and let go of what is done."""
        open_ones = [one for one in (self._own, *self._left.values()) if not one.is_done]
        # In this order: what is no longer in the stream by then was written before.
        lost = [await one.is_lost(tools.valkey) for one in open_ones]
        if open_ones:
            async with tools.database.read() as session:
                known = await passed(session, [one.source.producer for one in open_ones])
            for one, was_lost in zip(open_ones, lost, strict=True):
                one.see(known.get(one.source.producer, 0), was_lost=was_lost)
        for spool, one in list(self._left.items()):
            if one.is_done:
                spool.close(is_done=True)
                del self._left[spool]

    def _adopt(self) -> None:
        """Take on what processes left that are no more."""
        for spool in left_spools(self._root):
            if spool.end > spool.first:
                log.info("evidence was left", notes=spool.end - spool.first)
            self._left[spool] = Handing(spool)

    async def end(self, tools: Tools) -> None:
        """Hand on what is left, without much patience, and note no more."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._take_turn(tools, is_looking=True)
                while not self._own.is_done and not self._is_waiting:
                    await asyncio.sleep(_TURN_S / 5)
                    await self._take_turn(tools, is_looking=True)
        except TimeoutError:
            log.info("evidence stays", notes=self._spool.end - self._own.passed)
        for spool, one in ((self._spool, self._own), *self._left.items()):
            spool.close(is_done=one.is_done)
