"""Tracks that only hold a master of another: nobody hears them, and nobody is told of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from base.database import Session
from catalog.models.music import Track
from catalog.models.publishing import TrackVersion


def holds() -> ColumnElement[bool]:
    """Ask whether a track only holds a master of another, as part of a question that has it."""
    return exists().where(TrackVersion.holder_id == Track.id)


async def is_holder(session: Session, track_id: UUID) -> bool:
    """Whether a track only holds a master of another."""
    query = select(exists().where(TrackVersion.holder_id == track_id))
    return bool(await session.scalar(query))


async def holders_of(session: Session, track_ids: Collection[UUID]) -> list[UUID]:
    """Answer the tracks that hold other masters of these."""
    query = select(TrackVersion.holder_id).where(TrackVersion.track_id.in_(track_ids))
    return [one for one in await session.scalars(query) if one is not None]
