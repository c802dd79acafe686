"""How far plays were counted."""

from __future__ import annotations

from datetime import datetime

from base.database import Session
from catalog.models.charts import RollupMark

_PLAYS = "plays"


async def counted_until(session: Session) -> datetime | None:
    """Answer by when all that was settled is counted; None before anything ever was."""
    mark = await session.get(RollupMark, _PLAYS, populate_existing=True)
    return None if mark is None else mark.at


async def note_counted(session: Session, at: datetime) -> None:
    """Write down by when all is counted."""
    await session.merge(RollupMark(name=_PLAYS, at=at))
