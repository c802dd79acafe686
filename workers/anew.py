"""The job that makes the renditions of a master anew, and lets them take the place of the old.

What does not pass the checks is not published, and the old ones stay; what comes out the same is
written down, and stays as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from base.database import Session
from base.errors import Unavailable
from base.storage.port import Key
from catalog.generations import again, supersede
from catalog.kinds import Kind
from catalog.masters import lock_master
from catalog.models.files import Master, Rendition
from catalog.music import renditions_of
from catalog.rechecks import choose
from catalog.reencoding import Target, newest_target, outdated_of, read_subject
from transcode.encode import Workbench
from transcode.ladder import FIRST, REST, Rung, rungs_for
from transcode.package import Packaged, package, seekable
from transcode.plan import headroom_db
from transcode.probe import probe
from transcode.recipe import recipes
from transcode.source import SourceInfo
from transcode.tools import Tools as Engine
from workers.holding import IDLE, Holding
from workers.leases import Leased, finish, put_off
from workers.media import remembered, store_renditions
from workers.publishing import publishing
from workers.sources import source

log = structlog.get_logger()

#: While versions are mixed, those who make something else leave it to those who do not.
_LOOK_AGAIN = timedelta(minutes=1)


def own_target(engine: Engine) -> Target:
    """Answer by what this worker makes renditions."""
    return Target(encoder=engine.encoder, recipes=recipes())


async def reencode_master(holding: Holding, leased: Leased) -> None:
    """Make anew what would be made in another way today, or all; swap all rungs at once."""
    tools, target = holding.tools, own_target(holding.engine)
    master_id, wanted, is_forced = read_subject(leased.subject)
    if wanted != target.name:
        await _leave(holding, leased, wanted)
        return
    async with tools.database.read() as session:
        master = await session.get_one(Master, master_id)
        current = await renditions_of(session, master_id)
    outdated = current if is_forced else outdated_of(current, target)
    fresh = {one.rung for one in current} - {one.rung for one in outdated}
    rows, deserved = await _made(holding, master, fresh) if current else ([], [])
    async with publishing(tools) as session:
        await finish(session, leased, now=tools.clock())
        await lock_master(session, master_id)
        await _require_same(session, master_id, current)
        if _is_same(current, rows, deserved):
            await _note(session, master_id, rows)
            log.info("master made anew, and the same", master=str(master_id), rungs=len(rows))
            return
        left = set(deserved) - {row.rung for row in rows}
        kept = [again(one) for one in current if one.rung in left]
        since = await supersede(session, master_id, [*rows, *kept], clock=tools.clock)
        share, request = tools.settings.recheck_share, leased.request_id
        await choose(session, master_id, share=share, request_id=request, now=tools.clock())
    log.info("master made anew", master=str(master_id), rungs=len(rows), since=since.isoformat())


async def _made(
    holding: Holding, master: Master, fresh: Collection[str]
) -> tuple[list[Rendition], list[str]]:
    """Store all rungs but those that are fresh; answer them and the names of all."""
    with holding.folder(needs_bytes=holding.needs_bytes(Kind.REENCODE, master)) as folder:
        async with source(holding.tools.storage, Key(master.storage_key), folder) as path:
            info = await probe(holding.engine, path)
            deserved = rungs_for(info, (*FIRST, *REST))
            wanted = [rung for rung in deserved if rung.name not in fresh]
            bench = holding.bench(path, folder, niceness=IDLE)
            made = await _packaged(bench, master, info, wanted)
        rows = await store_renditions(holding, made, master.id)
    return rows, [rung.name for rung in deserved]


async def _packaged(
    bench: Workbench, master: Master, info: SourceInfo, rungs: Sequence[Rung]
) -> list[Packaged]:
    if not rungs:
        return []
    original = remembered(master, info)
    gain_db = headroom_db(original.loudness.true_peak_dbtp)
    return await package(await seekable(bench, info), original, rungs, gain_db=gain_db)


async def _leave(holding: Holding, leased: Leased, wanted: str) -> None:
    """Leave it to those who make what is wanted; or end it where something newer is by now."""
    tools, now = holding.tools, holding.tools.clock()
    async with tools.database.begin() as session:
        newest = await newest_target(session)
        if newest is not None and newest.target == wanted:
            await put_off(session, leased, until=now + _LOOK_AGAIN)
        else:
            await finish(session, leased, now=now, reason="renditions are made anew by another")


async def _require_same(session: Session, master_id: UUID, current: Sequence[Rendition]) -> None:
    """Let nobody's work be lost who published, swapped or deleted meanwhile."""
    now = {one.id for one in await renditions_of(session, master_id)}
    if now != {one.id for one in current}:
        raise Unavailable("changed-meanwhile", "The renditions have changed meanwhile; again.")


def _is_same(
    current: Sequence[Rendition], rows: Sequence[Rendition], deserved: Sequence[str]
) -> bool:
    known = {one.rung: one.sha256 for one in current}
    return set(known) == set(deserved) and all(known[row.rung] == row.sha256 for row in rows)


async def _note(session: Session, master_id: UUID, rows: Sequence[Rendition]) -> None:
    """Write down that those that are there are as they would be made today."""
    made = {row.rung: row for row in rows}
    for one in await renditions_of(session, master_id):
        if row := made.get(one.rung):
            one.recipe, one.encoder = row.recipe, row.encoder
