"""What reconciliations have found: written down, and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from accounting.reconciliation import Compared, counted
from base.database import Session
from catalog.models.reconciling import Reconciliation

#: A row tells no more of them; it counts all.
_MOST = 500


async def note_reconciliation(
    session: Session, found: Sequence[Compared], *, started_at: datetime, now: datetime
) -> Reconciliation:
    """Write down what was compared, and what differs."""
    differences = [difference.as_json() for one in found for difference in one.differences]
    figures: dict[str, int] = {}
    for one in found:
        figures[one.check] = figures.get(one.check, 0) + one.figures
    row = Reconciliation(
        started_at=started_at,
        ended_at=now,
        codes=counted(found),
        differences=differences[:_MOST],
        figures=figures,
    )
    session.add(row)
    await session.flush()
    return row


async def forget_reconciliations(session: Session, *, before: datetime) -> None:
    """Forget what was found so long ago."""
    await session.execute(delete(Reconciliation).where(Reconciliation.ended_at < before))
