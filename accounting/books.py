"""What listeners have and spend: the only door to the ledger's tables."""

from __future__ import annotations

from uuid import UUID

from base.database import Session, insert_once
from base.errors import Refused
from base.units import Micros
from catalog.models.ledger import Wallet

#: Wallets count millionths of a credit, prices thousandths.
MICROS_PER_MILLICREDIT = 1_000


async def balance_of(session: Session, listener_id: UUID) -> int:
    """Answer a listener's balance in whole milli-credits."""
    wallet = await session.get(Wallet, listener_id)
    return 0 if wallet is None else wallet.balance_micros // MICROS_PER_MILLICREDIT


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


async def charge(session: Session, listener_id: UUID, *, millicredits: int) -> None:
    """Take the price of a play from a wallet, whose row stays locked until the end.

    Raises:
        Refused: `insufficient-credit`, 402: nothing was taken.

    """
    price = Micros(millicredits * MICROS_PER_MILLICREDIT)
    wallet = await session.get(Wallet, listener_id, with_for_update=True, populate_existing=True)
    if wallet is None or wallet.balance_micros < price:
        raise Refused(
            "insufficient-credit", "There is not enough credit for this play.", status=402
        )
    wallet.balance_micros -= price


async def _locked(session: Session, listener_id: UUID) -> Wallet:
    return await session.get_one(Wallet, listener_id, with_for_update=True, populate_existing=True)
