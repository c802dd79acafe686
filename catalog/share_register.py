"""The register of shares as values: lines that only follow one another, and who holds what by them.

Each share has a number, from 1 on in the order in which they were issued; the number of a share
that was redeemed is not given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from base.errors import Broken, Refused


class ShareKind(StrEnum):
    """What happened to shares."""

    ISSUE = "issue"
    TRANSFER = "transfer"
    REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What happened to the shares from `first` to `last`; `value` is that of one."""

    kind: ShareKind
    first: int
    last: int
    from_id: UUID | None
    to_id: UUID | None
    value: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Shares with consecutive numbers that one holds since a time, all of one value."""

    first: int
    last: int
    holder: UUID
    value: int
    currency: str
    since: datetime

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    @property
    def worth(self) -> int:
        """What they come to, in micro-units."""
        return self.count * self.value


def holdings(lines: Iterable[Line], *, of: UUID | None = None) -> list[Block]:
    """Answer who holds which shares after all that happened, in the order of their numbers.

    Of one holder, the lines that name them suffice.

    Raises:
        Broken: `register-inconsistent`: a line moves shares that nobody, or another, held.

    """
    held: list[Block] = []
    for line in lines:
        if line.from_id is not None and of in {None, line.from_id}:
            held = _taken(held, line)
        if line.to_id is not None and of in {None, line.to_id}:
            held.append(
                Block(
                    first=line.first,
                    last=line.last,
                    holder=line.to_id,
                    value=line.value,
                    currency=line.currency,
                    since=line.at,
                )
            )
    return sorted(held, key=lambda one: one.first)


def _taken(held: Sequence[Block], line: Line) -> list[Block]:
    left: list[Block] = []
    missing = line.last - line.first + 1
    for block in held:
        low, high = max(block.first, line.first), min(block.last, line.last)
        if low > high or block.holder != line.from_id:
            left.append(block)
            continue
        missing -= high - low + 1
        if block.first < low:
            left.append(replace(block, last=low - 1))
        if high < block.last:
            left.append(replace(block, first=high + 1))
    if missing:
        raise Broken(
            "register-inconsistent",
            f"Shares {line.first} to {line.last} were not held by who gave them away.",
        )
    return left


def first_of(blocks: Iterable[Block], count: int) -> list[Block]:
    """Answer the `count` shares with the lowest numbers.

    Raises:
        Refused: `too-few-shares`, 409.

    """
    taken: list[Block] = []
    for block in sorted(blocks, key=lambda one: one.first):
        part = min(block.count, count - sum(one.count for one in taken))
        if part > 0:
            taken.append(replace(block, last=block.first + part - 1))
    if sum(one.count for one in taken) < count:
        raise Refused("too-few-shares", "The member does not hold as many shares.", status=409)
    return taken
