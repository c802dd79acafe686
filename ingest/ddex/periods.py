"""When a deal holds. A day is one of the calendar where it holds; an instant is one everywhere.

What holds from a day on holds in a wide country when that day has begun in all of it, and ends when
its last day has ended anywhere in it, as nothing is to be had a minute too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from base.local_days import EVER, begins_everywhere, ends_somewhere
from ingest.ddex.canonical import Period


def begins_at(period: Period, zones: Sequence[ZoneInfo] = ()) -> datetime | None:
    """Answer from which instant a period holds in a place of some time zones; None: from none.

    A period that does not say when it starts never does: it is not known when, and DDEX has made it
    say so from 4.2 on.
    """
    starts = period.starts
    if starts is None or isinstance(starts, datetime):
        return starts
    return begins_everywhere(starts, zones)


def ends_at(period: Period, zones: Sequence[ZoneInfo] = ()) -> datetime:
    """Answer from which instant on a period holds no more; its last day belongs to it."""
    ends = period.ends
    if ends is None:
        return EVER
    return ends if isinstance(ends, datetime) else ends_somewhere(ends, zones)


def is_backwards(period: Period) -> bool:
    """Answer whether it ends before it starts."""
    starts = begins_at(period, (ZoneInfo("UTC"),))
    return starts is not None and ends_at(period, (ZoneInfo("UTC"),)) <= starts
