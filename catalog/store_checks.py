"""What checks of the store have found: written down, and asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from base.database import Session
from base.errors import Refused
from catalog.keysets import behind
from catalog.models.checks import StoreCheck

#: Of each kind, how many objects, and how many bytes.
Sizes = dict[str, tuple[int, int]]
#: A row holds no more of them; it counts all.
MOST_FLAWS = 500


async def note_check(session: Session, check: StoreCheck) -> None:
    """Write down what a check found."""
    session.add(check)
    await session.flush()


async def latest_check(session: Session) -> StoreCheck | None:
    """Answer what the last check found, if there was one."""
    query = select(StoreCheck).order_by(StoreCheck.ended_at.desc()).limit(1)
    return (await session.scalars(query)).first()


async def checks_before(
    session: Session, place: tuple[datetime, UUID] | None, *, limit: int
) -> list[StoreCheck]:
    """Answer checks, the latest first, from behind a place."""
    order = (StoreCheck.ended_at, StoreCheck.id)
    query = select(StoreCheck).where(behind(order, place, descending=True))
    newest = query.order_by(*(one.desc() for one in order)).limit(limit)
    return list(await session.scalars(newest))


async def check_of(session: Session, check_id: UUID) -> StoreCheck:
    """Answer what a check found.

    Raises:
        Refused: `check-unknown`, 404.

    """
    found = await session.get(StoreCheck, check_id)
    if found is None:
        raise Refused("check-unknown", "There is no such check, or no more.", status=404)
    return found


async def sizes_since(session: Session, since: datetime) -> list[tuple[datetime, Sizes]]:
    """Answer how much the store held as each check counted it, the earliest first.

    By kind, the number of objects and of their bytes. Of those before `since` the last is told.
    """
    columns = StoreCheck.ended_at, StoreCheck.kinds
    counted = select(*columns).where(StoreCheck.kinds.is_not(None))
    before = counted.where(StoreCheck.ended_at < since).order_by(StoreCheck.ended_at.desc())
    later = counted.where(StoreCheck.ended_at >= since).order_by(StoreCheck.ended_at)
    rows = [
        *(await session.execute(before.limit(1))).all(),
        *(await session.execute(later)).all(),
    ]
    return [(at, {kind: (n, size) for kind, (n, size) in (of or {}).items()}) for at, of in rows]


async def forget_checks(session: Session, *, before: datetime) -> None:
    """Forget what was found so long ago."""
    await session.execute(delete(StoreCheck).where(StoreCheck.ended_at < before))
