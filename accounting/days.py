"""A stretch of days (UTC), and the one before it that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days (UTC) from `since` on, before `until`."""

    since: date
    until: date

    def before(self) -> Days:
        """Answer as many days, just before."""
        return Days(since=self.since - (self.until - self.since), until=self.since)

    def each(self) -> list[date]:
        """Answer every one of them."""
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days)]
