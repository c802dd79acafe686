"""What is on its way out of the interface: since when, until when, and what comes instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

#: How long something goes on after it was said to leave, at least.
SHORTEST = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """An operation that is to be called no more; `instead` is where to read what to do."""

    since: datetime
    until: datetime
    instead: str

    def headers(self) -> dict[str, str]:
        """Say it in the head of each answer (RFC 9745, RFC 8594)."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.until, usegmt=True),
            "Link": f'<{self.instead}>; rel="deprecation"; type="text/html"',
        }
