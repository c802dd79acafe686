"""What a profile is: which records it has, in which order, and how rows add up to summaries.

A record is a row of cells of one type. Some profiles have their rows in blocks, one for each
release or track; those whose name ends in SRB say all of a sale in one record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from accounting.dsr.cells import Cell, CellKind, Value, micros_of
from base.errors import Broken

#: Sums by name: counts as they are, amounts in micro-units.
Figures = Mapping[str, int]

#: Versions of Part 1 (architecture), Part 2 (allowed values) and Part 8 (records).
MESSAGE_VERSION = "dsrf/1.1.2/1.6/1.0"
DPID = re.compile(r"PADPIDA[a-zA-Z0-9]+", re.ASCII)
NAMESPACED = re.compile(r"[^:]+::.+", re.DOTALL)
BLOCK_ID = "BlockId"
SUMMARY_ID = "SummaryRecordId"


@dataclass(frozen=True)
class Shape:
    """A type of record, by what stands in its first cell, and the cells that follow it."""

    kind: str
    cells: tuple[Cell, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """How its cells are called."""
        return frozenset(one.name for one in self.cells)

    def line(self, values: Mapping[str, Value]) -> str:
        """Answer the line of a record; a cell that is given nothing is empty, and is there.

        Raises:
            Broken: `dsr-cell`: there is no such cell, or it may not hold that.

        """
        if strange := values.keys() - self.names:
            raise Broken("dsr-cell", f"{self.kind} has no cell {min(strange)}.")
        cells = [one.printed(values.get(one.name)) for one in self.cells]
        return "\t".join([self.kind, *cells])

    def record(self, cells: list[list[str]]) -> tuple[Record, list[str]]:
        """Read the cells of a line, the first of them too; and say what is wrong with them."""
        texts, flaws = {}, []
        for one, values in zip(self.cells, cells[1:], strict=False):
            texts[one.name] = values
            if (values or one.needed) and (wrong := one.flaw_of(values)):
                flaws.append(f"{one.name}: {wrong}")
        if len(cells) != len(self.cells) + 1:
            flaws.append(f"There are {len(cells)} cells, and not {len(self.cells) + 1}.")
        return Record(shape=self, texts=texts), flaws


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read."""

    shape: Shape
    texts: Mapping[str, list[str]]

    def text(self, name: str) -> str:
        """Answer the one value of a cell, or nothing where it is empty or not there."""
        values = self.texts.get(name)
        return values[0] if values else ""

    def whole(self, name: str) -> int:
        """Answer a whole number; an empty cell is none.

        Raises:
            ValueError: it is no whole number.

        """
        return int(self.text(name) or "0")

    def micros(self, name: str) -> int:
        """Answer a decimal number in micro-units; an empty cell is none.

        Raises:
            ValueError: it is none, or has more places.

        """
        return micros_of(self.text(name) or "0")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A profile in one version, and how what it tells is checked.

    `orders` are the types of the rows by when they may come in a block; a type that is in
    `heads` begins a block. `told` answers what a summary says its rows come to, and `adds` what a
    row adds to the summary that it names; rows that add nothing are not in it.
    """

    name: str
    version: str
    head: Shape
    summaries: tuple[Shape, ...]
    rows: tuple[Shape, ...]
    foot: Shape
    has_blocks: bool
    told: Callable[[Record], Figures]
    adds: Callable[[Record], Figures | None]
    orders: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """All types of records, by what stands in their first cell."""
        return {one.kind: one for one in (self.head, *self.summaries, *self.rows, self.foot)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a report says of itself; `until` is its last day. Of no recipient, it is for several."""

    message_id: str
    created_at: datetime
    since: date
    until: date
    sender_id: str
    sender: str
    service: str = ""
    recipient_id: str = ""
    recipient: str = ""
    repertoires: tuple[str, ...] = ()

    def line(self, profile: Profile, *, number: int, files: int) -> str:
        """Answer the first line of one of the files."""
        return profile.head.line(
            {
                "MessageVersion": MESSAGE_VERSION,
                "Profile": profile.name,
                "ProfileVersion": profile.version,
                "MessageId": self.message_id,
                "MessageCreatedDateTime": self.created_at,
                "FileNumber": number,
                "NumberOfFiles": files,
                "UsageStartDate": self.since,
                "UsageEndDate": self.until,
                "SenderPartyId": self.sender_id,
                "SenderName": self.sender,
                "ServiceDescription": self.service or None,
                "RecipientPartyId": self.recipient_id or None,
                "RecipientName": self.recipient or None,
                "RepresentedRepertoire": self.repertoires,
            }
        )


HEAD = Shape(
    "HEAD",
    (
        Cell(name="MessageVersion", needed=True, form=re.compile(r"dsrf/.*")),
        Cell(name="Profile", needed=True),
        Cell(name="ProfileVersion", needed=True),
        Cell(name="MessageId", needed=True),
        Cell(name="MessageCreatedDateTime", kind=CellKind.INSTANT, needed=True),
        Cell(name="FileNumber", kind=CellKind.WHOLE, needed=True),
        Cell(name="NumberOfFiles", kind=CellKind.WHOLE, needed=True),
        Cell(name="UsageStartDate", kind=CellKind.DAY, needed=True),
        Cell(name="UsageEndDate", kind=CellKind.DAY, needed=True),
        Cell(name="SenderPartyId", needed=True, form=DPID),
        Cell(name="SenderName", needed=True),
        Cell(name="ServiceDescription", form=re.compile(r"[^ _]+")),
        Cell(name="RecipientPartyId", form=DPID),
        Cell(name="RecipientName"),
        Cell(name="RepresentedRepertoire", many=True),
    ),
)
#: The last line of a file with blocks.
FOOT = Shape(
    "FOOT",
    (
        Cell(name="NumberOfLinesInFile", kind=CellKind.WHOLE, needed=True),
        Cell(name="NumberOfLinesInReport", kind=CellKind.WHOLE),
        Cell(name="NumberOfSummaryRecords", kind=CellKind.WHOLE, needed=True),
        Cell(name="NumberOfBlocksInFile", kind=CellKind.WHOLE, needed=True),
        Cell(name="NumberOfBlocksInReport", kind=CellKind.WHOLE),
    ),
)
#: The last line of a file whose records say all of a sale.
SRFO = Shape(
    "SRFO",
    (
        Cell(name="NumberOfLinesInReport", kind=CellKind.WHOLE, needed=True),
        Cell(name="NumberOfSummaryRecords", kind=CellKind.WHOLE, needed=True),
    ),
)
