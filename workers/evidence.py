"""Take evidence from the stream into the database: many batches in a transaction.

An entry is taken out of the stream after the commit. Whoever dies before leaves it to another,
who finds what is written already and writes it no second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

import structlog

from accounting.taking import add_heard, pass_over, take_in
from base.errors import Unavailable
from base.streams import Entry, Reader
from base.tools import Tools
from catalog.notes import STREAM, Batch, parse_batch, served

log = structlog.get_logger()

#: Entries that are taken in together.
_AT_ONCE = 64
_WAIT_MS = 1_000
#: Names of readers that were silent for so long are forgotten; each worker has a new one.
_GONE_MS = 3_600_000
#: Entries that somebody took so long ago, and has not dealt with, go to another.
_LEFT_AFTER_MS = 10_000
_LOOK_S = 5.0


async def take_evidence(tools: Tools) -> None:
    """Work until cancelled; every worker does, and they share what there is."""
    reader = Reader(tools.valkey, STREAM, name=uuid4().hex)
    loop, looked_s, is_waiting = asyncio.get_running_loop(), 0.0, False
    while True:
        try:
            entries = await reader.new(most=_AT_ONCE, wait_ms=_WAIT_MS)
            await take_entries(tools, reader, entries)
            if loop.time() - looked_s > _LOOK_S:
                looked_s = loop.time()
                left = await reader.left(most=_AT_ONCE, idle_ms=_LEFT_AFTER_MS)
                await take_entries(tools, reader, left)
                await reader.forget_others(idle_ms=_GONE_MS)
            is_waiting = False
        except Unavailable as error:
            if not is_waiting:
                log.warning("evidence waits", error=str(error), cause=repr(error.__cause__))
            is_waiting = True
            await asyncio.sleep(1)
        except Exception:  # what it was about stays there, and is tried again
            log.exception("evidence not taken in")
            await asyncio.sleep(1)


async def take_entries(tools: Tools, reader: Reader, entries: Sequence[Entry]) -> None:
    """Write down what entries say, and take them out of the stream.

    Raises:
        Unavailable: the database or Valkey is away.

    """
    if not entries:
        return
    batches = [batch for entry in entries for batch in _batches(entry)]
    try:
        await _take(tools, batches)
    except Unavailable:
        raise
    except Exception:
        # One session is to blame, and the others need not wait for it.
        log.exception("evidence not taken in together", entries=len(entries))
        for batch in batches:
            await _take_apart(tools, batch)
    await reader.done(entries)


async def _take(tools: Tools, batches: Sequence[Batch]) -> None:
    now = tools.clock()
    if batches:
        await tools.database.run(lambda session: take_in(session, batches, now=now))


async def _take_apart(tools: Tools, batch: Batch) -> None:
    """Write down what a batch says of each session by itself, and set aside what cannot be.

    What dies in the middle is done again from the beginning: to add the same twice does no harm.
    """
    for play_id, stretches in served([batch]).items():
        add = partial(add_heard, heard={play_id: stretches})
        try:
            await tools.database.run(add)
        except Unavailable:
            raise
        except Exception:
            log.exception("evidence set aside", play=str(play_id), stretches=stretches)
    now = tools.clock()
    await tools.database.run(lambda session: pass_over(session, [batch], now=now))


def _batches(entry: Entry) -> list[Batch]:
    try:
        return [parse_batch(entry.body)]
    except ValueError as error:
        log.warning("not evidence", entry=entry.id.decode(), error=str(error))
        return []
