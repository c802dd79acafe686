"""Blocks of transactions recomputed by processes of their own, which load little."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from accounting.reading import Bounds
from accounting.verifying import Block, verify_block
from base.database import Database


async def shared_out(
    database_url: str, snapshot: str, bounds: Sequence[Bounds], *, jobs: int
) -> list[Block]:
    """Answer what is found in blocks, as all see them who know the name of the snapshot."""
    loop = asyncio.get_running_loop()
    # A process that is forked would share connections and threads of this one.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [
            loop.run_in_executor(pool, _in_process, database_url, snapshot, bounds[number::jobs])
            for number in range(jobs)
        ]
        return [block for part in await asyncio.gather(*parts) for block in part]


def _in_process(database_url: str, snapshot: str, bounds: Sequence[Bounds]) -> list[Block]:
    return asyncio.run(_blocks(database_url, snapshot, bounds))


async def _blocks(database_url: str, snapshot: str, bounds: Sequence[Bounds]) -> list[Block]:
    database = Database(database_url)
    try:
        async with database.snapshot(snapshot) as session:
            return [await verify_block(session, one) for one in bounds]
    finally:
        await database.close()
