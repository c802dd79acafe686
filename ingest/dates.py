"""When a release is to come out, as a clock on a wall where somebody is shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """When a release comes out, on which clock, and whether all may know of it before."""

    at: datetime
    zone: str
    is_announced: bool


def date_of(local: datetime, zone: str, *, is_announced: bool, now: datetime) -> Date:
    """Answer the instant that a clock on a wall shows; where it shows it twice, the first.

    Raises:
        Refused: `zone-unknown`, `time-skipped` or `date-past`, 422.

    """
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "zone-unknown",
            f"{zone[:64]} is no time zone, such as Europe/Berlin or UTC.",
            status=422,
        ) from None
    at = local.astimezone(there) if local.tzinfo else local.replace(tzinfo=there)
    utc = at.astimezone(ZoneInfo("UTC"))
    if local.tzinfo is None and utc.astimezone(there).replace(tzinfo=None) != local:
        raise Refused(
            "time-skipped",
            f"No clock in {zone} shows {local}: it is put forward there.",
            status=422,
        )
    if utc <= now:
        raise Refused(
            "date-past", "That time is past: publish it, or name one to come.", status=422
        )
    return Date(at=utc, zone=zone, is_announced=is_announced)
