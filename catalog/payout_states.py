"""What may become of payout runs and of payouts; `catalog.states` says how a table is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RunState(StrEnum):
    """Where a payout run stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    EXPORTED = "exported"
    CANCELLED = "cancelled"


class RunEvent(StrEnum):
    """What can happen to a payout run."""

    APPROVE = "approve"
    EXPORT = "export"
    CANCEL = "cancel"


RUN_MOVES: Mapping[tuple[RunState, RunEvent], RunState] = {
    (RunState.DRAFT, RunEvent.APPROVE): RunState.APPROVED,
    (RunState.DRAFT, RunEvent.CANCEL): RunState.CANCELLED,
    # Nobody has sent it to the bank yet.
    (RunState.APPROVED, RunEvent.CANCEL): RunState.CANCELLED,
    (RunState.APPROVED, RunEvent.EXPORT): RunState.EXPORTED,
}


class PayoutState(StrEnum):
    """Where the money for one payee is."""

    PLANNED = "planned"
    BOOKED = "booked"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PayoutEvent(StrEnum):
    """What can happen to a payout."""

    BOOK = "book"
    SETTLE = "settle"
    RETURN = "return"
    CANCEL = "cancel"


PAYOUT_MOVES: Mapping[tuple[PayoutState, PayoutEvent], PayoutState] = {
    (PayoutState.PLANNED, PayoutEvent.BOOK): PayoutState.BOOKED,
    (PayoutState.PLANNED, PayoutEvent.CANCEL): PayoutState.CANCELLED,
    (PayoutState.BOOKED, PayoutEvent.CANCEL): PayoutState.CANCELLED,
    (PayoutState.BOOKED, PayoutEvent.SETTLE): PayoutState.SETTLED,
    # The bank did not even send it.
    (PayoutState.BOOKED, PayoutEvent.RETURN): PayoutState.RETURNED,
    # It had left the account, and came back days later.
    (PayoutState.SETTLED, PayoutEvent.RETURN): PayoutState.RETURNED,
}
