"""Credit that was paid for, out of nowhere: for benchmarks and tests, which sell nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import NewLot, add_lots
from accounting.lots import LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.terms import terms_at
from base.database import Session


async def top_up(session: Session, listener_id: UUID, *, millicredits: int, now: datetime) -> None:
    """Add to a wallet what is as if it had been paid to our bank, without tax."""
    await top_up_all(session, [listener_id], millicredits=millicredits, now=now)


async def top_up_all(
    session: Session, listeners: Sequence[UUID], *, millicredits: int, now: datetime
) -> None:
    """Do as `top_up` does for each of many."""
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
