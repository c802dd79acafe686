"""Blocks of transactions recomputed by processes of their own, which load little."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from accounting.reading import Bounds
from accounting.verifying import Block, verify_block
from base.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one process found, the CPU time that it took, and the most memory, in kB."""

    blocks: list[Block]
    cpu_s: float
    memory_kb: int


async def shared_out(
    database_url: str, snapshot: str, bounds: Sequence[Bounds], *, jobs: int
) -> list[Part]:
    """Answer what processes find in blocks, as all see them who know the name of the snapshot."""
    loop = asyncio.get_running_loop()
    # Forked of one that has loaded all and opened nothing: not of us, who have connections.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        parts = [
            loop.run_in_executor(pool, _in_process, database_url, snapshot, bounds[number::jobs])
            for number in range(jobs)
        ]
        return await asyncio.gather(*parts)


def _in_process(database_url: str, snapshot: str, bounds: Sequence[Bounds]) -> Part:
    gc.disable()  # what is made here has no cycles, and there is much of it
    blocks = asyncio.run(_blocks(database_url, snapshot, bounds))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Part(blocks=blocks, cpu_s=used.ru_utime + used.ru_stime, memory_kb=used.ru_maxrss)


async def _blocks(database_url: str, snapshot: str, bounds: Sequence[Bounds]) -> list[Block]:
    database = Database(database_url)
    try:
        async with database.snapshot(snapshot) as session:
            return [await verify_block(session, one) for one in bounds]
    finally:
        await database.close()
