"""What the credits of a lot paid for, as the journal tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from accounting.ledger import Account, AccountKind, Entry, account_named
from accounting.lot_rows import lots_of
from accounting.lots import Lot, LotKind, wallet_of
from base.database import Session
from base.money import allocate
from base.units import Micros
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerAccount, LedgerEntry

_ENTRIES, _ACCOUNTS, _LOTS = table_of(LedgerEntry), table_of(LedgerAccount), table_of(CreditLot)
#: Who can earn by what a listener spends.
_EARNERS = frozenset({AccountKind.PAYABLE, AccountKind.SUSPENSE, AccountKind.COOP_SHARE})


async def lot_from(session: Session, listener_id: UUID, source: str) -> Lot | None:
    """Answer the lot of a listener that came with a transaction, by its key."""
    query = select(_LOTS.c.id).where(_LOTS.c.listener_id == listener_id, _LOTS.c.source == source)
    found = await lots_of(session, await session.scalars(query))
    return found[0] if found else None


async def expired(session: Session, *, now: datetime, limit: int) -> list[Lot]:
    """Answer lots that were given, may not be spent any more and were not, of whatever wallets."""
    is_over = (_LOTS.c.credits_left > 0) & (_LOTS.c.expires_at <= now)
    is_over &= _LOTS.c.kind == LotKind.PROMO
    query = select(_LOTS.c.id).where(is_over).order_by(_LOTS.c.id).limit(limit)
    return await lots_of(session, await session.scalars(query))


async def earned_by(session: Session, lot: Lot) -> dict[Account, int]:
    """Answer what payees and the co-operative earned by the credits of a lot; none of it paid tax.

    What was undone since has earned nothing.
    """
    of_lot = (_ENTRIES.c.account_id == wallet_of(lot).id) & (_ENTRIES.c.lot == lot.id)
    spent = select(_ENTRIES.c.txn_id).where(of_lot)
    query = select(
        *(_ENTRIES.c.txn_id, _ACCOUNTS.c.name, _ENTRIES.c.amount),
        *(_ENTRIES.c.currency, _ENTRIES.c.lot, _ENTRIES.c.credits),
    ).join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
    rows = await session.execute(query.where(_ENTRIES.c.txn_id.in_(spent)))
    found: dict[int, list[Entry]] = defaultdict(list)
    for txn_id, name, amount, currency, lot_id, credits_ in rows:
        entry = Entry(account_named(name), amount, currency, lot_id, credits_)
        found[txn_id].append(entry)
    return summed(shares(entries, lot.id) for entries in found.values())


def shares(entries: Iterable[Entry], lot: int) -> dict[Account, int]:
    """Answer who earned how much of what one transaction took from a lot."""
    entries = list(entries)
    gains = {e.account: -e.amount for e in entries if e.account.kind in _EARNERS and e.amount}
    if not gains:
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
