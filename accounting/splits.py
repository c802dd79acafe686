"""Whom income goes to: sheets of shares, which of them holds when, and an exact division.

A sheet divides what the artists of a recording earn; a label's contract takes its part before.
A share that its payee has not accepted waits in suspense, and one of nobody known is unclaimed.
What is agreed, and by whom, accounting.consent knows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from accounting.ledger import Account, AccountKind
from base.money import allocate
from base.units import Micros

#: The whole, in millionths.
WHOLE_PPM = 1_000_000
#: What waits until somebody shows that it is theirs.
UNCLAIMED = Account(AccountKind.SUSPENSE, "unclaimed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a payee gets of a whole, in millionths; no payee is somebody who is not known."""

    payee_id: UUID | None
    ppm: int
    is_accepted: bool = False

    @property
    def account(self) -> Account:
        """Where it is booked."""
        if self.payee_id is None:
            return UNCLAIMED
        return payable_to(self.payee_id) if self.is_accepted else suspense_of(self.payee_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Shares of one whole, from an instant on; of two from the same the higher number holds."""

    id: UUID
    number: int
    starts_at: datetime
    shares: tuple[Share, ...]

    def holds(self, at: datetime) -> bool:
        """Whether it has begun."""
        return self.starts_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A label's part of what artists earn, in millionths, taken before it is divided."""

    id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime | None = None
    label_id: UUID
    ppm: int

    def holds(self, at: datetime) -> bool:
        """Whether it has begun, and has not ended."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Accounts and the weights by which they share, ready to divide with.

    Weights are millionths, or millionths of millionths under a contract. `facts` name the sheet
    and the contract, for the transactions that come of it.
    """

    shares: tuple[tuple[Account, int], ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    def divide(self, amount: int) -> Sequence[tuple[Account, int]]:
        """Divide what is not negative: the parts sum to it, and none is nothing."""
        if len(self.shares) == 1:
            return [(self.shares[0][0], amount)] if amount else []
        parts = allocate(Micros(amount), [weight for _, weight in self.shares])
        return [
            (account, part) for (account, _), part in zip(self.shares, parts, strict=True) if part
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """How a recording is shared over time: the first until the first of `starts`, and so on."""

    starts: tuple[datetime, ...]
    sharings: tuple[Sharing, ...]

    def at(self, occurred_at: datetime) -> Sharing:
        """Answer how what is earned at an instant is shared."""
        return self.sharings[bisect_right(self.starts, occurred_at)]

    def holders(self, since: datetime) -> set[UUID]:
        """Answer who gets something, and has accepted it, at any time from an instant on."""
        return {
            UUID(account.of)
            for sharing in self.sharings[bisect_right(self.starts, since) :]
            for account, _ in sharing.shares
            if account.kind is AccountKind.PAYABLE
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """All that was ever agreed for a recording, or for all of an owner's that have no other."""

    sheets: tuple[Sheet, ...] = ()
    contracts: tuple[Contract, ...] = ()


_Held = TypeVar("_Held", Sheet, Contract)
NOTHING_AGREED = Agreed()


def timeline_of(
    owner_id: UUID, *, own: Agreed = NOTHING_AGREED, general: Agreed = NOTHING_AGREED
) -> Timeline:
    """Answer how a recording is shared: by its own sheet, by its owner's, or all to its owner."""
    contracts = (*own.contracts, *general.contracts)
    changes = {sheet.starts_at for sheet in (*own.sheets, *general.sheets)}
    changes |= {one.starts_at for one in contracts}
    starts = sorted(changes | {one.ends_at for one in contracts if one.ends_at})
    first = sharing_of(owner_id, None, None)
    later = (
        sharing_of(
            owner_id,
            in_force(own.sheets, at) or in_force(general.sheets, at),
            in_force(own.contracts, at) or in_force(general.contracts, at),
        )
        for at in starts
    )
    return Timeline(starts=tuple(starts), sharings=(first, *later))


def in_force(agreed: Sequence[_Held], at: datetime) -> _Held | None:
    """Answer which one holds at an instant: of those that do the one that began last."""
    held = [one for one in agreed if one.holds(at)]
    return max(held, key=lambda one: (one.starts_at, one.number), default=None)


def sharing_of(owner_id: UUID, sheet: Sheet | None, contract: Contract | None) -> Sharing:
    """Make a sheet and a contract one: what is left by the label is divided by the sheet."""
    shares = [(one, one.ppm) for one in (sheet.shares if sheet else (all_of_it(owner_id),))]
    facts = {"sheet": str(sheet.id)} if sheet else {}
    if contract is not None:
        left = WHOLE_PPM - contract.ppm
        shares = [(one, weight * left) for one, weight in shares]
        label = Share(payee_id=contract.label_id, ppm=contract.ppm, is_accepted=True)
        shares.append((label, contract.ppm * WHOLE_PPM))
        facts["contract"] = str(contract.id)
    return Sharing(shares=_compiled(shares), facts=facts)


def all_of_it(payee_id: UUID) -> Share:
    """Answer the share of an owner where nothing is agreed on."""
    return Share(payee_id=payee_id, ppm=WHOLE_PPM, is_accepted=True)


def suspense_of(payee_id: UUID) -> Account:
    """Answer where a payee's shares wait until they are accepted."""
    return Account(AccountKind.SUSPENSE, str(payee_id))


def payable_to(payee_id: UUID) -> Account:
    """Answer where what a payee is owed is booked."""
    return Account(AccountKind.PAYABLE, str(payee_id))


def _compiled(shares: Sequence[tuple[Share, int]]) -> tuple[tuple[Account, int], ...]:
    """Join the shares of one account, in the order of payees: so nothing else decides a tie."""
    weights: dict[Account, int] = {}
    for share, weight in sorted(shares, key=lambda one: str(one[0].payee_id or "~")):
        if weight:
            weights[share.account] = weights.get(share.account, 0) + weight
    return tuple(weights.items())
