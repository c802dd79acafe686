"""What files of a report are called, and the empty ones that say that all of it is there.

`DSR_{recipient}_{sender}_{service}_{period}_{territory}_{x}of{y}_{created}.tsv`: no part has an
underscore or a blank in it, and one that is left out leaves two underscores beside each other
(DSR Part 1, clause 9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from base.errors import Refused

_PART = re.compile(r"[A-Za-z0-9.-]*", re.ASCII)
_PERIOD = re.compile(
    r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2}(--[0-9]{4}-[0-9]{2}-[0-9]{2})?)?|-Q[1-4]|-[0-9]{3})?",
    re.ASCII,
)
_NAME = re.compile(
    r"DSR_([^_\s]*)_([^_\s]*)_([^_\s]*)_([^_\s]*)_([^_\s]*)"
    r"_([1-9][0-9]*)of([1-9][0-9]*)_([0-9]{8}T[0-9]{6})\.tsv(\.gz)?",
    re.ASCII,
)
_CREATED = "%Y%m%dT%H%M%S"
_MOST_LETTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """The name of one file of a report, by its parts; `number` counts from 1."""

    recipient: str
    sender: str
    service: str
    #: As in `2026-10`, `2026-Q4` or `2026-10-05--2026-10-11`.
    period: str
    #: A country, `multi` for several, or nothing.
    territory: str
    created_at: datetime
    number: int = 1
    files: int = 1
    is_packed: bool = False

    def __post_init__(self) -> None:
        """Refuse what would be another name than is meant.

        Raises:
            Refused: `dsr-name`: a part holds what no name of a file may, or the numbers are wrong.

        """
        parts = (self.recipient, self.sender, self.service, self.territory)
        if not all(_PART.fullmatch(one) and len(one) <= _MOST_LETTERS for one in parts):
            raise Refused(
                "dsr-name",
                "A part of the name of a report is made of at most 60 letters, digits, hyphens and "
                "points.",
            )
        if not (_PERIOD.fullmatch(self.period) and 1 <= self.number <= self.files):
            raise Refused("dsr-name", "A report is of a period, and its files are counted from 1.")

    def __str__(self) -> str:
        """Answer it."""
        number = f"{self.number}of{self.files}"
        return self._of(f"_{number}", ".tsv.gz" if self.is_packed else ".tsv")

    @property
    def semaphore(self) -> str:
        """What the empty file is called that comes after all the files of the report."""
        return self._of("", ".ctrl")

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a name.

        Raises:
            Refused: `dsr-name`: it is not of the form.

        """
        found = _NAME.fullmatch(name)
        try:
            told = datetime.strptime(f"{found[8]}+0000", "%Y%m%dT%H%M%S%z") if found else None
        except ValueError:
            told = None
        if found is None or told is None:
            raise Refused(
                "dsr-name",
                "A file of a report is called as in "
                "DSR_Recipient_Sender_Service_2026-10_DE_1of1_20261103T080000.tsv.",
            )
        return cls(
            recipient=found[1],
            sender=found[2],
            service=found[3],
            period=found[4],
            territory=found[5],
            number=int(found[6]),
            files=int(found[7]),
            created_at=told,
            is_packed=found[9] is not None,
        )

    def _of(self, number: str, suffix: str) -> str:
        parts = (self.recipient, self.sender, self.service, self.period, self.territory)
        created = self.created_at.astimezone(UTC).strftime(_CREATED)
        return f"DSR_{'_'.join(parts)}{number}_{created}{suffix}"
