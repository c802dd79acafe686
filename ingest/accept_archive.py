"""Accept an archive: a draft that its files will be put on, and the job that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from base.database import Session
from catalog.callers import Caller
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.releases import Archive, Release
from catalog.people import require_open
from catalog.releases import create_release, draft_of_archive, lock_draft
from catalog.states import ArchiveState
from ingest.naming import guess_album, name_of
from ingest.receive import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedArchive:
    """What an archive is for; `is_new` is false when its owner had sent it for a draft before."""

    release_id: UUID
    sha256: str
    is_new: bool


async def accept_archive(  # noqa: PLR0913 - what is known of an upload
    session: Session,
    received: Received,
    *,
    filename: str,
    caller: Caller,
    request_id: str,
    now: datetime,
    release_id: UUID | None = None,
) -> AcceptedArchive:
    """Write down a received archive for a draft, a new one unless the caller names theirs.

    Raises:
        Refused: `release-unknown`, 404, or `release-published` or `account-closed`, 409.

    """
    await require_open(session, caller.id)
    known = await draft_of_archive(session, caller.id, received.key)
    if known is not None and release_id in {None, known.id}:
        return AcceptedArchive(release_id=known.id, sha256=received.sha256, is_new=False)
    release = (
        await lock_draft(session, release_id, caller)
        if release_id
        else await _draft(session, filename, caller, now=now)
    )
    archive = Archive(
        id=uuid4(),
        release_id=release.id,
        filename=name_of(filename),
        size_bytes=received.size_bytes,
        storage_key=received.key,
        state=ArchiveState.RECEIVED,
        findings=[],
        created_at=now,
    )
    session.add(archive)
    await session.flush()
    job = NewJob(
        kind=Kind.UNPACK, subject=str(archive.id), request_id=request_id, owner_id=caller.id
    )
    await add(session, job, now=now)
    return AcceptedArchive(release_id=release.id, sha256=received.sha256, is_new=True)


async def _draft(session: Session, filename: str, caller: Caller, *, now: datetime) -> Release:
    said = guess_album(name_of(filename).rpartition(".")[0])
    return await create_release(
        session,
        caller,
        title=said.album or "Untitled",
        artist=said.album_artist or caller.name,
        now=now,
    )
