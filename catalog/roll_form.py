"""The roll for votes as a value, as CSV and as JSON, with a digest that can be published.

One member has one vote. Numbers of members are theirs for good, so that two rolls can be compared.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

_HEAD = ("number", "account", "class", "name", "since", "shares")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """A member with a vote; `number` is theirs for good, and `shares` give none."""

    number: int
    account_id: UUID
    class_id: str
    name: str
    since: datetime
    shares: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """All members with a vote at a time, in the order of their numbers."""

    at: datetime
    voters: tuple[Voter, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each class."""
        return dict(sorted(Counter(one.class_id for one in self.voters).items()))

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of a line for each: number and class with a tab between.

        It names nobody, and can be published before a vote.
        """
        text = "".join(f"{one.number}\t{one.class_id}\n" for one in self.voters)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def as_csv(self) -> str:
        """Print it as a table (RFC 4180), a line for each after a head."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(_HEAD)
        rows.writerows(tuple(_harmless(cell) for cell in _row(one)) for one in self.voters)
        return text.getvalue()

    @property
    def as_json(self) -> str:
        """Print it for programs, with its counts and its digest."""
        document = {
            "at": _time(self.at),
            "members": len(self.voters),
            "classes": self.counts,
            "digest": self.digest,
            "roll": [dict(zip(_HEAD, _row(one), strict=True)) for one in self.voters],
        }
        return json.dumps(document, ensure_ascii=False)


def _row(one: Voter) -> tuple[int | str, ...]:
    return (
        one.number,
        str(one.account_id),
        one.class_id,
        one.name,
        _time(one.since),
        one.shares,
    )


def _harmless(cell: int | str) -> int | str:
    """Keep programs that show tables from taking a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in set("=+-@\t\r") else cell


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
