"""How much of what waits can be let go: chargebacks take from it as well, and name no recording.

So all that waits on an account covers what is let go of it: the first to be let go has all of
theirs, and the last waits for what is not there until a chargeback that took it is won.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from accounting.journal import balances_of
from accounting.ledger import Account, Transaction
from base.database import Session

K = TypeVar("K")


async def kept_in(
    session: Session, accounts: Collection[Account], *, beside: Iterable[Transaction] = ()
) -> Mapping[Account, Mapping[str, int]]:
    """Answer what accounts hold by currency, debits less credits; their payees are locked.

    What is to be posted `beside` counts as if it were.
    """
    kept = await balances_of(session, accounts)
    for entry in (entry for one in beside for entry in one.entries if entry.account in kept):
        held = kept[entry.account]
        held[entry.currency] = held.get(entry.currency, 0) + entry.amount
    return kept


def covered(
    waits: Mapping[K, Mapping[str, int]], balance: Mapping[str, int]
) -> dict[K, dict[str, int]]:
    """Answer what can be let go of that which waits, by what for and currency, debits less credits.

    What is owed the other way always can, and first. Where less is there than waits, the first
    get theirs, and the rest waits until it is there.
    """
    left: dict[str, int] = defaultdict(int, {name: -held for name, held in balance.items()})
    for amounts in waits.values():
        for name, amount in amounts.items():
            left[name] += max(amount, 0)
    found = dict[K, dict[str, int]]()
    for what, amounts in waits.items():
        found[what] = {}
        for name, amount in amounts.items():
            part = max(amount, min(-left[name], 0)) if amount < 0 else amount
            left[name] += min(part, 0)
            if part:
                found[what][name] = part
    return found
