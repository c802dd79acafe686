"""One upload object, whichever protocol its bytes come by: the use cases.

Each takes the process's desk and who asks. An upload of somebody else is unknown to them.
Every error says how to go on, and leaves the upload resumable unless its sentence says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from base.database import Session
from base.errors import RefrainError
from base.storage.kept import Kept
from base.storage.port import key_of
from base.units import SizeBytes
from catalog.callers import Caller
from catalog.music import require_own, track_of
from catalog.releases import release_of, require_draft, unknown_release
from catalog.states import UploadEvent, UploadState
from catalog.upload_rows import (
    add_upload,
    holder_of,
    known_to,
    put_away,
    unfinished_of,
    upload_of,
)
from catalog.uploads import Upload, Way, moved
from ingest import refusals
from ingest.accept import accept
from ingest.appending import take_in
from ingest.asking import Body, NewUpload
from ingest.desk import Desk
from ingest.finishing import finish, finished, path_of, replaced_by
from ingest.joining import joined_chunks, require_fit
from ingest.quotas import require_pace, require_quota
from ingest.receive import Received

__all__ = [
    "Body",
    "NewUpload",
    "adopt",
    "append",
    "concatenate",
    "create",
    "find",
    "halt",
    "terminate",
    "unfinished",
]

_SHA256 = re.compile(r"[0-9a-f]{64}")


async def create(desk: Desk, caller: Caller, new: NewUpload) -> Upload:
    """Open an upload; it is accepted at once when the caller sent the very same bytes before.

    Raises:
        Refused: `too-large` 413, `quota-open` or `quota-stored` 413, `too-many-uploads` or
            `too-often` 429; `bad-digest` 400; `release-unknown` or `track-unknown` 404,
            `release-published` 409.

    """
    return await _create(desk, caller, new, parts=())


async def find(desk: Desk, caller: Caller, upload_id: UUID) -> Upload:
    """Answer what is known of an upload; whoever sends to it goes on.

    Raises:
        Refused: `upload-unknown` 404, `upload-gone` 410.

    """
    async with desk.database.read() as session:
        upload = await upload_of(session, upload_id)
    if upload is None or upload.owner_id != caller.id:
        raise refusals.unknown()
    if upload.state is UploadState.EXPIRED:
        raise refusals.gone("Nothing came for too long; the upload was removed.")
    if upload.state is UploadState.TERMINATED:
        raise refusals.gone("The upload was ended, and is removed.")
    return upload


async def unfinished(desk: Desk, caller: Caller) -> list[Upload]:
    """Answer what of the caller's is on its way, the newest first; whoever sends goes on."""
    async with desk.database.read() as session:
        return await unfinished_of(session, caller.id)


async def halt(desk: Desk, caller: Caller, upload_id: UUID) -> Upload:
    """Stop whoever sends to an upload, and answer where to go on; for who is about to resume.

    The answer's offset stays true until the next bytes. What is complete and was left by a
    process that died is finished on the way.

    Raises:
        Refused: as `find`.

    """
    upload = await find(desk, caller, upload_id)
    if upload.state is UploadState.OPEN:
        async with desk.database.read() as session:
            is_held = await holder_of(session, upload_id) is not None
        if is_held:
            async with desk.holds.hold(upload_id) as hold:
                upload = hold.upload
    if upload.state is UploadState.FINISHING:
        upload = await finished(desk, upload)
    return upload


async def append(desk: Desk, caller: Caller, upload_id: UUID, body: Body) -> Upload:
    """Take in bytes, taking over from whoever sends to the same upload; finish it at its end.

    When it returns all bytes are durable and counted, and an upload that is complete is
    accepted, or its refusal raised. Cancelled, or left by an error of `chunks`, it keeps what
    came.

    Raises:
        OffsetMismatch: 409.
        Refused: as `find`; `upload-ended` 409, `upload-joined` 403, `too-large` and `too-much`
            413, `quota-open` and `quota-stored` 413 (of a length that was not said before),
            `length-changed` 400, `incomplete-upload` 400, `checksum-unknown` 400,
            `checksum-mismatch` 460 (nothing is kept), `upload-idle` 408, `upload-taken-over`
            409 (another request goes on), `empty-file` 422, and whatever the first MiB is
            refused for (415, 422), after which nothing is left.
        Unavailable: `storage-full` (507), `storage-unavailable`, `database-unavailable`.

    """
    upload = await find(desk, caller, upload_id)
    if upload.parts:
        raise refusals.joined()
    if upload.state is UploadState.OPEN:
        # Nobody was told of an offset that the row does not have: who comes with another has no
        # bytes for us, and does not end who sends now.
        if body.at != upload.offset_bytes:
            raise refusals.OffsetMismatch(upload.offset_bytes, body.at)
        appended = await _appended(desk, upload_id, body)
        if appended is not None:
            return appended
        upload = await find(desk, caller, upload_id)
    return await _nothing_more(desk, upload, body)


async def adopt(
    desk: Desk,
    caller: Caller,
    upload_id: UUID,
    look: Callable[[Kept], Awaitable[Kept]],
    *,
    ends: bool,
) -> Upload:
    """Count bytes that the client put into the storage itself, as `look` finds them there.

    Raises:
        Refused: as `append`, without checksums.

    """
    upload = await find(desk, caller, upload_id)
    async with desk.holds.hold(upload_id) as hold:
        upload = hold.upload
        if upload.state is UploadState.OPEN:
            kept = await look(upload.kept or desk.unfinished.begin(upload.id.hex))
            size = kept.size_bytes
            if size > desk.settings.upload_limit_bytes:
                raise refusals.too_large(desk.settings.upload_limit_bytes)
            upload = replace(upload, kept=kept, offset_bytes=size)
            if ends:
                upload = moved(replace(upload, length_bytes=size), UploadEvent.FILL)
            upload = await desk.advance(upload, since=hold.upload)
        if upload.state is UploadState.FINISHING:
            upload = await finish(desk, upload)
    return _or_refusal(upload)


async def concatenate(
    desk: Desk, caller: Caller, new: NewUpload, *, parts: Sequence[UUID]
) -> Upload:
    """Join partial uploads, in order, into one that is finished; they are gone afterwards.

    Raises:
        Refused: as `create`; `part-unfit` 409: one is no partial upload, or not whole.

    """
    found = [await find(desk, caller, part) for part in parts]
    require_fit(found)
    length = sum(part.offset_bytes for part in found)
    upload = await _create(
        desk, caller, replace(new, length_bytes=length), parts=tuple(part.id for part in found)
    )
    if upload.state is UploadState.OPEN:
        chunks = joined_chunks(desk.unfinished, found)
        appended = await _appended(desk, upload.id, Body(at=0, chunks=chunks, ends=True))
        upload = appended or await find(desk, caller, upload.id)
    for part in {part.id for part in found}:
        # What cannot be removed now expires; what was made of it is there.
        with suppress(RefrainError):
            await terminate(desk, caller, part)
    return upload


async def terminate(desk: Desk, caller: Caller, upload_id: UUID) -> None:
    """End an upload; nothing is left of its bytes, but the track that they became.

    Raises:
        Refused: as `find`.

    """
    await find(desk, caller, upload_id)
    async with desk.holds.hold(upload_id) as hold:
        upload = hold.upload
        if upload.state in {UploadState.ACCEPTED, UploadState.REFUSED}:
            async with desk.database.begin() as session:
                await put_away(session, upload)
        else:
            upload = await desk.save(moved(upload, UploadEvent.TERMINATE))
        await desk.discard(upload)


async def _create(desk: Desk, caller: Caller, new: NewUpload, *, parts: tuple[UUID, ...]) -> Upload:
    await require_pace(desk.valkey, caller, most_per_minute=desk.settings.uploads_per_minute)
    if (new.length_bytes or 0) > desk.settings.upload_limit_bytes:
        raise refusals.too_large(desk.settings.upload_limit_bytes)
    upload = _new(desk, caller, new, parts=parts)
    if upload.said_sha256 is not None and not _SHA256.fullmatch(upload.said_sha256):
        raise refusals.bad_digest()
    async with desk.database.begin() as session:
        if upload.release_id is not None:
            require_draft(await release_of(session, upload.release_id), caller)
        if (replaced := replaced_by(upload)) is not None:
            require_own(await track_of(session, replaced), caller)
        upload = await _known_or_new(session, caller, upload, reviews=desk.settings.reviews)
        if upload.state is UploadState.OPEN:
            await require_quota(session, upload, desk.settings)
        await add_upload(session, upload)
    return upload


async def _known_or_new(
    session: Session, caller: Caller, upload: Upload, *, reviews: bool
) -> Upload:
    """Answer a new upload as accepted, when its owner sent the bytes of its digest before.

    On a draft that it is for, they become another track.
    """
    digest = upload.said_sha256
    # Who puts parts into the storage has no ear for it, and goes on putting them there.
    if digest is None or upload.is_partial or upload.way is Way.S3:
        return upload
    known = await known_to(session, upload.owner_id, digest)
    if known is None or upload.length_bytes not in (None, known.size_bytes):
        return upload
    received = Received(
        sha256=digest, size_bytes=SizeBytes(known.size_bytes), key=key_of("masters", digest)
    )
    accepted = await accept(
        session,
        received,
        filename=path_of(upload),
        caller=caller,
        request_id=upload.request_id,
        now=upload.created_at,
        release_id=upload.release_id,
        replaces=replaced_by(upload),
        reviews=reviews,
    )
    return replace(
        moved(upload, UploadEvent.ACCEPT),
        kept=None,
        length_bytes=known.size_bytes,
        offset_bytes=known.size_bytes,
        sha256=digest,
        master_id=accepted.master_id,
        track_id=accepted.track_id,
        is_known=True,
    )


def _new(desk: Desk, caller: Caller, new: NewUpload, *, parts: tuple[UUID, ...]) -> Upload:
    now, upload_id = desk.clock(), uuid4()
    return Upload(
        id=upload_id,
        owner_id=caller.id,
        filename=new.filename[:400],
        metadata=new.metadata,
        length_bytes=new.length_bytes,
        offset_bytes=0,
        way=new.way,
        is_partial=new.is_partial,
        parts=parts,
        state=UploadState.OPEN,
        warnings=(),
        refusal=None,
        sha256=None,
        master_id=None,
        track_id=None,
        release_id=_release_in(new.metadata),
        is_known=False,
        request_id=new.request_id,
        created_at=now,
        touched_at=now,
        expires_at=now + desk.lifetime(new.way),
        kept=desk.unfinished.begin(upload_id.hex),
        fence=0,
        is_judged=new.is_partial,
    )


def _release_in(metadata: Mapping[str, str]) -> UUID | None:
    """Answer the draft that a client says its file is for."""
    text = metadata.get("release", "").strip()
    try:
        return UUID(text) if text else None
    except ValueError:
        raise unknown_release() from None


async def _appended(desk: Desk, upload_id: UUID, body: Body) -> Upload | None:
    """Take in bytes, or answer nothing when the upload was ended meanwhile."""
    async with desk.holds.hold(upload_id) as hold:
        if hold.upload.state is not UploadState.OPEN:
            return None
        upload = await take_in(desk, hold, body)
        if upload.state is UploadState.FINISHING:
            upload = await finish(desk, upload)
        if upload.state is UploadState.REFUSED:
            upload = await desk.discard(upload)
        return _or_refusal(upload)


async def _nothing_more(desk: Desk, upload: Upload, body: Body) -> Upload:
    """Answer what became of an upload that has all its bytes to who says so again."""
    if upload.state is UploadState.FINISHING:
        upload = await finished(desk, upload)
    _or_refusal(upload)
    if body.at != upload.offset_bytes:
        raise refusals.OffsetMismatch(upload.offset_bytes, body.at, is_complete=True)
    if await anext(body.chunks, None):
        raise refusals.ended()
    return upload


def _or_refusal(upload: Upload) -> Upload:
    if upload.refusal is not None:
        raise upload.refusal.error()
    return upload
