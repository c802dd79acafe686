"""Credits that are given: the co-operative's expense, at what a credit is worth by its terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.journal import Posted, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import NewLot, add_lots
from accounting.lot_uses import lot_from
from accounting.lots import LotKind
from accounting.terms import Terms, all_terms, in_force
from base.database import Session
from base.errors import Refused

_CREDIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Millionths of a credit for a listener: who gives them, why, and until when they last."""

    listener_id: UUID
    key: str
    credits: int
    reason: str
    by: UUID | None = None
    expires_at: datetime | None = None


async def give(session: Session, grant: Grant, *, now: datetime) -> Posted:
    """Give credits, once under their key.

    Raises:
        Refused: `bad-amount`, 422; `idempotency-mismatch`, 409.

    """
    if grant.credits <= 0:
        raise Refused("bad-amount", "Only more than nothing can be given.", status=422)
    key = f"grant:{grant.key}"
    known = await lot_from(session, grant.listener_id, key)
    # Said again, it is the same to the last word, or something else.
    at = known.acquired_at if known else now
    terms = in_force(await all_terms(session), at)
    lot = _lot(grant, key, terms, at=at)
    number = known.id if known else (await add_lots(session, [lot]))[0]
    [posted] = await post(session, [_transaction(grant, lot, number)], now=now)
    return posted


def _lot(grant: Grant, key: str, terms: Terms, *, at: datetime) -> NewLot:
    return NewLot(
        listener_id=grant.listener_id,
        kind=LotKind.PROMO,
        acquired_at=at,
        source=key,
        currency=terms.currency,
        credits=grant.credits,
        amount=grant.credits * terms.credit_value_micros // _CREDIT,
        expires_at=grant.expires_at,
    )


def _transaction(grant: Grant, lot: NewLot, number: int) -> Transaction:
    wallet = Account(AccountKind.WALLET_PROMO, str(grant.listener_id))
    return Transaction(
        kind=TxnKind.GRANT,
        key=lot.source,
        occurred_at=lot.acquired_at,
        entries=(
            Entry(Account(AccountKind.PROMO), lot.amount, lot.currency),
            Entry(wallet, -lot.amount, lot.currency, lot=number, credits=-lot.credits),
        ),
        facts={
            "listener": str(grant.listener_id),
            "credits": grant.credits,
            "reason": grant.reason,
            "by": str(grant.by or ""),
            "expires": grant.expires_at.isoformat() if grant.expires_at else "",
        },
    )
