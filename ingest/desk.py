"""What the use cases of uploads work with: tools, and what this process remembers of uploads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from base.clock import Clock
from base.database import Database, Session
from base.errors import Broken
from base.settings import Settings
from base.storage.port import Storage
from base.storage.resumable import Resumable, Unfinished
from base.tools import Tools
from base.valkey import Valkey
from catalog.upload_rows import forget_kept, write_down
from catalog.uploads import Upload, Way
from ingest.digests import Digests
from ingest.early import Judge, early_word
from ingest.holds import Holds
from ingest.quotas import require_quota
from ingest.refusals import TakenOver
from ingest.telling import tell_of_upload

#: Nobody can go on with a plain PUT whose server died.
_PUT_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One a process; opened beside the tools and passed to every use case."""

    settings: Settings
    clock: Clock
    database: Database
    storage: Storage
    unfinished: Unfinished
    valkey: Valkey
    judge: Judge
    holds: Holds
    digests: Digests

    def lifetime(self, way: Way) -> timedelta:
        """Answer how long an upload is kept after it was last touched."""
        if way is Way.PUT:
            return _PUT_LIFETIME
        return timedelta(seconds=self.settings.upload_lifetime_s)

    async def save(self, upload: Upload) -> Upload:
        """Write down an upload that we hold, as touched now.

        Raises:
            Refused: `upload-taken-over`; nothing was written.

        """
        async with self.database.begin() as session:
            return await self._written(session, upload)

    async def advance(self, upload: Upload, *, since: Upload) -> Upload:
        """Write down how far an upload has come since; what it counts more must fit its quotas.

        Raises:
            Refused: as `save`; `quota-open`, `quota-stored`, `too-many-uploads`.

        """
        async with self.database.begin() as session:
            if upload.refusal is None and upload.counted_bytes > since.counted_bytes:
                await require_quota(session, upload, self.settings)
            return await self._written(session, upload)

    async def _written(self, session: Session, upload: Upload) -> Upload:
        now = self.clock()
        touched = replace(upload, touched_at=now, expires_at=now + self.lifetime(upload.way))
        # Before its row, for the account is locked before it; undone when it is not ours.
        await tell_of_upload(session, touched, now=now)
        if not await write_down(session, touched):
            raise TakenOver
        return touched

    async def discard(self, upload: Upload) -> Upload:
        """Remove the bytes of an upload that has ended, and write down that it was done."""
        if upload.kept is None:
            return upload
        await self.unfinished.discard(upload.kept.name)
        async with self.database.begin() as session:
            await forget_kept(session, upload.id)
        return replace(upload, kept=None)


@asynccontextmanager
async def open_desk(tools: Tools, judge: Judge = early_word) -> AsyncIterator[Desk]:
    """Open a desk, and hear what other processes say of uploads.

    Raises:
        Broken: the storage keeps no unfinished objects.

    """
    if not isinstance(tools.storage, Resumable):
        raise Broken("not-resumable", "The storage keeps no unfinished objects.")
    holds = Holds(tools.database, tools.valkey)
    hearing = asyncio.create_task(holds.run())
    try:
        yield Desk(
            settings=tools.settings,
            clock=tools.clock,
            database=tools.database,
            storage=tools.storage,
            unfinished=tools.storage.unfinished,
            valkey=tools.valkey,
            judge=judge,
            holds=holds,
            digests=Digests(),
        )
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing
