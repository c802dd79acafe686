"""What of a month's earnings goes back on advances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounting.splits import WHOLE_PPM


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An advance: what is left of it, and what was earned in a time of that which pays it back.

    At most `ppm` millionths of what was earned go back on it, of which some are `taken` already.
    """

    advance_id: UUID
    left: int
    earned: int
    ppm: int
    taken: int = 0


def recouped(advances: Iterable[Owed], *, payable: int) -> dict[UUID, int]:
    """Answer how much goes back on each advance, the first ones first; never more than there is."""
    taken: dict[UUID, int] = {}
    for one in advances:
        amount = min(one.left, one.earned * one.ppm // WHOLE_PPM - one.taken, payable)
        if amount > 0:
            taken[one.advance_id] = amount
            payable -= amount
    return taken
