"""Times and money as these pages tell them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

_MICROS = 1_000_000


def day_of(at: datetime | date | None) -> str | None:
    """Answer a day in words; nothing for none."""
    return None if at is None else f"{at.day} {at:%B %Y}"


def moment_of(at: datetime | None) -> str | None:
    """Answer a day and the time, to the minute; nothing for none."""
    return None if at is None else f"{at.day} {at:%B %Y, %H:%M} UTC"


def money_of(micros: int, currency: str) -> str:
    """Answer an amount with two decimals, more where it has them."""
    amount = Decimal(micros) / _MICROS
    exact = amount.quantize(Decimal("0.01"))
    return f"{exact if exact == amount else amount.normalize()} {currency}"
