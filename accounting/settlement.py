"""What qualified sessions come to, one after the other, when all is known that they meet.

A batch comes to what its sessions come to one at a time, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounting.pricing import PLAYS_TO_OWN, price_of_next_play
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, next_state

#: Wallets count millionths of a credit, prices thousandths.
MICROS_PER_MILLICREDIT = 1_000

#: A listener and a recording.
Pair = tuple[UUID, UUID]


class PlayKind(StrEnum):
    """Why a play cost what it did."""

    PAID = "paid"
    OWNED = "owned"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A qualified session."""

    session_id: UUID
    listener_id: UUID
    recording_id: UUID
    track_id: UUID
    payee_id: UUID
    occurred_at: datetime

    @property
    def pair(self) -> Pair:
        """Whose plays of what it counts among."""
        return self.listener_id, self.recording_id

    @property
    def is_own(self) -> bool:
        """Whether artists hear themselves, which counts for nothing."""
        return self.listener_id == self.payee_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often a listener has paid for a recording, and whether it is theirs."""

    plays: int
    is_owned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a session came to."""

    due: Due
    state: PlayState
    reason: str
    kind: PlayKind
    step: int = 0
    price_millicredits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What sessions came to, and the counters and wallets after them."""

    settlements: tuple[Settlement, ...]
    counts: Mapping[Pair, Count]
    balances: Mapping[UUID, int]


def settle_all(
    dues: Iterable[Due], *, counts: Mapping[Pair, Count], balances: Mapping[UUID, int]
) -> Outcome:
    """Settle sessions in their order; who is in neither mapping has paid nothing and has nothing.

    Balances are in millionths of a credit.
    """
    counts, balances = dict(counts), dict(balances)
    settlements = []
    for due in dues:
        count = counts.get(due.pair, Count(plays=0, is_owned=False))
        balance = balances.get(due.listener_id, 0)
        settled = _settled(due, count, balance_micros=balance)
        settlements.append(settled)
        if settled.step:
            is_owned = settled.step == PLAYS_TO_OWN
            counts[due.pair] = Count(plays=settled.step, is_owned=is_owned)
        if settled.price_millicredits:
            price = settled.price_millicredits * MICROS_PER_MILLICREDIT
            balances[due.listener_id] = balance - price
    return Outcome(settlements=tuple(settlements), counts=counts, balances=balances)


def _settled(due: Due, count: Count, *, balance_micros: int) -> Settlement:
    kind = _kind(due, count)
    price = price_of_next_play(count.plays) if kind is PlayKind.PAID else 0
    if price * MICROS_PER_MILLICREDIT > balance_micros:
        state = next_state(PLAY_MOVES, PlayState.QUALIFIED, PlayEvent.REJECT)
        return Settlement(due=due, state=state, reason="rejected:insufficient-credit", kind=kind)
    return Settlement(
        due=due,
        state=next_state(PLAY_MOVES, PlayState.QUALIFIED, PlayEvent.SETTLE),
        reason="qualified",
        kind=kind,
        step=count.plays + 1 if kind is PlayKind.PAID else 0,
        price_millicredits=price,
    )


def _kind(due: Due, count: Count) -> PlayKind:
    if due.is_own:
        return PlayKind.OWN
    return PlayKind.OWNED if count.is_owned else PlayKind.PAID
