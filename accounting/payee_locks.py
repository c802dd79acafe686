"""Payees whose balances are read to be taken from: nobody else takes from them meanwhile.

What only adds to a balance needs none of this. Wallets are locked before, the journal comes after.
"""

from __future__ import annotations

from collections.abc import Iterable

from base.database import Session
from base.locks import lock_alone, lock_shared

_ALL = "payees"


async def lock_payees(session: Session, payees: Iterable[str]) -> None:
    """Be the one who takes from some payees, until the transaction ends."""
    await lock_shared(session, _ALL)
    for one in sorted(set(payees)):
        await lock_alone(session, f"payee:{one}")


async def lock_all_payees(session: Session) -> None:
    """Be the one who takes from any payee: for what reads the balances of them all."""
    await lock_alone(session, _ALL)
