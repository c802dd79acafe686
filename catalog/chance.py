"""Some rows by chance: those behind a number of chance, as their own numbers are of chance, too."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session


async def some_of(
    session: Session, query: Select[UUID], number: InstrumentedAttribute[UUID], *, limit: int
) -> list[UUID]:
    """Answer so many numbers of a question, from one of chance on and then from the first."""
    start = uuid4()
    ordered = query.order_by(number).limit(limit)
    found = list(await session.scalars(ordered.where(number >= start)))
    if len(found) < limit:
        before = ordered.where(number < start).limit(limit - len(found))
        found += await session.scalars(before)
    return found
