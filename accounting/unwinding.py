"""Which of what was paid for a recording can be given back: the last of it, and so on down.

So what a listener has paid and not got back is always the beginning of the list of prices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from base.errors import Refused


class ChargeKind(StrEnum):
    """What was charged."""

    PLAY = "play"
    PURCHASE = "purchase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Steps of a recording that a listener paid for in one transaction."""

    id: UUID
    kind: ChargeKind
    txn_id: int
    listener_id: UUID
    #: Whose wallet paid: the listener's, or that of a gift.
    payer_id: UUID
    #: Who owns the track.
    payee_id: UUID
    recording_id: UUID
    first_step: int
    last_step: int

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """Whose steps of what they are."""
        return self.listener_id, self.recording_id


def unwound(
    charges: Iterable[Charge], plays: Mapping[tuple[UUID, UUID], int]
) -> dict[tuple[UUID, UUID], int]:
    """Answer how many steps stay paid when charges are given back, of the `plays` there are.

    Raises:
        Refused: `later-plays-first`, 409: something was paid for later that is to stay.

    """
    by_pair: dict[tuple[UUID, UUID], list[Charge]] = defaultdict(list)
    for one in charges:
        by_pair[one.pair].append(one)
    return {pair: _down(some, plays.get(pair, 0)) for pair, some in by_pair.items()}


def _down(charges: list[Charge], plays: int) -> int:
    for one in sorted(charges, key=lambda one: -one.last_step):
        if one.last_step != plays:
            raise Refused(
                "later-plays-first",
                f"Step {one.last_step} was paid for before step {plays}: what was paid for later "
                "is given back first.",
                status=409,
            )
        plays = one.first_step - 1
    return plays
