"""Who bears money that was taken back after its credits were spent.

The co-operative always bears its own share. The payees' shares are taken, as the terms of top-ups
say, from nowhere (`expense`); from what is held back of theirs, or waits for them to accept it
(`reserve`); or from that and from what they have earned and were not paid yet (`payable`). None
ever owes: what was paid out stays paid, and what nobody can bear the co-operative bears.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from accounting.ledger import Account, AccountKind
from base.money import allocate
from base.units import Micros

#: Accounts of payees, from which something can be taken.
_PAYEES = frozenset({AccountKind.PAYABLE, AccountKind.SUSPENSE})


class Bearer(StrEnum):
    """Who bears the payees' shares of what was spent."""

    EXPENSE = "expense"
    RESERVE = "reserve"
    PAYABLE = "payable"


def sources(account: Account, bearer: Bearer) -> tuple[Account, ...]:
    """Answer where the share that went to an account is taken from, in this order."""
    if bearer is Bearer.EXPENSE or account.kind not in _PAYEES:
        return ()
    if account.kind is AccountKind.SUSPENSE:
        return (account,)
    held = Account(AccountKind.RESERVE, account.of)
    return (held, account) if bearer is Bearer.PAYABLE else (held,)


def clawed(
    amount: int,
    *,
    earned: Mapping[Account, int],
    available: Mapping[Account, int],
    bearer: Bearer,
) -> dict[Account, int]:
    """Divide an amount among those who earned by it; answer what can be taken, and from where.

    The rest, down to all of it, is the co-operative's expense.
    """
    gained = {account: part for account, part in earned.items() if part > 0}
    if amount <= 0 or not gained:
        return {}
    order = sorted(gained, key=lambda one: one.name)
    due = allocate(Micros(amount), [gained[one] for one in order])
    left, found = dict(available), dict[Account, int]()
    for account, part in zip(order, due, strict=True):
        rest = min(part, gained[account])
        for source in sources(account, bearer):
            taken = max(0, min(rest, left.get(source, 0)))
            left[source] = left.get(source, 0) - taken
            found[source] = found.get(source, 0) + taken
            rest -= taken
    return {account: part for account, part in found.items() if part}
