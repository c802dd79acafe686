"""The inboxes of labels, looked after beside the jobs: one worker at a time has each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from base.errors import RefrainError, Unavailable
from base.tools import Tools, open_foreign
from catalog.models.ddex import Partner
from catalog.partners import active_partners
from ingest.ddex.arriving.answering import answer, clear, end
from ingest.ddex.arriving.bucket import BucketInbox, Foreign
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.arriving.inbox import Inbox
from ingest.ddex.arriving.receiving import Limits, Reception, receive
from workers.leading import Leading

log = structlog.get_logger()

#: A label that sends a terabyte does not keep all others waiting.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Inboxes:
    """All inboxes, as one worker sees them."""

    tools: Tools
    worker: str
    bucket: Foreign | None
    _known: dict[UUID, tuple[Leading, Reception]] = field(default_factory=dict)

    async def look(self) -> None:
        """Look into every inbox once that no other worker has.

        Raises:
            Unavailable: the database is away.

        """
        async with self.tools.database.read() as session:
            partners = await active_partners(session)
        room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for partner in partners:
                group.create_task(self._look_at(partner, room))

    async def _look_at(self, partner: Partner, room: asyncio.Semaphore) -> None:
        leading, reception = self._of(partner)
        async with room:
            for inbox in self._inboxes(partner):
                try:
                    if await leading.leads():
                        await self._look_into(reception, partner, inbox)
                except RefrainError as error:
                    # What was taken in, is; the next turn goes on.
                    log.warning(
                        "inbox waits", partner=partner.dpid, way=inbox.way, error=str(error)
                    )

    async def _look_into(self, reception: Reception, partner: Partner, inbox: Inbox) -> None:
        await receive(reception, partner, inbox)
        await answer(reception, partner, inbox)
        await end(reception, partner)
        days = self.tools.settings.ddex_keep_days
        if days and isinstance(inbox, FolderInbox):
            await clear(reception, partner, inbox, older_than=timedelta(days=days))

    def _inboxes(self, partner: Partner) -> Iterator[Inbox]:
        yield FolderInbox(self.tools.settings.inbox_dir / partner.dpid)
        if self.bucket is not None and partner.prefix:
            yield BucketInbox(self.bucket, partner.prefix)

    def _of(self, partner: Partner) -> tuple[Leading, Reception]:
        if partner.id not in self._known:
            leading = Leading(self.tools.valkey, f"inbox-{partner.dpid}", self.worker)
            self._known[partner.id] = leading, _reception(self.tools, leading)
        return self._known[partner.id]


@asynccontextmanager
async def open_inboxes(tools: Tools, worker: str) -> AsyncIterator[Inboxes]:
    """Open what labels deliver into.

    Raises:
        Refused: the address of the bucket is none.

    """
    async with AsyncExitStack() as stack:
        url = tools.settings.ddex_bucket
        bucket = await stack.enter_async_context(open_foreign(url)) if url else None
        yield Inboxes(tools=tools, worker=worker, bucket=bucket)


async def keep_inboxes(tools: Tools, worker: str) -> None:
    """Work until cancelled; every worker does, and each inbox is one's at a time."""
    async with open_inboxes(tools, worker) as inboxes:
        while True:
            try:
                await inboxes.look()
            except Unavailable as error:
                log.warning("inboxes wait", error=str(error))
            await asyncio.sleep(tools.settings.ddex_scan_s)


def _reception(tools: Tools, leading: Leading) -> Reception:
    settings = tools.settings

    async def require_lead() -> None:
        if not await leading.leads():
            raise Unavailable("inbox-led", "Another worker looks into this inbox now.")

    return Reception(
        database=tools.database,
        storage=tools.storage,
        clock=tools.clock,
        on_way=require_lead,
        limits=Limits(
            file_bytes=settings.upload_limit_bytes,
            delivery_bytes=settings.ddex_delivery_limit_bytes,
            still=timedelta(seconds=settings.ddex_still_s),
        ),
    )
