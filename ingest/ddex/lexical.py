"""Values as XML Schema writes them: days, instants, durations, truth."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

#: A fraction of any length (some senders write seven digits), and an offset or none.
_DATETIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_DURATION = re.compile(
    r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?)?", re.ASCII
)
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_MICROS = 6


def instant_of(text: str) -> tuple[datetime, bool] | None:
    """Read an instant (`xs:dateTime`); answer whether it said its offset. Without, it is UTC."""
    found = _DATETIME.fullmatch(text)
    if found is None:
        return None
    day, time, fraction, offset = found.groups()
    micros = (fraction or "0").ljust(_MICROS, "0")[:_MICROS]
    try:
        at = datetime.fromisoformat(f"{day}T{time}.{micros}{offset or '+00:00'}")
        return at.astimezone(UTC), offset is not None
    except (ValueError, OverflowError):
        return None


def day_of(text: str) -> date | None:
    """Read a day (`xs:date`); it is one of a calendar on the wall, whatever offset it has."""
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def seconds_of(text: str) -> Fraction | None:
    """Read a duration (`xs:duration`) of days and less, exactly; `PT3M31.5S` is 423/2."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def truth_of(text: str) -> bool:
    """Read a truth (`xs:boolean`)."""
    return text in {"true", "1"}


def amount_of(text: str) -> Decimal | None:
    """Read an amount of money, which is never less than nothing."""
    try:
        return Decimal(text) if _AMOUNT.fullmatch(text) else None
    except InvalidOperation:
        return None


def number_of(text: str) -> int | None:
    """Read a number in a sequence, of five digits at most: no list here is longer."""
    return int(text) if _NUMBER.fullmatch(text) else None
