"""From an upload whose bytes are all here to a master: sealed, hashed, published, accepted.

Each step can be done again, by whoever holds the upload then: what was done before is found. The
last one is a transaction that only the holder can make.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import structlog

from base.errors import Refused, Unavailable
from base.storage.port import key_of
from base.units import SizeBytes
from catalog.claims import Claims
from catalog.music import unknown_track
from catalog.people import caller_with
from catalog.states import UploadEvent, UploadState
from catalog.upload_rows import upload_of, write_down
from catalog.uploads import Upload, moved, refusal_for
from ingest.accept import Accepted, accept
from ingest.accept_archive import accept_archive
from ingest.archive import is_archive
from ingest.desk import Desk
from ingest.digests import Digest
from ingest.judging import head_of, judged
from ingest.receive import Received
from ingest.refusals import TakenOver, digest_mismatch, empty, unknown
from ingest.telling import tell_of_upload

log = structlog.get_logger()

#: How long a request waits for another that is finishing the same upload, in seconds.
_PATIENCE_S = 60.0
_LOOK_S = 0.2


async def finish(desk: Desk, upload: Upload) -> Upload:
    """Make a master of an upload that is finishing and ours; it is accepted then, or refused.

    Raises:
        Refused: `upload-taken-over`; whoever did finishes it.
        Unavailable: it stays as it is, and can be finished later.

    """
    if upload.kept is None or not upload.offset_bytes:
        return await _refuse(desk, replace(upload, refusal=refusal_for(empty())))
    upload = replace(upload, kept=await desk.unfinished.seal(upload.kept))
    if not upload.is_judged:
        upload = await judged(desk, upload, await head_of(desk.unfinished, upload))
    if upload.refusal is not None:
        return await _refuse(desk, upload)
    if upload.sha256 is None:
        sha256 = await _sha256(desk, upload)
        if upload.said_sha256 not in {None, sha256}:
            return await _refuse(
                desk, replace(upload, refusal=refusal_for(digest_mismatch(sha256)))
            )
        # Written once: what fails from here on, again and again, is not kept for ever.
        upload = await desk.save(replace(upload, sha256=sha256))
    received = await _publish(desk, upload)
    try:
        accepted = await _accepted_as(desk, upload, received)
    except TakenOver:
        raise
    except Refused as error:  # its draft was deleted, or published, meanwhile
        return await _refuse(desk, replace(upload, refusal=refusal_for(error)))
    return await desk.discard(accepted)


async def finished(desk: Desk, upload: Upload) -> Upload:
    """Answer what becomes of an upload that is finishing, doing it when nobody else does.

    Raises:
        Unavailable: somebody still does.

    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while await desk.holds.is_held(upload.id):
                await asyncio.sleep(_LOOK_S)
                upload = await _fresh(desk, upload)
                if upload.state is not UploadState.FINISHING:
                    return upload
    except TimeoutError:
        raise Unavailable(
            "upload-finishing", "All bytes are here; the master is being made. Please ask again."
        ) from None
    async with desk.holds.hold(upload.id) as hold:
        if hold.upload.state is UploadState.FINISHING:
            return await finish(desk, hold.upload)
        return hold.upload


async def _fresh(desk: Desk, upload: Upload) -> Upload:
    async with desk.database.read() as session:
        found = await upload_of(session, upload.id)
    if found is None:
        raise unknown()
    return found


async def _sha256(desk: Desk, upload: Upload) -> str:
    """Answer the digest, reading again what another process took in."""
    known = desk.digests.of(upload.id, position=upload.offset_bytes)
    if known is not None:
        return known.hexdigest()
    digest = Digest()
    if upload.kept is not None:
        async for data in desk.unfinished.read(upload.kept):
            await asyncio.to_thread(digest.update, [data])
    return digest.hexdigest()


async def _publish(desk: Desk, upload: Upload) -> Received:
    sha256 = upload.sha256 or ""
    key = key_of("masters", sha256)
    if upload.kept is not None:
        claims = Claims(database=desk.database, storage=desk.storage, clock=desk.clock)
        await claims.claim(key)
        await desk.unfinished.publish(upload.kept, key)
    return Received(sha256=sha256, size_bytes=SizeBytes(upload.offset_bytes), key=key)


async def _accepted_as(desk: Desk, upload: Upload, received: Received) -> Upload:
    is_packed = await is_archive(desk.storage, received.key)
    return await (_accept_archive if is_packed else _accept)(desk, upload, received)


async def _accept(desk: Desk, upload: Upload, received: Received) -> Upload:
    now = desk.clock()
    async with desk.database.begin() as session:
        accepted = await accept(
            session,
            received,
            filename=path_of(upload),
            caller=await caller_with(session, upload.owner_id),
            request_id=upload.request_id,
            now=now,
            release_id=upload.release_id,
            replaces=replaced_by(upload),
            warnings=upload.warnings,
            reviews=desk.settings.reviews,
        )
        done = replace(_accepted(upload, accepted), touched_at=now)
        await tell_of_upload(session, done, now=now)
        if not await write_down(session, done):
            raise TakenOver  # and nothing is accepted: whoever has it does that
    log.info(
        "master accepted",
        upload=str(upload.id),
        track=str(accepted.track_id),
        master=str(accepted.master_id),
        size_bytes=received.size_bytes,
        is_new=accepted.is_new,
    )
    return done


async def _accept_archive(desk: Desk, upload: Upload, received: Received) -> Upload:
    now = desk.clock()
    async with desk.database.begin() as session:
        accepted = await accept_archive(
            session,
            received,
            filename=upload.filename,
            caller=await caller_with(session, upload.owner_id),
            request_id=upload.request_id,
            now=now,
            release_id=upload.release_id,
        )
        done = replace(
            moved(upload, UploadEvent.ACCEPT),
            release_id=accepted.release_id,
            is_known=not accepted.is_new,
            touched_at=now,
        )
        await tell_of_upload(session, done, now=now)
        if not await write_down(session, done):
            raise TakenOver
    log.info(
        "archive accepted",
        upload=str(upload.id),
        release=str(accepted.release_id),
        is_new=accepted.is_new,
    )
    return done


def path_of(upload: Upload) -> str:
    """Answer what its owner's file is called, with its folders where the client tells of them."""
    return upload.metadata.get("relativePath") or upload.filename


def replaced_by(upload: Upload) -> UUID | None:
    """Answer the track whose master a client says that its file shall be.

    Raises:
        Refused: `track-unknown`, 404: what is no id is no track's.

    """
    text = upload.metadata.get("replaces", "").strip()
    try:
        return UUID(text) if text else None
    except ValueError:
        raise unknown_track() from None


def _accepted(upload: Upload, accepted: Accepted) -> Upload:
    return replace(
        moved(upload, UploadEvent.ACCEPT),
        master_id=accepted.master_id,
        track_id=accepted.track_id,
        is_known=not accepted.is_new,
    )


async def _refuse(desk: Desk, upload: Upload) -> Upload:
    return await desk.discard(await desk.save(moved(upload, UploadEvent.REFUSE)))
