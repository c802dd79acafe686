"""How far plays were counted."""

from __future__ import annotations

from datetime import datetime

from base.database import Session
from catalog.models.charts import RollupMark

#: Not "plays": versions before this one note by that name, and count less.
_PLAYS, _EARNINGS = "plays by way", "earnings"


async def counted_until(session: Session) -> datetime | None:
    """Answer by when all that was settled is counted; None before anything ever was."""
    mark = await session.get(RollupMark, _PLAYS, populate_existing=True)
    return None if mark is None else mark.at


async def note_counted(session: Session, at: datetime) -> None:
    """Write down by when all is counted."""
    await session.merge(RollupMark(name=_PLAYS, at=at))


async def position_of_earnings(session: Session) -> int:
    """Answer up to which place of the chain of the books earnings are counted."""
    mark = await session.get(RollupMark, _EARNINGS, populate_existing=True)
    return 0 if mark is None else mark.position or 0


async def note_position_of_earnings(session: Session, position: int, *, now: datetime) -> None:
    """Write down up to which place earnings are counted."""
    await session.merge(RollupMark(name=_EARNINGS, at=now, position=position))
