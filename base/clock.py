"""Time as an argument: what decides takes a clock and never asks the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: Answers the present instant, aware and in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Ask the machine. The only place that does."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        """Refuse a naive start, which would compare with nothing."""
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware instant")
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """Answer the instant it stands at."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward; a clock never goes back."""
        if by < timedelta(0):
            raise ValueError("a clock never goes back")
        self._now += by
