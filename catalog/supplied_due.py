"""Releases that labels deliver, as far as they come out and go: which are to be looked at now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from base.database import Session
from catalog.models.ddex import ErnMessage, SuppliedRelease
from catalog.models.releases import Release


async def due_supplied(
    session: Session, *, now: datetime, limit: int = 100
) -> list[tuple[UUID, UUID]]:
    """Answer releases of whose deals something may have begun or ended, and whose they are."""
    query = (
        select(Release.id, Release.owner_id)
        .join(SuppliedRelease, SuppliedRelease.release_id == Release.id)
        .where(SuppliedRelease.due_at <= now)
        .order_by(SuppliedRelease.due_at)
        .limit(limit)
    )
    return [(row.id, row.owner_id) for row in await session.execute(query)]


async def lock_supplied(session: Session, release_id: UUID) -> Sequence[SuppliedRelease]:
    """Keep what labels say of a release as it is until the transaction ends: before the release."""
    query = select(SuppliedRelease).where(SuppliedRelease.release_id == release_id)
    query = query.order_by(SuppliedRelease.id).with_for_update()
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def last_told(session: Session, supplied_id: UUID) -> datetime | None:
    """Answer when the last message of a release came."""
    query = select(func.max(ErnMessage.received_at)).where(ErnMessage.supplied_id == supplied_id)
    told_at: datetime | None = await session.scalar(query)
    return told_at
