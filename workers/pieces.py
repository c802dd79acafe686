"""The pieces of a ladder that is split: made by any worker, and joined by who comes last.

Each step checks what those before it left, and what is not there any more is made again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from base.errors import Broken, Refused
from base.storage.port import Key, fetch_file, key_of
from catalog.masters import lock_master, tracks_of
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.music import master_of
from catalog.objects import own_suffix
from catalog.progress import Phase
from catalog.splits import (
    PieceFile,
    Standing,
    add_piece,
    end_split,
    master_of_split,
    piece_of,
    standing_of,
)
from transcode.encode import run_command, task_of
from transcode.graphs import Target
from transcode.package import Packaged, package_order
from transcode.parallel import in_thread, together, within
from transcode.progress import Work
from workers.holding import Holding
from workers.leases import Leased, finish, held
from workers.media import complete_tracks, remembered, store_renditions
from workers.publishing import publishing
from workers.splitting import Ladder, begin, disagree, join_if_done, opened
from workers.telling import telling

log = structlog.get_logger()

#: How often what was lost is made again before somebody must look at the storage.
_MOST_ROUNDS = 3
#: What is said of what was made, and is not what was asked for.
_NO_GOOD = frozenset({"wrong-rendition", "malformed-media"})
#: How many parts are fetched at a time.
_AT_ONCE = 4


async def make_piece(holding: Holding, leased: Leased) -> None:
    """Make one piece; who makes the last lets them be joined."""
    split_id, number = piece_of(leased.subject)
    master, standing = await _found(holding, split_id)
    if master is None or standing is None or number in standing.done:
        await _end(holding, leased)
        return
    async with opened(holding, leased, master, standing.split.rungs) as ladder:
        if ladder.digest != standing.split.plan:
            await disagree(ladder, split_id)
            return
        make = partial(run_command, ladder.bench, ladder.order, ladder.commands[number])
        await within(ladder.bench.slots(), make)
        files = [await _stored(ladder, target) for target in ladder.commands[number]]
    await _write_down(ladder, split_id, number, files)


async def join_pieces(holding: Holding, leased: Leased) -> None:
    """Publish what the pieces make; those that were lost are made again first."""
    split_id = UUID(leased.subject)
    master, standing = await _found(holding, split_id)
    if master is None or standing is None:
        await _end(holding, leased)
        return
    async with opened(holding, leased, master, standing.split.rungs) as ladder:
        if ladder.digest != standing.split.plan:
            await disagree(ladder, split_id)
        elif lost := await _lost(ladder, standing):
            await _make_again(ladder, standing, lost)
        else:
            await _publish(ladder, standing)


async def _found(holding: Holding, split_id: UUID) -> tuple[Master | None, Standing | None]:
    """Answer a split as it stands; nothing when it is published, taken down or begun anew."""
    async with holding.tools.database.read() as session:
        master_id = await master_of_split(session, split_id)
        if master_id is None:
            return None, None
        return await master_of(session, master_id), await standing_of(session, master_id)


async def _end(holding: Holding, leased: Leased) -> None:
    """End a job that there is nothing to do for any more."""
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())


async def _stored(ladder: Ladder, target: Target) -> PieceFile:
    """Put a part into storage; it is held until a row refers to it, or goes."""
    digest = await in_thread(_digest, target.path)
    key = key_of("pieces", digest, own_suffix(ladder.master.id, target.path.suffix))
    stored = await ladder.holding.claims.store_file(key, target.path)
    return PieceFile(
        rung=target.rung.name,
        storage_key=stored.key,
        sha256=digest,
        size_bytes=stored.size_bytes,
    )


async def _write_down(
    ladder: Ladder, split_id: UUID, number: int, files: Sequence[PieceFile]
) -> None:
    tools = ladder.holding.tools
    async with tools.database.begin() as session:
        job = await held(session, ladder.leased)
        await finish(session, ladder.leased, now=tools.clock())
        await lock_master(session, ladder.master.id)
        standing = await standing_of(session, ladder.master.id)
        if standing is None or standing.split.id != split_id:
            return  # what was stored is held for a while, and goes
        standing = await add_piece(session, standing, number, files, now=tools.clock())
        await join_if_done(session, ladder, standing, priority=job.priority)
        tracks = await tracks_of(session, ladder.master.id)
    await _tell(ladder, standing, tracks)


async def _tell(ladder: Ladder, standing: Standing, tracks: Sequence[Track]) -> None:
    """Tell which part of the work is done by now, whoever did it."""
    async with telling(ladder.holding.tools, tracks, Phase.ENCODING) as tale:
        work = Work([task_of(targets) for targets in ladder.commands], tale.done)
        for number in standing.done:
            work.at(number, 1.0)


async def _lost(ladder: Ladder, standing: Standing) -> frozenset[int]:
    """Fetch the parts of all pieces to where they would be made; answer which are not there."""
    slots = asyncio.Semaphore(_AT_ONCE)
    async with together() as group:
        works = [
            partial(_is_fetched, ladder, targets, files)
            for targets, files in zip(ladder.commands, standing.pieces, strict=True)
        ]
        fetched = [group.create_task(within(slots, work)) for work in works]
    return frozenset(number for number, task in enumerate(fetched) if not task.result())


async def _is_fetched(
    ladder: Ladder, targets: Sequence[Target], files: Sequence[PieceFile] | None
) -> bool:
    known = {one.rung: one for one in files or ()}
    for target in targets:
        file = known.get(target.rung.name)
        if file is None:
            return False
        try:
            await fetch_file(ladder.holding.tools.storage, Key(file.storage_key), target.path)
        except Refused:
            return False
        if await in_thread(_digest, target.path) != file.sha256:
            return False
    return True


async def _make_again(ladder: Ladder, standing: Standing, lost: frozenset[int]) -> None:
    if standing.split.rounds >= _MOST_ROUNDS:
        raise Broken(
            "pieces-lost", f"Of {len(standing.pieces)} pieces {len(lost)} were lost again."
        )
    log.warning("pieces lost", master=str(ladder.master.id), pieces=sorted(lost))
    await begin(ladder, lost=lost)


async def _publish(ladder: Ladder, standing: Standing) -> None:
    tools, master_id = ladder.holding.tools, ladder.master.id
    try:
        made = await _joined(ladder)
    except Broken as broken:
        if broken.code not in _NO_GOOD or standing.split.rounds:
            raise
        # A worker may have made what is no good; whether it was that, the second time tells.
        log.warning("pieces are no good", master=str(master_id), why=broken.sentence)
        await begin(ladder, lost=standing.done)
        return
    rows = await store_renditions(ladder.holding, made, master_id)
    async with publishing(tools) as session:
        await finish(session, ladder.leased, now=tools.clock())
        await lock_master(session, master_id)
        if await master_of_split(session, standing.split.id) is None:
            return
        tracks = await complete_tracks(
            session, ladder.holding, ladder.leased, master_id=master_id, rows=rows
        )
        await end_split(session, master_id, until=tools.clock())
    for track in tracks:
        log.info("track complete", track=str(track.id), renditions=len(rows))


async def _joined(ladder: Ladder) -> list[Packaged]:
    """Make renditions of the parts, as who makes a ladder alone would."""
    tools, master = ladder.holding.tools, ladder.master
    async with tools.database.read() as session:
        tracks = await tracks_of(session, master.id)
    made = frozenset(target.path for targets in ladder.commands for target in targets)
    async with telling(tools, tracks, Phase.ENCODING) as tale:
        bench = replace(ladder.bench, made=made, progress=tale.done)
        original = remembered(master, ladder.order.info)
        return await package_order(bench, original, ladder.order)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
