"""What is booked at the end of each month, before it is closed."""

from __future__ import annotations

from datetime import datetime

from accounting.advances import recoup
from accounting.months import Span
from accounting.waiting import release_waiting
from base.database import Session


async def settle_month(session: Session, month: Span, at: datetime) -> None:
    """Release shares that were accepted, and recoup advances; again, it books nothing.

    What came after the month, though it is known by now, waits for the next one.
    """
    await release_waiting(session, now=at, before=month.ends_at)
    await recoup(
        session, period=month.name, starts_at=month.starts_at, ends_at=month.ends_at, now=at
    )
