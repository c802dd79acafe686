"""What happened to releases: each change of state with who, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from base.database import Session
from catalog.callers import Caller
from catalog.models.publishing import PreSave, ReleaseMove
from catalog.models.releases import Release
from catalog.releases import move_release
from catalog.states import ReleaseEvent


async def move_with_note(  # noqa: PLR0913 - who, what, why, when
    session: Session,
    release: Release,
    event: ReleaseEvent,
    *,
    by: Caller | None,
    is_overseen: bool = False,
    note: str | None = None,
    tracks: Sequence[UUID] = (),
    now: datetime,
) -> ReleaseMove:
    """Change the state of a release as the table allows, and write down who did and why.

    Nobody did where it was time. The caller holds the release's lock.

    Raises:
        Broken: the table does not allow it.

    """
    move_release(release, event, now=now)
    release.reason = note
    last = select(func.max(ReleaseMove.number)).where(ReleaseMove.release_id == release.id)
    row = ReleaseMove(
        release_id=release.id,
        number=(await session.scalar(last) or 0) + 1,
        event=event,
        state=release.state,
        by=by.person_id if by else None,
        is_overseen=is_overseen,
        note=note,
        tracks=[str(one) for one in tracks],
        details={},
        at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def moves_of(session: Session, release_id: UUID) -> list[ReleaseMove]:
    """Answer what happened to a release, the oldest first."""
    query = select(ReleaseMove).where(ReleaseMove.release_id == release_id)
    return list(await session.scalars(query.order_by(ReleaseMove.number).limit(1_000)))


async def last_move(session: Session, release_id: UUID, event: ReleaseEvent) -> ReleaseMove | None:
    """Answer the last time that something happened to a release, if it did."""
    query = select(ReleaseMove).where(ReleaseMove.release_id == release_id)
    query = query.where(ReleaseMove.event == event).order_by(ReleaseMove.number.desc()).limit(1)
    return (await session.scalars(query)).first()


async def forget_moves(session: Session, release_id: UUID) -> None:
    """Forget what happened to a draft, and who waited for it."""
    await session.execute(delete(ReleaseMove).where(ReleaseMove.release_id == release_id))
    await session.execute(delete(PreSave).where(PreSave.release_id == release_id))
