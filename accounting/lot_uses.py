"""What the credits of a lot paid for, as the journal tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from accounting.clawing import shares, summed
from accounting.ledger import AccountKind, Entry, TxnKind, account_named
from accounting.lot_rows import lots_of
from accounting.lots import Lot, LotKind, Spent, wallet_of
from base.bulk import among
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerAccount, LedgerEntry, LedgerTxn

_ENTRIES, _ACCOUNTS, _LOTS = table_of(LedgerEntry), table_of(LedgerAccount), table_of(CreditLot)
_TXN = table_of(LedgerTxn)


async def lot_from(session: Session, listener_id: UUID, source: str) -> Lot | None:
    """Answer the lot of a listener that came with a transaction, by its key."""
    query = select(_LOTS.c.id).where(_LOTS.c.listener_id == listener_id, _LOTS.c.source == source)
    found = await lots_of(session, await session.scalars(query))
    return found[0] if found else None


async def lots_under(session: Session, listeners: Collection[UUID], prefix: str) -> set[int]:
    """Answer the numbers of lots that came with transactions whose keys begin so."""
    came = _LOTS.c.source.startswith(prefix, autoescape=True)
    whose = among(session, _LOTS.c.listener_id, listeners)
    return set(await session.scalars(select(_LOTS.c.id).where(whose, came)))


async def expired(session: Session, *, now: datetime, limit: int) -> list[Lot]:
    """Answer lots that were given, may not be spent any more and were not, of whatever wallets."""
    is_over = (_LOTS.c.credits_left > 0) & (_LOTS.c.expires_at <= now)
    is_over &= _LOTS.c.kind == LotKind.PROMO
    query = select(_LOTS.c.id).where(is_over).order_by(_LOTS.c.id).limit(limit)
    return await lots_of(session, await session.scalars(query))


async def spent_of(session: Session, lots: Sequence[Lot]) -> Spent:
    """Answer what plays and purchases took from lots; what was undone since took nothing."""
    query = select(
        *(_ENTRIES.c.txn_id, _ACCOUNTS.c.name, _ENTRIES.c.amount),
        *(_ENTRIES.c.currency, _ENTRIES.c.lot, _ENTRIES.c.credits),
    ).join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
    rows = await session.execute(query.where(_ENTRIES.c.txn_id.in_(_charges(lots))))
    found: dict[int, list[Entry]] = defaultdict(list)
    for txn_id, name, amount, currency, lot_id, credits_ in rows:
        entry = Entry(account_named(name), amount, currency, lot_id, credits_)
        found[txn_id].append(entry)
    return _spent([lot.id for lot in lots], list(found.values()))


def _spent(lots: Sequence[int], charges: Sequence[Sequence[Entry]]) -> Spent:
    taken = [e for entries in charges for e in entries if e.lot in set(lots)]
    is_tax = AccountKind.VAT
    return Spent(
        amount=sum(e.amount for e in taken if e.account.kind is not is_tax),
        vat=-sum(e.amount for e in taken if e.account.kind is is_tax),
        earned=summed(shares(entries, lot) for entries in charges for lot in lots),
    )


def _charges(lots: Sequence[Lot]) -> Select[int]:
    """Find the transactions by which something was spent of lots, and that were not undone."""
    wallets, undoing = {wallet_of(lot).id for lot in lots}, aliased(LedgerTxn)
    is_undone = select(undoing.id).where(undoing.reverses == _TXN.c.id, undoing.reverses != 0)
    return (
        select(_ENTRIES.c.txn_id)
        .join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
        .where(
            _ENTRIES.c.account_id.in_(wallets),
            _ENTRIES.c.lot.in_([lot.id for lot in lots]),
            _TXN.c.kind.in_([TxnKind.PLAY, TxnKind.PURCHASE]),
            ~is_undone.exists(),
        )
    )
