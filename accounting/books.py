"""What listeners have to spend, and the plain way in which it becomes more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import NewLot, add_lots
from accounting.lots import LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import Wallet

_WALLETS = table_of(Wallet)
_ALL = _WALLETS.c.balance_micros + _WALLETS.c.promo_micros


async def balance_of(session: Session, listener_id: UUID) -> int:
    """Answer what a listener may spend, paid for and given, in whole milli-credits."""
    query = select(_ALL).where(_WALLETS.c.listener_id == listener_id)
    return (await session.scalar(query) or 0) // MICROS_PER_MILLICREDIT


def balance_of_account(account_id: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """Answer the balance of an account in millionths of a credit, as part of a larger question."""
    return select(_ALL).where(_WALLETS.c.listener_id == account_id).scalar_subquery()


def spendable_by(account_id: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """Answer what an account may spend now: its balance, or nothing while it is frozen."""
    is_open = _WALLETS.c.frozen_at.is_(None)
    return select(_ALL).where(_WALLETS.c.listener_id == account_id, is_open).scalar_subquery()


async def top_up(session: Session, listener_id: UUID, *, millicredits: int, now: datetime) -> None:
    """Add to a wallet what was paid to our bank by hand, at the credit's value.

    Raises:
        Refused: `bad-amount`: it is not more than nothing.

    """
    await top_up_all(session, [listener_id], millicredits=millicredits, now=now)


async def top_up_all(
    session: Session, listeners: Sequence[UUID], *, millicredits: int, now: datetime
) -> None:
    """Add to wallets what was paid for each to our bank, as `top_up` does."""
    if millicredits <= 0:
        raise Refused("bad-amount", "Only more than nothing can be added to a wallet.")
    terms = await terms_at(session, now)
    credits_ = millicredits * MICROS_PER_MILLICREDIT
    lots = [
        NewLot(
            listener_id=one,
            kind=LotKind.PAID,
            acquired_at=now,
            source=f"topup:{uuid4()}",
            currency=terms.currency,
            credits=credits_,
            amount=terms.value_of(credits_),
        )
        for one in listeners
    ]
    numbers = await add_lots(session, lots)
    told = [_told(lot, number, terms) for lot, number in zip(lots, numbers, strict=True)]
    await post(session, told, now=now)


def _told(new: NewLot, number: int, terms: Terms) -> Transaction:
    wallet = Account(AccountKind.WALLET, str(new.listener_id))
    return Transaction(
        kind=TxnKind.TOPUP,
        key=new.source,
        occurred_at=new.acquired_at,
        entries=(
            Entry(Account(AccountKind.BANK), new.amount, new.currency),
            Entry(wallet, -new.amount, new.currency, number, -new.credits),
        ),
        facts={"listener": str(new.listener_id), "terms": terms.id},
    )
