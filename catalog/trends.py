"""The heat of recordings, written again when somebody heard them; see catalog.heat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from base.bulk import among, in_parts, insert_many
from base.database import Session
from catalog.heat import heat_of
from catalog.models.base import table_of
from catalog.models.charts import DayOfPlays, Trend

_DAYS, _TRENDS = table_of(DayOfPlays), table_of(Trend)


async def warm(session: Session, recordings: Iterable[UUID]) -> None:
    """Write how hot recordings are whose days were counted anew."""
    for some in in_parts(sorted(set(recordings))):
        await session.execute(delete(_TRENDS).where(among(session, _TRENDS.c.recording_id, some)))
        days = select(_DAYS.c.recording_id, _DAYS.c.day, _DAYS.c.listeners)
        found: dict[UUID, dict[date, int]] = defaultdict(dict)
        for recording, day, number in await session.execute(
            days.where(among(session, _DAYS.c.recording_id, some))
        ):
            found[recording][day] = number
        rows = [(one, heat) for one, of in found.items() if (heat := heat_of(of)) is not None]
        await insert_many(session, _TRENDS, ("recording_id", "heat"), sorted(rows))


async def warm_all(session: Session, *, at_once: int = 2_000) -> None:
    """Write how hot all recordings are that were ever heard, some at a time."""
    await session.execute(delete(_TRENDS))
    last = UUID(int=0)
    while True:
        query = select(_DAYS.c.recording_id).distinct().where(_DAYS.c.recording_id > last)
        some = list(await session.scalars(query.order_by(_DAYS.c.recording_id).limit(at_once)))
        if not some:
            return
        await warm(session, some)
        last = some[-1]
