"""Exchange rates of the books: imported, dated, and never another for the same day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounting.ecb import Rate, read_rates
from base.database import Session
from catalog.models.payments import ExchangeRate
from catalog.payments import add_rate, exchange_rate

#: The European Central Bank publishes none at weekends and Easter.
_OLDEST = timedelta(days=7)


async def import_rates(session: Session, text: str, *, now: datetime) -> int:
    """Write down all rates of a file; answer how many are new.

    Raises:
        Refused: `rates-unreadable`, 422; `exchange-rate-differs`, 409.

    """
    new = 0
    for rate in read_rates(text):
        row = ExchangeRate(
            currency=rate.currency,
            day=rate.day,
            micros=rate.micros,
            source=rate.source,
            imported_at=now,
        )
        new += await add_rate(session, row)
    return new


async def rate_of(session: Session, currency: str, day: date) -> Rate:
    """Answer what one euro was on a day, or on the last one before it that had a rate.

    Raises:
        Refused: `exchange-rate-missing`, 409: there was none for a week.

    """
    found = await exchange_rate(session, currency, after=day - _OLDEST, by=day)
    return Rate(currency=found.currency, day=found.day, micros=found.micros, source=found.source)
