"""Files that partners delivered, found by where they came, what they come to, or what for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, tuple_

from base.database import Session
from catalog.models.ddex import SuppliedFile, SuppliedRelease, SuppliedTrack
from catalog.supplied_facts import StoredFile, Told

_AT_ONCE = 500


async def files_at(session: Session, places: Sequence[tuple[UUID, str]]) -> list[StoredFile]:
    """Answer the files that came under paths of deliveries."""
    found: list[StoredFile] = []
    for begin in range(0, len(places), _AT_ONCE):
        some = places[begin : begin + _AT_ONCE]
        query = select(SuppliedFile).where(
            tuple_(SuppliedFile.delivery_id, SuppliedFile.path).in_(some)
        )
        found += [_stored(row) for row in await session.scalars(query)]
    return found


async def files_of_digests(
    session: Session, partner_id: UUID, digests: Collection[str]
) -> list[StoredFile]:
    """Answer the files of a partner that come to these SHA-256, wherever they came."""
    wanted = sorted(set(digests))
    found: list[StoredFile] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        query = select(SuppliedFile).where(
            SuppliedFile.partner_id == partner_id,
            SuppliedFile.sha256.in_(wanted[begin : begin + _AT_ONCE]),
        )
        found += [_stored(row) for row in await session.scalars(query)]
    return found


async def files_in(
    session: Session, delivery_ids: Collection[UUID], *, limit: int
) -> list[StoredFile]:
    """Answer all files of deliveries, the last that came first, up to a bound."""
    query = select(SuppliedFile).where(SuppliedFile.delivery_id.in_(delivery_ids))
    query = query.order_by(SuppliedFile.received_at.desc(), SuppliedFile.id).limit(limit)
    return [_stored(row) for row in await session.scalars(query)]


async def files_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, StoredFile]:
    """Answer files."""
    wanted = sorted(set(ids))
    found: dict[UUID, StoredFile] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        query = select(SuppliedFile).where(SuppliedFile.id.in_(wanted[begin : begin + _AT_ONCE]))
        found |= {row.id: _stored(row) for row in await session.scalars(query)}
    return found


async def files_for(session: Session, partner_id: UUID, keys: Collection[str]) -> dict[str, UUID]:
    """Answer of recordings the file that came last for them, on any release of a partner's."""
    wanted = sorted(set(keys))
    found: dict[str, tuple[Told, UUID]] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        query = (
            select(SuppliedTrack)
            .join(SuppliedRelease, SuppliedRelease.id == SuppliedTrack.supplied_id)
            .where(SuppliedRelease.partner_id == partner_id)
            .where(SuppliedTrack.key.in_(wanted[begin : begin + _AT_ONCE]))
            .where(SuppliedTrack.file_id.is_not(None))
        )
        for row in await session.scalars(query):
            if row.file_id is not None and row.file_told_at is not None:
                told = Told(at=row.file_told_at, message=row.file_message or "")
                last = found.get(row.key)
                if last is None or told > last[0]:
                    found[row.key] = told, row.file_id
    return {key: file_id for key, (_, file_id) in found.items()}


def _stored(row: SuppliedFile) -> StoredFile:
    return StoredFile(
        id=row.id,
        delivery_id=row.delivery_id,
        path=row.path,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        digests=row.digests,
        storage_key=row.storage_key,
        received_at=row.received_at,
    )
