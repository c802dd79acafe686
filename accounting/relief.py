"""What is given back of music whose money was taken back: no credit, but the loss shrinks.

Its credits return to their lots, and are taken again in the same moment, for who bore the loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accounting.clawing import shares, summed, unclawed
from accounting.ledger import Account, AccountKind, Entry
from accounting.lots import Lot, Take, changes_of, left, take, taken_entries, worth

#: Who can have borne a loss.
BEARERS = frozenset(
    {AccountKind.RESERVE, AccountKind.SUSPENSE, AccountKind.PAYABLE, AccountKind.CHARGEBACK}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What is taken again of lots, what is left of what had returned to them, and for whom."""

    takes: tuple[Take, ...]
    rest: tuple[Lot, ...]
    parts: Mapping[Account, int]

    def entries(self) -> tuple[Entry, ...]:
        """Book it."""
        currency = self.takes[0].lot.currency
        given = [Entry(account, -part, currency) for account, part in self.parts.items()]
        return (*taken_entries(self.takes), *given)


def restored(entries: Iterable[Entry], lots: Mapping[int, Lot]) -> tuple[Lot, ...]:
    """Answer what entries brought back to lots: no more than that of each."""
    return tuple(
        replace(lots[one.lot], credits=one.credits, amount=one.amount, vat=one.vat)
        for one in changes_of(entries)
        if one.credits > 0
    )


def relief_of(
    back: Sequence[Lot], entries: Sequence[Entry], borne: Mapping[Account, int]
) -> Relief:
    """Answer what of `back`, which entries brought, is taken again for those who bear a loss."""
    due, takes, rest = sum(borne.values()), list[Take](), list[Lot]()
    for lot in back:
        net = lot.amount - lot.vat
        credits_ = lot.credits if net <= due else lot.credits * max(0, due) // net
        [one] = take([lot], credits_) or [Take(lot=lot, credits=0, amount=0, vat=0)]
        due -= one.amount - one.vat
        takes += [one] if credits_ else []
        rest.append(left(one))
    given = summed(shares(entries, one.lot.id) for one in takes)
    returned = {account: -part for account, part in given.items() if part < 0}
    parts = unclawed(sum(worth(takes).values()), returned=returned, borne=borne)
    return Relief(takes=tuple(takes), rest=tuple(rest), parts=parts)


def borne_by(entries: Iterable[Entry]) -> dict[Account, int]:
    """Answer who bears how much by the entries of a dispute, and of what shrank it since."""
    mine = ({e.account: e.amount} for e in entries if e.account.kind in BEARERS)
    return {account: part for account, part in summed(mine).items() if part > 0}
