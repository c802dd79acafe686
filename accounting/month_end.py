"""What is booked at the end of each month, before it is closed."""

from __future__ import annotations

from datetime import datetime

from accounting.months import Month
from base.database import Session


async def settle_month(session: Session, month: Month, at: datetime) -> None:
    """Book what is due at the end of a month into it; again, it books nothing."""
    del session, month, at
