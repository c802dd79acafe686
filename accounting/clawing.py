"""Who bears money that was taken back after its credits were spent.

The co-operative always bears its own share. The payees' shares are taken, as the terms of top-ups
say, from nowhere (`expense`); from what is held back of theirs, or waits for them to accept it
(`reserve`); or from that and from what they have earned and were not paid yet (`payable`). None
ever owes: what was paid out stays paid, and what nobody can bear the co-operative bears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from accounting.ledger import Account, AccountKind, Entry
from base.money import allocate
from base.units import Micros

#: Accounts of payees, from which something can be taken.
_PAYEES = frozenset({AccountKind.PAYABLE, AccountKind.SUSPENSE})
#: Who can earn by what a listener spends.
_EARNERS = _PAYEES | {AccountKind.COOP_SHARE}
_EXPENSE = Account(AccountKind.CHARGEBACK)


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


def unclawed(
    amount: int, *, returned: Mapping[Account, int], borne: Mapping[Account, int]
) -> dict[Account, int]:
    """Divide what need not be borne any more; answer what is given back to whom of those who do.

    `returned` is what those who had earned it have given back of it, who come first: so nobody
    pays for it twice. `amount` is no more than all of `borne`.
    """
    rest, left, found = amount, dict(borne), defaultdict[Account, int](int)

    def give(account: Account, most: int) -> int:
        nonlocal rest
        part = max(0, min(rest, most, left.get(account, 0)))
        left[account] = left.get(account, 0) - part
        found[account] += part
        rest -= part
        return part

    for account in sorted(returned, key=lambda one: one.name):
        due = returned[account]
        for source in reversed(sources(account, Bearer.PAYABLE)):
            due -= give(source, due)
    for account in (_EXPENSE, *sorted(borne, key=lambda one: one.name)):
        give(account, rest)
    return {account: part for account, part in found.items() if part}


def shares(entries: Iterable[Entry], lot: int) -> dict[Account, int]:
    """Answer who earned how much of what one transaction took from a lot."""
    entries = list(entries)
    gains = {e.account: -e.amount for e in entries if e.account.kind in _EARNERS and e.amount}
    if not gains or not any(e.lot == lot for e in entries):
        return {}
    # A wallet's entry less the tax on it, which names the lot as well.
    worth = sum(e.amount for e in entries if e.lot == lot)
    accounts = sorted(gains, key=lambda one: one.name)
    sign = 1 if worth >= 0 else -1
    parts = allocate(Micros(abs(worth)), [abs(gains[one]) for one in accounts])
    return {account: sign * part for account, part in zip(accounts, parts, strict=True)}


def summed(found: Iterable[Mapping[Account, int]]) -> dict[Account, int]:
    """Add up what transactions came to."""
    sums: dict[Account, int] = defaultdict(int)
    for one in found:
        for account, part in one.items():
            sums[account] += part
    return dict(sums)
