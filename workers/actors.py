"""What each kind of job runs, under a lease: once at a time anywhere, and until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from base.database import Session
from base.discretion import discretion_of
from base.errors import Refused, Unavailable
from base.tracing import Facts
from catalog.aside import tell_if_set_aside
from catalog.kinds import LANES, Kind
from catalog.retrying import Trouble
from catalog.states import Cause, Outcome
from catalog.subjects import is_there
from transcode.process import metering
from workers.anew import reencode_master
from workers.artworks import make_artwork
from workers.causes import cause_of, output_of
from workers.closing import close_accounts_music
from workers.comparing import compare_master
from workers.forgetting import forget_old
from workers.fsck import check_store
from workers.holding import Holding, Running
from workers.housekeeping import tidy_house
from workers.ingesting import ingest_message
from workers.leases import (
    Leased,
    fail,
    finish,
    give_back,
    leave_to_others,
    leave_unknown,
    patience,
    put_off,
    take,
)
from workers.listening import follow_play
from workers.mail import send_mail
from workers.media import examine_master
from workers.members import remind_members
from workers.neighbours import find_neighbours
from workers.personal import make_export
from workers.pieces import join_pieces, make_piece
from workers.proving import prove_books
from workers.recheck import recheck_rendition
from workers.reconciling import reconcile_books
from workers.releasing import publish_release
from workers.reporting import see_to_reports
from workers.rollups import count_plays
from workers.scratch import NoRoom
from workers.scrobbling import send_listens
from workers.searching import weigh_all
from workers.splitting import make_or_split_ladder
from workers.unpacking import unpack_archive
from workers.webhooks import deliver_event

log = structlog.get_logger()

#: Room is looked for again after so long.
_ROOM_AGAIN = timedelta(seconds=5)
_GONE = "what it was about is gone"
_AGAIN_S = 0.5

Work = Callable[[Holding, Leased], Coroutine[None, None, None]]


async def do_nothing(holding: Holding, leased: Leased) -> None:
    """End a job that is only there to be measured."""
    await holding.ends.finish(leased)


WORK: Mapping[str, Work] = {
    Kind.EXAMINE: examine_master,
    Kind.LADDER: make_or_split_ladder,
    Kind.PIECE: make_piece,
    Kind.JOIN: join_pieces,
    Kind.REENCODE: reencode_master,
    Kind.RECHECK: recheck_rendition,
    Kind.COMPARE: compare_master,
    Kind.UNPACK: unpack_archive,
    Kind.ARTWORK: make_artwork,
    Kind.INGEST: ingest_message,
    Kind.DELIVER: deliver_event,
    Kind.RELEASE: publish_release,
    Kind.MAIL: send_mail,
    Kind.TIDY: tidy_house,
    Kind.FSCK: check_store,
    Kind.RECONCILE: reconcile_books,
    Kind.PROVE: prove_books,
    Kind.EXPORT: make_export,
    Kind.FORGET: forget_old,
    Kind.CLOSE: close_accounts_music,
    Kind.RENEW: remind_members,
    Kind.ROLLUP: count_plays,
    Kind.NEIGHBOURS: find_neighbours,
    Kind.WEIGH: weigh_all,
    Kind.REPORT: see_to_reports,
    Kind.LISTEN: follow_play,
    Kind.SCROBBLE: send_listens,
    Kind.NOTHING: do_nothing,
}


async def perform(
    holding: Holding, job_ids: Sequence[UUID], work: Mapping[str, Work] = WORK
) -> None:
    """Do those of the jobs that are free.

    Raises:
        Unavailable: the database is away; none was taken.

    """
    taken = await _take(holding, job_ids, work)
    await asyncio.gather(*(_perform_leased(holding, leased, work) for leased in taken))


async def _take(
    holding: Holding, job_ids: Sequence[UUID], work: Mapping[str, Work]
) -> list[Leased]:
    tools, name = holding.tools, holding.post.name
    now = tools.clock()
    lease = timedelta(seconds=tools.settings.lease_s)
    async with tools.database.begin(is_lasting=False) as session:
        unknown = await leave_unknown(session, job_ids, known=work, now=now)
        await leave_to_others(session, job_ids, worker=name, now=now)
        taken = await take(session, job_ids, worker=name, now=now, lease=lease)
    for kind in unknown - holding.left_kinds:
        log.warning("jobs of a newer version are left to others", kind=kind)
    holding.left_kinds.update(unknown)
    return taken


async def _perform_leased(holding: Holding, leased: Leased, work: Mapping[str, Work]) -> None:
    names = {"job": str(leased.id), "kind": leased.kind, "request": leased.request_id}
    with structlog.contextvars.bound_contextvars(**names), metering():
        task = asyncio.create_task(_traced(holding, leased, work[leased.kind]))
        holding.running[leased.lease] = Running(leased=leased, task=task)
        try:
            await task
        except asyncio.CancelledError:
            await _written(holding, partial(_give_back, holding, leased))
        except NoRoom as error:
            await _written(holding, partial(_put_off, holding, leased, error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the row must say so
            await _written(holding, partial(_come_to_nothing, holding, leased, error))
        finally:
            del holding.running[leased.lease]


async def _traced(holding: Holding, leased: Leased, work: Work) -> None:
    """Do a job as part of the trace of whatever made it necessary."""
    facts: Facts = {
        "refrain.job": str(leased.id),
        "refrain.subject": leased.subject,
        "refrain.lane": LANES[Kind(leased.kind)],
        "refrain.attempt": leased.attempt,
        "refrain.worker": holding.post.name,
        "refrain.request": leased.request_id,
    }
    with holding.tools.tracing.span(leased.kind, trace=leased.trace, facts=facts) as span:
        try:
            await work(holding, leased)
        except asyncio.CancelledError:
            # Given back, cancelled, or the lease was lost: the row tells.
            span.note({"refrain.outcome": "interrupted"})
            raise
        except Exception as error:
            span.note({"refrain.outcome": Outcome.FAILED, "refrain.cause": cause_of(error)})
            raise
        span.note({"refrain.outcome": Outcome.DONE})


async def _written(holding: Holding, write: Callable[[], Coroutine[None, None, None]]) -> None:
    """Write how an attempt ended, as soon as the database hears it.

    It is not said for longer than a lease lasts: by then another may have begun, who says it.
    """
    lease_s, now_s = holding.tools.settings.lease_s, asyncio.get_running_loop().time
    until_s = now_s() + lease_s
    while now_s() < until_s:
        try:
            return await write()
        except Unavailable as error:
            log.warning("end of a job not written", error=str(error))
            await asyncio.sleep(_AGAIN_S)
    return None


async def _give_back(holding: Holding, leased: Leased) -> None:
    try:
        async with holding.tools.database.begin() as session:
            await give_back(session, leased, now=holding.tools.clock())
    except Refused:
        return  # it was lost or cancelled before
    log.info("job given back")


async def _put_off(holding: Holding, leased: Leased, error: NoRoom) -> None:
    """Leave a job to whoever has room for it first."""
    log.info("job put off", code=error.code, why=error.sentence)
    try:
        async with holding.tools.database.begin(is_lasting=False) as session:
            until = holding.tools.clock() + _ROOM_AGAIN
            await put_off(session, leased, until=until, reason=error.sentence)
    except Refused:
        log.warning("lease lost")


async def _come_to_nothing(holding: Holding, leased: Leased, error: Exception) -> None:
    try:
        async with holding.tools.database.begin() as session:
            if await is_there(session, leased.kind, leased.subject):
                await _fail(session, holding, leased, error)
            else:
                await finish(session, leased, now=holding.tools.clock(), reason=_GONE)
                log.info("job ended", attempt=leased.attempt, why=_GONE)
    except Refused:
        log.warning("lease lost")


async def _fail(session: Session, holding: Holding, leased: Leased, error: Exception) -> None:
    tools = holding.tools
    cause = cause_of(error)
    reason = discretion_of(tools.settings).told(f"{type(error).__name__}: {error}")
    if cause is Cause.UNAVAILABLE:  # as was to be expected now and then
        log.warning("job put off", attempt=leased.attempt, why=reason)
    else:
        log.error("job failed", attempt=leased.attempt, cause=cause, exc_info=error)
    trouble = Trouble(cause=cause, reason=reason, at=tools.clock())
    bears = patience(tools.settings, leased.kind)
    job = await fail(session, leased, trouble, bears, output=output_of(error))
    await tell_if_set_aside(session, job)
