"""How often a device may ask whether somebody let it in (RFC 8628, 3.5)."""

from __future__ import annotations

from datetime import datetime, timedelta

INTERVAL_S = 5
_MORE_S, _MOST_S = 5, 60
#: What a device's clock and the way to us make of five seconds.
_LEEWAY = timedelta(seconds=0.5)


def is_too_soon(*, polled_at: datetime | None, interval_s: int, now: datetime) -> bool:
    """Tell whether a device asks again before it should."""
    return polled_at is not None and now - polled_at < timedelta(seconds=interval_s) - _LEEWAY


def slower(interval_s: int) -> int:
    """Answer how long a device waits that asked too soon."""
    return min(interval_s + _MORE_S, _MOST_S)
