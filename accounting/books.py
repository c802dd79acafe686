"""What listeners have and spend: the only door to the ledger's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, select, update
from sqlalchemy.orm import InstrumentedAttribute

from accounting.settlement import MICROS_PER_MILLICREDIT
from base.database import Session, insert_once
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import Wallet

_WALLETS = table_of(Wallet)


async def balance_of(session: Session, listener_id: UUID) -> int:
    """Answer a listener's balance in whole milli-credits."""
    wallet = await session.get(Wallet, listener_id)
    return 0 if wallet is None else wallet.balance_micros // MICROS_PER_MILLICREDIT


def balance_of_account(account_id: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """Answer the balance of an account in millionths of a credit, as part of a larger question."""
    wallet = select(_WALLETS.c.balance_micros).where(_WALLETS.c.listener_id == account_id)
    return wallet.scalar_subquery()


async def top_up(session: Session, listener_id: UUID, *, millicredits: int) -> None:
    """Add to a wallet, opening it at first.

    Raises:
        Refused: `bad-amount`: it is not more than nothing.

    """
    if millicredits <= 0:
        raise Refused("bad-amount", "Only more than nothing can be added to a wallet.")
    await insert_once(session, Wallet(listener_id=listener_id, balance_micros=0))
    wallet = await _locked(session, listener_id)
    wallet.balance_micros += millicredits * MICROS_PER_MILLICREDIT


async def lock_balances(session: Session, listeners: Iterable[UUID]) -> dict[UUID, int]:
    """Answer what wallets hold, in millionths of a credit, and lock them until the end."""
    query = select(_WALLETS.c.listener_id, _WALLETS.c.balance_micros)
    query = query.where(_WALLETS.c.listener_id.in_(sorted(listeners)))
    locked = query.order_by(_WALLETS.c.listener_id).with_for_update()
    return {listener: balance for listener, balance in await session.execute(locked)}  # noqa: C416


async def write_balances(session: Session, balances: Mapping[UUID, int]) -> None:
    """Write down what locked wallets hold now."""
    change = (
        update(_WALLETS)
        .where(_WALLETS.c.listener_id == bindparam("listener"))
        .values(balance_micros=bindparam("left"))
    )
    rows = [{"listener": listener, "left": left} for listener, left in balances.items()]
    if rows:
        await session.execute(change, rows)


async def _locked(session: Session, listener_id: UUID) -> Wallet:
    return await session.get_one(Wallet, listener_id, with_for_update=True, populate_existing=True)
