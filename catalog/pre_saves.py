"""Listeners who want a release before it is out; when it is, it is with what they like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from base.database import Session, is_new
from catalog.favourites import favour_all
from catalog.keysets import behind
from catalog.models.publishing import PreSave
from catalog.models.releases import Release
from catalog.states import ReleaseState


async def pre_save(session: Session, release_id: UUID, listener_id: UUID, *, now: datetime) -> None:
    """Want a release; again does no harm."""
    row = {"release_id": release_id, "listener_id": listener_id, "at": now, "fulfilled_at": None}
    await is_new(session, PreSave, row)


async def forget_pre_save(session: Session, release_id: UUID, listener_id: UUID) -> None:
    """Want a release no more."""
    mine = PreSave.release_id == release_id, PreSave.listener_id == listener_id
    await session.execute(delete(PreSave).where(*mine))


async def pre_saved_by(
    session: Session, listener_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[tuple[PreSave, Release]]:
    """Answer what a listener waits for, what was asked for last at the top."""
    order = PreSave.at, PreSave.release_id
    query = select(PreSave, Release).join(Release, Release.id == PreSave.release_id)
    query = query.where(PreSave.listener_id == listener_id, PreSave.fulfilled_at.is_(None))
    # One that was recalled is its owner's alone again.
    query = query.where(Release.state == ReleaseState.SCHEDULED, Release.is_announced)
    query = query.where(behind(order, after, descending=True))
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [(row, release) for row, release in rows]


async def is_pre_saved(session: Session, release_id: UUID, listener_id: UUID) -> bool:
    """Whether a listener waits for a release."""
    return await session.get(PreSave, (release_id, listener_id)) is not None


async def count_pre_saves(session: Session, release_id: UUID) -> int:
    """Answer how many listeners wait for a release."""
    query = select(func.count()).select_from(PreSave).where(PreSave.release_id == release_id)
    return int(await session.scalar(query) or 0)


async def fulfil(session: Session, release: Release, *, now: datetime) -> int:
    """Let a release that has come out be liked by those who waited for it; answer how many.

    In the transaction that publishes it, so that nobody waits for what is there.
    """
    waiting = PreSave.release_id == release.id, PreSave.fulfilled_at.is_(None)
    many = await session.scalar(select(func.count()).select_from(PreSave).where(*waiting))
    if many:
        listeners = select(PreSave.listener_id).where(*waiting)
        await favour_all(session, listeners, release.id, now=now)
        done = update(PreSave).where(*waiting).values(fulfilled_at=now)
        await session.execute(done.execution_options(synchronize_session=False))
    return int(many or 0)
