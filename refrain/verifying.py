"""The books recomputed on all cores: each process takes blocks of one and the same moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

import numpy as np
from rich.console import Console
from rich.text import Text

from accounting import reading
from accounting.comparing_months import compare_digests, kept_digests
from accounting.discrepancy import Discrepancy
from accounting.exports import beancount
from accounting.links import compare_kept, kept_roots
from accounting.roots import roots
from accounting.terms import all_terms
from accounting.verifying import (
    verify_accounts,
    verify_block,
    verify_chain,
    verify_projections,
)
from base.clock import system_clock
from base.database import Database, Session, name_of_snapshot
from base.settings import Settings
from refrain.output import say
from refrain.sharing_out import shared_out
from transcode.process import available_cores

_BLOCKS_A_JOB = 3


@dataclass(slots=True, kw_only=True)
class Verified:
    """How many transactions were recomputed, all that does not agree, and what others did of it.

    Other processes, that is: the CPU time that they took, and the most memory of one, in kB.
    """

    transactions: int = 0
    cpu_s: float = 0.0
    memory_kb: int = 0
    found: list[Discrepancy] = field(default_factory=list)


async def verify_and_show(
    settings: Settings, *, jobs: int, kept: str | None, digests: Sequence[str], as_json: bool
) -> int:
    """Answer 0 where all agrees, 1 where something does not.

    Raises:
        Refused: what was kept are no roots, or no digests of months.
        Unavailable: the database is away.

    """
    published = None if kept is None else kept_roots(kept)
    written = kept_digests(digests)
    async with _opened(settings) as database, database.snapshot() as session:
        number = jobs or available_cores()
        done = await verify_all(session, settings.database_url, jobs=number, now=system_clock())
        if published is not None:
            done.found += compare_kept(published, await roots(session))
        done.found += await _all(compare_digests(session, written))
    console = Console(highlight=False, soft_wrap=True)
    for one in done.found:
        if as_json:
            say(json.dumps(one.as_json()))
        else:
            console.print(Text(f"{one.code:22}  {one.sentence}"))
    if as_json:
        say(json.dumps({"transactions": done.transactions, "findings": len(done.found)}))
    else:
        style = "bold red" if done.found else "bold green"
        told = f"{len(done.found)} findings in {done.transactions} transactions."
        console.print(told, style=style)
    return 1 if done.found else 0


async def export_beancount(settings: Settings, file: TextIO) -> None:
    """Write the journal as Beancount reads it.

    Raises:
        Unavailable: the database is away.

    """
    async with _opened(settings) as database, database.snapshot() as session:
        currency = (await all_terms(session))[-1].currency
        async for part in beancount(session, currency=currency):
            file.write(part)


async def verify_all(session: Session, database_url: str, *, jobs: int, now: datetime) -> Verified:
    """Recompute all of the books, as `session` sees them."""
    bounds = [one async for one in reading.blocks_of_transactions(session)]
    snapshot = await name_of_snapshot(session)
    # A process takes as long to begin as it takes for a few blocks.
    jobs = min(jobs, len(bounds) // _BLOCKS_A_JOB) if snapshot else 1
    done, used = Verified(), [np.zeros(0, np.int64)]
    if jobs > 1:
        parts, chain = await asyncio.gather(
            shared_out(database_url, snapshot, bounds, jobs=jobs),
            _all(verify_chain(session, now=now)),
        )
        blocks = [block for part in parts for block in part.blocks]
        done.cpu_s = sum(part.cpu_s for part in parts)
        done.memory_kb = max(part.memory_kb for part in parts)
    else:
        blocks = [await verify_block(session, one) for one in bounds]
        chain = await _all(verify_chain(session, now=now))
    for block in blocks:
        done.transactions += block.transactions
        done.found += block.found
        used.append(block.accounts)
    done.found += await _all(verify_accounts(session, np.unique(np.concatenate(used))))
    done.found += chain + await _all(verify_projections(session))
    return done


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


async def _all(found: AsyncIterator[Discrepancy]) -> list[Discrepancy]:
    return [one async for one in found]
