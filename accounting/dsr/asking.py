"""Asking for a report by hand: no month is told that is not closed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from accounting.dsr.using import closed_month
from base.database import Session
from catalog import sales_reports
from catalog.callers import Caller
from catalog.models.sales_reports import SalesReport


async def ask_anew(
    session: Session, recipient_id: UUID, month: date, by: Caller, *, now: datetime
) -> SalesReport:
    """Ask for a closed month, as `catalog.sales_reports.ask_anew`.

    Raises:
        Refused: `period-not-closed`, 409; `report-recipient-unknown`, 404; `report-still-due`, 409.

    """
    await closed_month(session, f"{month:%Y-%m}")
    return await sales_reports.ask_anew(session, recipient_id, month, by, now=now)
