"""The bytes of one request on their way into one upload: stored, hashed, judged, counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hmac import compare_digest

from base.errors import RefrainError, Refused, Unavailable
from base.storage.kept import Kept
from base.storage.resumable import Appender
from base.threads import Follower
from catalog.states import UploadEvent
from catalog.uploads import Upload, moved
from ingest.asking import Body
from ingest.checksums import Running, start
from ingest.desk import Desk
from ingest.holds import Hold
from ingest.judging import Head, head_of, judged
from ingest.lengths import begun, ended, require_room
from ingest.refusals import checksum_mismatch

#: What may wait to be hashed; it is the same memory that waits to be written.
_WAITING_BYTES = 1 << 18
#: What is left to a request that failed to store what it has, in seconds.
_GRACE_S = 5.0


async def take_in(desk: Desk, hold: Hold, body: Body) -> Upload:
    """Append a body to an upload that we hold, and answer how the upload stands then.

    It is open, finishing (or whole, when partial), or refused by its first bytes.

    Raises:
        Refused, Unavailable: see `ingest.uploads.append`; what is durable was written down.

    """
    upload = begun(hold.upload, body, limit_bytes=desk.settings.upload_limit_bytes)
    if upload.counted_bytes > hold.upload.counted_bytes:
        upload = await desk.advance(upload, since=hold.upload)
    checksum = start(body.checksum.algorithm) if body.checksum else None
    head = Head() if upload.is_judged else await head_of(desk.unfinished, upload)
    kept = upload.kept or desk.unfinished.begin(upload.id.hex)
    async with desk.unfinished.append(kept) as appender:
        intake = _Intake(desk, hold, upload, body=body, appender=appender, head=head)
        with intake.hashing(checksum):
            return await intake.run()


class _Intake:
    """One body and one upload, from the first byte of the one to what the other is then."""

    def __init__(  # noqa: PLR0913 - all that bytes pass by
        self,
        desk: Desk,
        hold: Hold,
        upload: Upload,
        *,
        body: Body,
        appender: Appender,
        head: Head,
    ) -> None:
        self._desk = desk
        self._hold = hold
        self._upload = upload
        self._body = body
        self._appender = appender
        self._head = head
        self._end = upload.offset_bytes
        self._hashes: list[Follower] = []
        self._checksum: Running | None = None

    @contextmanager
    def hashing(self, checksum: Running | None) -> Iterator[None]:
        """Hash what comes; afterwards remember the digest of what was written down as ours."""
        upload, digests = self._upload, self._desk.digests
        digest = digests.of(upload.id, position=upload.offset_bytes)
        before = digest.copy() if digest else None
        self._checksum = checksum
        works = [digest.update] if digest else []
        works += [partial(_update, checksum)] if checksum else []
        self._hashes = [Follower(work, most_bytes=_WAITING_BYTES) for work in works]
        try:
            yield
        finally:
            for known in (digest, before):
                if known and known.position == self._upload.offset_bytes:
                    digests.keep(upload.id, known)

    async def run(self) -> Upload:
        """Take in the body."""
        try:
            await self._pour()
            await self._require_checksum()
            if self._upload.refusal is None:
                await self._appender.flush()
        except BaseException:
            await self._keep_what_came()
            raise
        return await self._conclude()

    async def _pour(self) -> None:
        settings = self._desk.settings
        while self._upload.refusal is None:
            chunk = await self._hold.next(self._body.chunks, seconds=settings.upload_idle_s)
            if chunk is None:
                return
            end = self._end + len(chunk)
            require_room(self._upload, end, limit_bytes=settings.upload_limit_bytes)
            self._end = end
            self._hold.came(end, self._upload.length_bytes)
            await self._pass_on(chunk)

    async def _pass_on(self, chunk: bytes) -> None:
        for hashes in self._hashes:
            await hashes.put(chunk)
        await self._appender.write(chunk)
        if not self._upload.is_judged:
            self._head.add(chunk)
        if self._checksum is not None:
            return  # nothing of it counts before it is known to be right
        if self._head.is_full and not self._upload.is_judged:
            self._upload = await judged(self._desk, self._upload, self._head)
        await self._count(self._appender.kept)

    async def _count(self, kept: Kept) -> None:
        """Write down what is durable, when it is more than before.

        Nobody was told of it yet: while the database is away it can wait until the end.
        """
        if kept.size_bytes > self._upload.offset_bytes:
            with suppress(Unavailable):
                await self._save(_with(self._upload, kept))

    async def _require_checksum(self) -> None:
        for hashes in self._hashes:
            await hashes.drain()
        wanted = self._body.checksum
        if self._checksum is None or wanted is None:
            return
        if not compare_digest(self._checksum.digest(), wanted.digest):
            raise checksum_mismatch()

    async def _keep_what_came(self) -> None:
        """Count what can be made durable soon; of what has a checksum nothing counts."""
        for hashes in self._hashes:
            with suppress(RefrainError):
                await hashes.drain()
        if self._checksum is None:
            with suppress(RefrainError, TimeoutError):
                async with asyncio.timeout(_GRACE_S):
                    await self._appender.flush()
        kept = self._worth_keeping()
        if kept != self._upload.kept:
            with suppress(RefrainError):
                await self._save(_with(self._upload, kept))

    def _worth_keeping(self) -> Kept:
        kept, before = self._appender.kept, self._upload.kept
        if self._checksum is None or before is None:
            return kept
        # What is on its way may land when somebody else has gone on: its numbers stay used.
        return replace(before, next_number=kept.next_number)

    async def _conclude(self) -> Upload:
        upload = _with(self._upload, self._appender.kept)
        if upload.refusal is not None:
            return await self._save(moved(upload, UploadEvent.REFUSE))
        try:
            upload, is_complete = ended(upload, self._body)
        except Refused:
            await self._save(upload)
            raise
        if not upload.is_judged and (is_complete or self._head.is_full):
            upload = await judged(self._desk, upload, self._head)
        event = _event(upload, is_complete=is_complete)
        return await self._save(upload if event is None else moved(upload, event))

    async def _save(self, upload: Upload) -> Upload:
        """Write down how far it is; only what was written down is how far it is."""
        self._upload = await self._desk.advance(upload, since=self._upload)
        return self._upload


def _with(upload: Upload, kept: Kept) -> Upload:
    return replace(upload, kept=kept, offset_bytes=kept.size_bytes)


def _event(upload: Upload, *, is_complete: bool) -> UploadEvent | None:
    if upload.refusal is not None:
        return UploadEvent.REFUSE
    if not is_complete:
        return None
    return UploadEvent.SET_ASIDE if upload.is_partial else UploadEvent.FILL


def _update(running: Running, batch: Sequence[bytes]) -> None:
    for data in batch:
        running.update(data)
