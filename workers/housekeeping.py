"""What nobody needs any more is removed: every hour, and objects as they are let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog

from accounting.gifts import expire_gifts
from accounting.payment_upkeep import look_after
from accounting.payments.providers import providers_of
from accounting.reconciliations import forget_reconciliations
from base.clock import Clock
from base.database import Database
from base.errors import Broken
from base.storage.port import Key, Storage
from base.tools import Tools
from catalog.attempts import forget_attempts
from catalog.events import forget_before
from catalog.evidence import forget_marks
from catalog.generations import forget, outlived_generations
from catalog.growth import forget_growth, outlived, parts_of
from catalog.jobs import forget_done
from catalog.kinds import Kind
from catalog.links import forget_links
from catalog.mails import forget_mails
from catalog.masters import lock_master
from catalog.objects import due, hold, may_go
from catalog.oidc_upkeep import forget_expired
from catalog.releases import left_empty, lock_left_empty
from catalog.removal import remove_release
from catalog.scrobbles import forget_scrobbles
from catalog.sign_ins import end_idle
from catalog.store_checks import forget_checks
from workers.holding import Holding
from workers.leases import Leased, finish
from workers.months import remind_of_month
from workers.schedule import PERIODIC

log = structlog.get_logger()

#: What nobody has written to for so long was left by a process that died.
_ABANDONED_AFTER = timedelta(hours=24)
#: A producer of evidence of which nothing was heard for so long has sent all it had.
_SILENT_FOR = timedelta(days=30)
#: How long is told why an archive was rejected.
_READ_WITHIN = timedelta(days=7)
#: How long is told that a periodic job was done, and what checks of the store and books found.
_DONE_KEPT, _CHECKS_KEPT = timedelta(days=7), timedelta(days=90)
#: For so long what was told elsewhere is told no second time: for longer than evidence may come.
_TOLD_KEPT = timedelta(days=60)
#: How many objects are looked at in one turn.
_AT_ONCE = 100
_ROWS_AT_ONCE = 1000
#: Kinds whose jobs come but once by their nature: a ladder that is begun anew is another split. Of
#: others the row keeps the same from being done twice.
_PASSING = (
    *(Kind.DELIVER, Kind.MAIL, Kind.PIECE, Kind.JOIN, Kind.RELEASE, Kind.NOTHING),
    *(Kind.LISTEN, Kind.SCROBBLE),
)


async def tidy_house(holding: Holding, leased: Leased) -> None:
    """Do the job of every hour."""
    await tidy(holding.tools)
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())


async def tidy(tools: Tools) -> None:
    """Remove unfinished objects, old events, and what was heard before it was made, or anew."""
    swept = await tools.storage.sweep(_ABANDONED_AFTER)
    if swept:
        log.info("unfinished objects removed", objects=swept)
    async with tools.database.begin() as session:
        kept = timedelta(days=tools.settings.event_days)
        if forgotten := await forget_before(session, tools.clock() - kept):
            log.info("old events removed", events=forgotten)
        await forget_marks(session, tools.clock() - _SILENT_FOR)
        await forget_done(session, PERIODIC, before=tools.clock() - _DONE_KEPT)
        await forget_checks(session, before=tools.clock() - _CHECKS_KEPT)
        await forget_reconciliations(session, before=tools.clock() - _CHECKS_KEPT)
        await forget_expired(session, now=tools.clock())
    await forget_visits(tools)
    await return_gifts(tools)
    await remind_of_month(tools)
    await forget_old_jobs(tools)
    async with tools.database.begin() as session:
        await forget_scrobbles(session, before=tools.clock() - _TOLD_KEPT)
    await look_after(tools.database, providers_of(tools.settings), clock=tools.clock)
    await remove_empty_drafts(tools)
    # Tickets of sessions that were not active since open nothing any more.
    idle_since = tools.clock() - timedelta(seconds=tools.settings.ticket_lifetime_s)
    await remove_parts(tools.database, tools.clock, idle_since=idle_since)
    retired_before = tools.clock() - timedelta(days=tools.settings.reencode_keep_days)
    await remove_retired(
        tools.database, tools.clock, retired_before=retired_before, idle_since=idle_since
    )


async def forget_visits(tools: Tools) -> None:
    """End sessions that nobody came back to; forget links that ran out, and who was written to."""
    now, idle = tools.clock(), timedelta(days=tools.settings.session_idle_days)
    ended = _ROWS_AT_ONCE
    while ended == _ROWS_AT_ONCE:
        async with tools.database.begin() as session:
            ended = await end_idle(session, before=now - idle, limit=_ROWS_AT_ONCE)
    async with tools.database.begin() as session:
        await forget_links(session, before=now - _READ_WITHIN)
        await forget_mails(session, before=now - _READ_WITHIN)


async def return_gifts(tools: Tools) -> None:
    """Give back what nobody took up of gifts in time, some at a time."""
    while returned := await tools.database.run(partial(expire_gifts, now=tools.clock())):
        log.info("gifts returned", gifts=returned)


async def forget_old_jobs(tools: Tools) -> None:
    """Forget how jobs went long ago, a batch at a time; and jobs that nobody adds again."""
    before = tools.clock() - timedelta(days=tools.settings.job_days)
    is_all = False
    while not is_all:
        async with tools.database.begin() as session:
            rows = await forget_attempts(session, before=before, limit=_ROWS_AT_ONCE)
        is_all = rows < _ROWS_AT_ONCE
    async with tools.database.begin() as session:
        await forget_done(session, _PASSING, before=before)


async def remove_empty_drafts(tools: Tools) -> None:
    """Delete drafts of archives that were rejected, once their owner had time to read why."""
    now = tools.clock()
    before, until = now - _READ_WITHIN, now + timedelta(seconds=tools.settings.removal_grace_s)
    async with tools.database.read() as session:
        drafts = await left_empty(session, before=before)
    for release_id in drafts:
        async with tools.database.begin() as session:
            if await lock_left_empty(session, release_id, before=before):
                await remove_release(session, release_id, now=now, until=until)
                log.info("empty draft removed", release=str(release_id))


async def remove_parts(database: Database, clock: Clock, *, idle_since: datetime) -> None:
    """Forget what has ended, where nobody who began with it was active since.

    Its objects are held no longer than that, and go when they are looked at, see `sweep_unneeded`.
    """
    async with database.begin() as session:
        for growth in await outlived(session, idle_since=idle_since):
            keys = [part.storage_key for part in parts_of(growth)]
            await hold(session, keys, until=clock())
            await forget_growth(session, growth)
            log.info("parts forgotten", master=str(growth.master_id), objects=len(keys))


async def remove_retired(
    database: Database, clock: Clock, *, retired_before: datetime, idle_since: datetime
) -> None:
    """Forget renditions that were made anew, where nobody hears or takes back the old ones."""
    async with database.read() as session:
        gone = await outlived_generations(
            session, retired_before=retired_before, idle_since=idle_since
        )
    for one in gone:
        async with database.begin() as session:
            await lock_master(session, one.master_id)  # nobody takes them back meanwhile
            objects = await forget(session, one, until=clock())
        log.info("old renditions forgotten", master=str(one.master_id), objects=objects)


async def sweep_unneeded(database: Database, storage: Storage, clock: Clock) -> None:
    """Look at the objects whose hold has run out, and delete those that no row needs.

    An object is deleted before the transaction ends that looked at it: who holds it waits for
    that, and stores it anew.
    """
    async with database.read() as session:
        keys = await due(session, now=clock(), limit=_AT_ONCE)
    gone = 0
    for key in keys:
        try:
            gone += await _removed(database, storage, key, now=clock())
        except Broken as error:  # it stays; the next one may go
            log.error("unneeded object not removed", key=key, why=error.sentence)  # noqa: TRY400
    if gone:
        log.info("unneeded objects removed", objects=gone)


async def _removed(database: Database, storage: Storage, key: Key, *, now: datetime) -> bool:
    async with database.begin() as session:
        if not await may_go(session, key, now=now):
            return False
        await storage.delete(key)
    return True
