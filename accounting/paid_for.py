"""What a payment is for: credit, or a member's dues and shares; each is booked in its own way."""

from __future__ import annotations

from datetime import datetime

from accounting.dues_paid import receive_dues
from accounting.payments.port import Report
from accounting.receiving import receive
from base.database import Session
from catalog.models.payments import Payment
from catalog.payments import MEMBERSHIP


async def take_report(session: Session, payment: Payment, report: Report, *, now: datetime) -> None:
    """Book what is new in a provider's report of a payment, which the caller has locked.

    Raises:
        Refused: it cannot be booked yet, or not at all; the sentence says why.

    """
    take = receive_dues if payment.product == MEMBERSHIP else receive
    await take(session, payment, report, now=now)
