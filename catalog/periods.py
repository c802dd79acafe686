"""From when until when something is current: who came meanwhile keeps it.

A change is announced: it holds from a moment that is still to come when it is written. So whoever
reads the rows at the moment they came, or later, finds the same, however long the transaction of
the change took, and whichever machine's clock told the time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

#: How long before it holds a change is written.
NOTICE = timedelta(seconds=10)


class Lasting(Protocol):
    """What is current from `since` on (None: from the beginning) until it is retired."""

    @property
    def since(self) -> datetime | None:
        """When it begins to be."""

    @property
    def retired_at(self) -> datetime | None:
        """When something else takes its place."""


def covers(one: Lasting, at: datetime) -> bool:
    """Whether it is what somebody finds who comes at a time."""
    return (one.since is None or one.since <= at) and (
        one.retired_at is None or at < one.retired_at
    )


def next_change(now: datetime, *, after: datetime | None) -> datetime:
    """Answer from when on a change holds that is written now, `after` the one before."""
    return max(now + NOTICE, after or now)


def is_announced(change: datetime, *, now: datetime) -> bool:
    """Whether there is time left to write a change down before it holds."""
    return now <= change - NOTICE / 2
