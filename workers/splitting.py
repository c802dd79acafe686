"""The ladder of a long master is split: planned by one worker, so that any can make pieces of it.

What a piece is made of depends on the master, the recipe and the encoder alone (transcode.shares).
Who has another plan, because versions are mixed or a recipe changed, leaves it to those who share
it, and plans anew where there seem to be none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import structlog

from base.database import Session
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.masters import lock_master
from catalog.models.files import Master
from catalog.music import renditions_of
from catalog.splits import NewSplit, Standing, begin_split, last_done_at, piece_subject, standing_of
from transcode.encode import Workbench
from transcode.graphs import Target
from transcode.parallel import in_thread
from transcode.plan import Order, plan
from transcode.shares import digest_of, join_cost_s, shares_of
from workers.holding import LATER, Holding
from workers.leases import Leased, finish, held, put_off
from workers.media import is_long, ladder_order, make_ladder, missing_rungs

log = structlog.get_logger()

#: A split of which nothing was made for so long has no workers that share its plan.
_QUIET = timedelta(minutes=15)
#: When those who do not share it look again.
_LOOK_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """What is to be made of a master, under which lease; `commands` write into the bench's folder.

    `digest` is that of the plan.
    """

    holding: Holding
    leased: Leased
    master: Master
    bench: Workbench
    order: Order
    commands: Sequence[Sequence[Target]]
    digest: str


async def make_or_split_ladder(holding: Holding, leased: Leased) -> None:
    """Make a ladder, or let several make it where it is long."""
    async with holding.tools.database.read() as session:
        master = await session.get_one(Master, UUID(leased.subject))
        known = {rendition.rung for rendition in await renditions_of(session, master.id)}
    if not is_long(master.duration_s or 0.0, holding.tools.settings.split_after_s):
        await make_ladder(holding, leased)
        return
    async with opened(holding, leased, master, missing_rungs(known)) as ladder:
        await begin(ladder)


@asynccontextmanager
async def opened(
    holding: Holding, leased: Leased, master: Master, rungs: Collection[str]
) -> AsyncIterator[Ladder]:
    """Answer the ladder of those rungs, with a master to read and a folder for what is made."""
    with holding.folder(needs_bytes=holding.needs_bytes(Kind(leased.kind), master)) as folder:
        async with holding.master(master) as readable:
            order = ladder_order(master, readable.info, rungs)
            tools = holding.engine
            yield Ladder(
                holding=holding,
                leased=leased,
                master=master,
                bench=holding.bench(readable.path, folder, niceness=LATER),
                order=order,
                commands=plan(order, folder),
                digest=await in_thread(digest_of, order, encoder=tools.version),
            )


async def begin(ladder: Ladder, *, lost: Collection[int] = ()) -> None:
    """Split a ladder, or begin it anew, with what was made already but for what was `lost`.

    The job that found that out ends with it.
    """
    tools = ladder.holding.tools
    async with tools.database.begin() as session:
        job = await held(session, ladder.leased)
        await finish(session, ladder.leased, now=tools.clock())
        await lock_master(session, ladder.master.id)
        await _begin(session, ladder, lost=lost, priority=job.priority)


async def disagree(ladder: Ladder, split_id: UUID) -> None:
    """Leave a split to those who share its plan; where there seem to be none, plan it anew."""
    tools, now = ladder.holding.tools, ladder.holding.tools.clock()
    async with tools.database.begin() as session:
        job = await held(session, ladder.leased)
        await lock_master(session, ladder.master.id)
        standing = await standing_of(session, ladder.master.id)
        if standing is None or standing.split.id != split_id:
            await finish(session, ladder.leased, now=now)
        elif await last_done_at(session, standing.split) > now - _QUIET:
            await put_off(session, ladder.leased, until=now + _LOOK_AGAIN)
        else:
            await finish(session, ladder.leased, now=now)
            await _begin(session, ladder, lost=(), priority=job.priority)


async def join_if_done(
    session: Session, ladder: Ladder, standing: Standing, *, priority: int
) -> None:
    """Let the pieces be joined if all are there."""
    if standing.undone:
        return
    audio_s, cost_s = ladder.master.duration_s or 0.0, join_cost_s(shares_of(ladder.commands))
    job = _job(ladder, Kind.JOIN, str(standing.split.id), audio_s=audio_s, cost_s=cost_s)
    await add(session, replace(job, priority=priority), now=ladder.holding.tools.clock())


async def _begin(session: Session, ladder: Ladder, *, lost: Collection[int], priority: int) -> None:
    now = ladder.holding.tools.clock()
    new = NewSplit(
        master_id=ladder.master.id,
        plan=ladder.digest,
        rungs=[rung.name for rung in ladder.order.rungs],
        pieces=len(ladder.commands),
    )
    standing = await begin_split(session, new, now=now, lost=lost)
    shares = shares_of(ladder.commands)
    for share in (shares[number] for number in standing.undone):
        subject = piece_subject(standing.split.id, share.number)
        job = _job(ladder, Kind.PIECE, subject, audio_s=share.audio_s, cost_s=share.cost_s)
        # In their order: the longest is begun first.
        at = now - timedelta(microseconds=len(shares) - share.number)
        await add(session, replace(job, priority=priority), now=at)
    await join_if_done(session, ladder, standing, priority=priority)
    log.info("ladder split", master=str(ladder.master.id), pieces=len(standing.undone))


def _job(ladder: Ladder, kind: Kind, subject: str, *, audio_s: float, cost_s: float) -> NewJob:
    leased = ladder.leased
    return NewJob(
        kind=kind,
        subject=subject,
        request_id=leased.request_id,
        owner_id=leased.owner_id,
        audio_s=audio_s,
        cost_s=cost_s,
        trace=leased.trace,
    )
