"""What became of messages is brought to where they came from; what was done long ago goes."""

from __future__ import annotations

import re
from datetime import timedelta

import structlog

from base.storage.port import Storage
from catalog import deliveries
from catalog.deliveries import Unanswered
from catalog.models.ddex import Partner
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.arriving.inbox import Inbox
from ingest.ddex.arriving.layouts import ANSWERS, release_of
from ingest.ddex.arriving.receiving import Reception

log = structlog.get_logger()

_AT_ONCE = 100
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100


async def answer(reception: Reception, partner: Partner, inbox: Inbox) -> int:
    """Bring out some answers that did not go out yet; answer how many.

    It may be ended anywhere: an answer that is there, and is not known to be, is put there again.

    Raises:
        Unavailable: the inbox, the storage or the database is away.

    """
    async with reception.database.read() as session:
        waiting = await deliveries.unanswered(
            session, partner.id, by_bucket=inbox.way == deliveries.BUCKET, limit=_AT_ONCE
        )
    for one in waiting:
        await reception.on_way()
        await inbox.answer(place_of(one), await _content(reception.storage, one))
        async with reception.database.begin() as session:
            await deliveries.note_answered(session, one, now=reception.clock())
        log.info("message answered", message=str(one.message_id), partner=partner.dpid)
    return len(waiting)


async def end(reception: Reception, partner: Partner) -> None:
    """Let deliveries be done of which every message has ended, and was answered.

    Raises:
        Unavailable: the database is away.

    """
    async with reception.database.read() as session:
        ended = await deliveries.have_ended(session, partner.id)
    for delivery_id in ended:
        async with reception.database.begin() as session:
            await deliveries.end_delivery(session, delivery_id, now=reception.clock())


async def clear(
    reception: Reception, partner: Partner, inbox: FolderInbox, *, older_than: timedelta
) -> None:
    """Remove from the folder of an inbox what was done so long ago.

    Raises:
        Unavailable: the inbox or the database is away.

    """
    since = reception.clock() - older_than
    async with reception.database.read() as session:
        settled = await deliveries.settled_names(session, partner.id, since=since)
    for name in await inbox.remove(settled):
        log.info("delivery removed", partner=partner.dpid, name=name)


def place_of(one: Unanswered) -> str:
    """Answer where in the inbox an answer goes: it tells when it ended, and which release's."""
    release = _ODD.sub("-", release_of(one.path, one.delivery))[:_LONGEST]
    at = f"{one.at:%Y%m%d%H%M%S}{one.at.microsecond // 1000:03}"
    return f"{one.delivery}/{ANSWERS}/ACK_{at}_{release}.xml"


async def _content(storage: Storage, one: Unanswered) -> bytes:
    return b"".join([chunk async for chunk in storage.read(one.key)])
