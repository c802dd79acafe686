"""What nobody comes back for: expired uploads, unfinished ends, bytes of what has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog

from base.errors import RefrainError
from catalog.states import UploadEvent, UploadState
from catalog.upload_rows import left_behind, left_finishing, overdue
from catalog.uploads import UNFINISHED, moved
from ingest.desk import Desk
from ingest.finishing import finish

log = structlog.get_logger()

#: Who died in the last step is not waited for longer than this; who lives is left alone.
_SILENT = timedelta(seconds=30)
#: A turn does no more of each kind; the next one goes on.
_AT_ONCE = 50


async def tidy(desk: Desk) -> int:
    """Do what is due, and answer how much it was; any number of processes may.

    Raises:
        Unavailable: the database is away.

    """
    now = desk.clock()
    async with desk.database.read() as session:
        due = [
            (_finish, await left_finishing(session, before=now - _SILENT, limit=_AT_ONCE)),
            (_expire, await overdue(session, now=now, limit=_AT_ONCE)),
            (_discard, await left_behind(session, before=now - _SILENT, limit=_AT_ONCE)),
        ]
    for act, upload_ids in due:
        for upload_id in upload_ids:
            await _unless_held(desk, upload_id, act)
    return sum(len(upload_ids) for _, upload_ids in due)


async def _unless_held(
    desk: Desk, upload_id: UUID, act: Callable[[Desk, UUID], Awaitable[None]]
) -> None:
    if await desk.holds.is_held(upload_id):
        return
    try:
        await act(desk, upload_id)
    except RefrainError as error:
        # Its owner came back and took it over; or it waits for the next turn, and no other for it.
        log.warning("upload not tidied", upload=str(upload_id), error=str(error))


async def _finish(desk: Desk, upload_id: UUID) -> None:
    async with desk.holds.hold(upload_id) as hold:
        if hold.upload.state is UploadState.FINISHING:
            done = await finish(desk, hold.upload)
            log.info("upload finished late", upload=str(upload_id), state=done.state)


async def _expire(desk: Desk, upload_id: UUID) -> None:
    async with desk.holds.hold(upload_id) as hold:
        # Its owner may have come back between the question and now.
        if hold.upload.expires_at <= desk.clock() and hold.upload.state in UNFINISHED:
            expired = await desk.save(moved(hold.upload, UploadEvent.EXPIRE))
            await desk.discard(expired)
            log.info("upload expired", upload=str(upload_id), size_bytes=expired.offset_bytes)


async def _discard(desk: Desk, upload_id: UUID) -> None:
    async with desk.holds.hold(upload_id) as hold:
        await desk.discard(hold.upload)
