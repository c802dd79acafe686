"""The rows of uploads, and who may write to them.

Who writes to an upload took it before, and with it a fence: a number that grows with every
taker. What is written under a lower one than the row has changes nothing. So bytes of a request
that was taken over never count, whatever became of locks that live elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Result, func, select, update

from base.database import Session
from base.storage.kept import parse_kept
from catalog.artworks import bytes_of_pictures
from catalog.keysets import behind
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.uploads import UploadRow
from catalog.states import TrackState, UploadEvent, UploadState
from catalog.uploads import UNFINISHED, Refusal, Upload, Way, moved

_UNFINISHED = [state for state in UploadState if state in UNFINISHED]
_ENDED = [state for state in UploadState if state not in UNFINISHED]


async def add_upload(session: Session, upload: Upload) -> None:
    """Write down a new upload, which nobody holds."""
    session.add(
        UploadRow(
            id=upload.id,
            owner_id=upload.owner_id,
            filename=upload.filename,
            details=dict(upload.metadata),
            way=upload.way,
            is_partial=upload.is_partial,
            parts=[str(part) for part in upload.parts],
            is_held=False,
            fence=upload.fence,
            request_id=upload.request_id,
            created_at=upload.created_at,
            **_changing(upload),
        )
    )
    await session.flush()


async def upload_of(session: Session, upload_id: UUID) -> Upload | None:
    """Answer what is known of an upload."""
    row = await session.get(UploadRow, upload_id, populate_existing=True)
    return None if row is None else _value(row)


async def tracks_of_uploads(
    session: Session, owner_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    """Answer which tracks some uploads of an owner became, of those that became one."""
    columns = UploadRow.id, UploadRow.track_id
    mine = UploadRow.id.in_(ids), UploadRow.owner_id == owner_id, UploadRow.track_id.is_not(None)
    rows = await session.execute(select(*columns).where(*mine))
    return {upload_id: track_id for upload_id, track_id in rows if track_id is not None}


async def unfinished_of(session: Session, owner_id: UUID, *, limit: int = 200) -> list[Upload]:
    """Answer somebody's unfinished uploads, the newest first."""
    query = select(UploadRow).where(
        UploadRow.owner_id == owner_id, UploadRow.state.in_(_UNFINISHED)
    )
    rows = await session.scalars(query.order_by(UploadRow.created_at.desc()).limit(limit))
    return [_value(row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadsAsked:
    """Which uploads of everybody: in a state, or all that are unfinished; of somebody."""

    state: UploadState | None = None
    is_unfinished: bool = False
    owner_id: UUID | None = None


async def uploads_of_all(
    session: Session, asked: UploadsAsked, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[Upload, str]]:
    """Answer uploads and whose they are, the newest first, from behind a place."""
    order = (UploadRow.created_at, UploadRow.id)
    query = select(UploadRow, Account.name).join(Account, Account.id == UploadRow.owner_id)
    query = query.where(behind(order, after, descending=True))
    if asked.state is not None:
        query = query.where(UploadRow.state == asked.state)
    if asked.is_unfinished:
        query = query.where(UploadRow.state.in_(_UNFINISHED))
    if asked.owner_id is not None:
        query = query.where(UploadRow.owner_id == asked.owner_id)
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [(_value(row), name) for row, name in rows]


async def unfinished_bytes(session: Session) -> tuple[int, int]:
    """Answer how many uploads are unfinished, and how many bytes of them are here."""
    sums = func.count(), func.coalesce(func.sum(UploadRow.offset_bytes), 0)
    query = select(*sums).where(UploadRow.state.in_(_UNFINISHED))
    number, size = (await session.execute(query)).one()
    return int(number), int(size)


async def take(session: Session, upload_id: UUID, *, after: int | None) -> Upload | None:
    """Take an upload under a new fence, or answer nothing while another holds it.

    `after` is the fence of the holder that may be taken over, for it was told to stop. If it
    still holds the upload, it may still be writing, and nothing more is written where it does.
    """
    row = await _locked(session, upload_id)
    if row.is_held:
        if row.fence != after:
            return None
        if row.kept is not None:
            row.kept = parse_kept(row.kept).interrupted().as_json()
    row.fence += 1
    row.is_held = True
    return _value(row)


async def holder_of(session: Session, upload_id: UUID) -> int | None:
    """Answer the fence of who holds an upload, if anyone does."""
    query = select(UploadRow.fence).where(UploadRow.id == upload_id, UploadRow.is_held)
    return await session.scalar(query)


async def write_down(session: Session, upload: Upload) -> bool:
    """Write down how far an upload is; answer whether it was still ours to do so."""
    query = (
        update(UploadRow)
        .where(UploadRow.id == upload.id, UploadRow.fence == upload.fence)
        .where(UploadRow.state.in_(_UNFINISHED))
    )
    written = await session.execute(query.values(**_changing(upload)))
    return _count(written) == 1


async def let_go(session: Session, upload_id: UUID, *, fence: int) -> None:
    """End a hold, unless another has begun meanwhile."""
    query = update(UploadRow).where(UploadRow.id == upload_id, UploadRow.fence == fence)
    await session.execute(query.values(is_held=False))


async def forget_kept(session: Session, upload_id: UUID) -> None:
    """Write down that nothing is left of an ended upload's bytes."""
    query = update(UploadRow).where(UploadRow.id == upload_id, UploadRow.state.in_(_ENDED))
    await session.execute(query.values(kept=None))


async def end_unfinished(session: Session, owner_id: UUID, *, now: datetime) -> None:
    """End somebody's unfinished uploads, whoever holds them; their bytes are tidied away."""
    query = update(UploadRow).where(
        UploadRow.owner_id == owner_id, UploadRow.state.in_(_UNFINISHED)
    )
    await session.execute(query.values(state=UploadState.TERMINATED, touched_at=now))


async def put_away(session: Session, upload: Upload) -> None:
    """Write down that the client of an accepted or refused upload asks for it no more."""
    query = update(UploadRow).where(UploadRow.id == upload.id, UploadRow.state == upload.state)
    await session.execute(query.values(state=moved(upload, UploadEvent.TERMINATE).state))


async def locked_upload(session: Session, upload_id: UUID) -> Upload:
    """Lock an upload that is known to be there, and answer it."""
    return _value(await _locked(session, upload_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one artist has here, in files and bytes."""

    open_uploads: int
    open_bytes: int
    stored_bytes: int


async def usage_of(session: Session, owner_id: UUID, *, without: Sequence[UUID] = ()) -> Usage:
    """Answer what an artist has here but for some uploads, each as its `counted_bytes`."""
    size = func.coalesce(UploadRow.length_bytes, UploadRow.offset_bytes)
    query = select(func.count(), func.coalesce(func.sum(size), 0))
    query = query.where(UploadRow.owner_id == owner_id, UploadRow.state.in_(_UNFINISHED))
    open_ = query.where(UploadRow.id.not_in(without))
    number, open_bytes = (await session.execute(open_)).one()
    tracks = select(Track.master_id).where(
        Track.owner_id == owner_id, Track.state != TrackState.REMOVED
    )
    stored = select(func.coalesce(func.sum(Master.size_bytes), 0))
    stored_bytes = await session.scalar(stored.where(Master.id.in_(tracks)))
    pictures = await bytes_of_pictures(session, owner_id)
    return Usage(
        open_uploads=number,
        open_bytes=int(open_bytes),
        stored_bytes=int(stored_bytes or 0) + pictures,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A master that an artist sent before, and their track of it."""

    master_id: UUID
    track_id: UUID
    size_bytes: int


async def known_to(session: Session, owner_id: UUID, sha256: str) -> Known | None:
    """Answer what an artist sent before; who only knows a digest is told of nobody else's."""
    query = (
        select(Master.id, Track.id, Master.size_bytes)
        .join(Track, Track.master_id == Master.id)
        .where(Master.sha256 == sha256, Track.owner_id == owner_id)
        .where(Track.state != TrackState.REMOVED)
        .order_by(Track.created_at)
        .limit(1)
    )
    found = (await session.execute(query)).first()
    if found is None:
        return None
    master_id, track_id, size_bytes = found
    return Known(master_id=master_id, track_id=track_id, size_bytes=size_bytes)


async def overdue(session: Session, *, now: datetime, limit: int) -> list[UUID]:
    """Answer unfinished uploads that are kept no longer."""
    query = select(UploadRow.id).where(
        UploadRow.state.in_(_UNFINISHED), UploadRow.expires_at <= now
    )
    return list(await session.scalars(query.order_by(UploadRow.expires_at).limit(limit)))


async def left_finishing(session: Session, *, before: datetime, limit: int) -> list[UUID]:
    """Answer uploads whose bytes are all here, and that nobody has finished since `before`."""
    query = select(UploadRow.id).where(
        UploadRow.state == UploadState.FINISHING, UploadRow.touched_at < before
    )
    return list(await session.scalars(query.limit(limit)))


async def left_behind(session: Session, *, before: datetime, limit: int) -> list[UUID]:
    """Answer uploads that ended before `before` and whose bytes may still be there."""
    query = select(UploadRow.id).where(
        UploadRow.state.in_(_ENDED), UploadRow.kept.is_not(None), UploadRow.touched_at < before
    )
    return list(await session.scalars(query.limit(limit)))


async def _locked(session: Session, upload_id: UUID) -> UploadRow:
    return await session.get_one(UploadRow, upload_id, with_for_update=True, populate_existing=True)


def _count(result: Result[Any]) -> int:
    # What an UPDATE answers is always this kind; SQLAlchemy types it as the more general one.
    return result.rowcount if isinstance(result, CursorResult) else 0


def _changing(upload: Upload) -> dict[str, Any]:
    """Answer the columns that change while an upload lives."""
    refusal = upload.refusal
    return {
        "length_bytes": upload.length_bytes,
        "offset_bytes": upload.offset_bytes,
        "kept": upload.kept.as_json() if upload.kept else None,
        "state": upload.state,
        "is_judged": upload.is_judged,
        "warnings": [dict(warning) for warning in upload.warnings],
        "refusal": asdict(refusal) if refusal else None,
        "sha256": upload.sha256,
        "master_id": upload.master_id,
        "track_id": upload.track_id,
        "release_id": upload.release_id,
        "is_known": upload.is_known,
        "touched_at": upload.touched_at,
        "expires_at": upload.expires_at,
    }


def _value(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        owner_id=row.owner_id,
        filename=row.filename,
        metadata=row.details,
        length_bytes=row.length_bytes,
        offset_bytes=row.offset_bytes,
        way=Way(row.way),
        is_partial=row.is_partial,
        parts=tuple(UUID(part) for part in row.parts),
        state=UploadState(row.state),
        warnings=tuple(row.warnings),
        refusal=Refusal(**row.refusal) if row.refusal else None,
        sha256=row.sha256,
        master_id=row.master_id,
        track_id=row.track_id,
        release_id=row.release_id,
        is_known=row.is_known,
        request_id=row.request_id,
        created_at=row.created_at,
        touched_at=row.touched_at,
        expires_at=row.expires_at,
        kept=parse_kept(row.kept) if row.kept else None,
        fence=row.fence,
        is_judged=row.is_judged,
    )
