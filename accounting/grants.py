"""Credits that are given, at what a credit is worth by the terms, and expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.journal import Posted, post
from accounting.ledger import (
    Account,
    AccountKind,
    Entry,
    Transaction,
    TxnKind,
    micros_since_epoch,
)
from accounting.lot_rows import (
    NewLot,
    add_lots,
    apply_entries,
    lock_wallets,
    lots_of,
    open_wallets,
)
from accounting.lot_uses import expired, lot_from
from accounting.lots import Lot, LotKind, wallet_of
from accounting.pricing import Terms
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act

MICROS_PER_CREDIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Millionths of a credit for a listener: who gives them, why, and until when they last."""

    listener_id: UUID
    key: str
    credits: int
    reason: str
    by: UUID | None = None
    expires_at: datetime | None = None


async def give(session: Session, grant: Grant, *, now: datetime, most: int | None = None) -> Posted:
    """Give credits, once under their key; one person gives no more than `most` at once.

    Raises:
        Refused: `bad-amount`, 422; `grant-too-large`, 422; `own-account`, 403; `expired-already`,
            422; `idempotency-mismatch`, 409.

    """
    _require_proper(grant, most=most)
    key = f"grant:{grant.key}"
    # Who gives the same at the same moment waits here, and then finds it given.
    await open_wallets(session, [grant.listener_id])
    await lock_wallets(session, [grant.listener_id])
    known = await lot_from(session, grant.listener_id, key)
    # Said again, it is the same to the last word, or something else.
    at = known.acquired_at if known else now
    if grant.expires_at is not None and grant.expires_at <= at:
        raise Refused("expired-already", "It would be over before it is given.", status=422)
    lot = _lot(grant, key, await terms_at(session, at), at=at)
    number = known.id if known else (await add_lots(session, [lot]))[0]
    [posted] = await post(session, [_transaction(grant, lot, number)], now=now)
    if known is None:
        facts = {"credits": grant.credits}
        await note_act(session, grant.by, Act.CREDIT_GIVEN, grant.listener_id, now=now, facts=facts)
    return posted


def _require_proper(grant: Grant, *, most: int | None) -> None:
    if grant.credits <= 0:
        raise Refused("bad-amount", "Only more than nothing can be given.", status=422)
    if grant.by == grant.listener_id:
        raise Refused(
            "own-account", "Nobody gives credit to themselves: ask another treasurer.", status=403
        )
    if most is not None and grant.credits > most:
        raise Refused(
            "grant-too-large",
            f"One person gives {most // MICROS_PER_CREDIT} credits at most, by "
            "REFRAIN_GRANT_CREDITS.",
            status=422,
        )


def _lot(grant: Grant, key: str, terms: Terms, *, at: datetime) -> NewLot:
    return NewLot(
        listener_id=grant.listener_id,
        kind=LotKind.PROMO,
        acquired_at=at,
        source=key,
        currency=terms.currency,
        credits=grant.credits,
        amount=terms.value_of(grant.credits),
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


async def expire(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Take back credits that were given for a time that is over; answer of how many lots."""
    found = await expired(session, now=now, limit=limit)
    await lock_wallets(session, {lot.listener_id for lot in found})
    lots = [lot for lot in await lots_of(session, [one.id for one in found]) if lot.credits]
    txns = [_expiry(lot, now=now) for lot in lots]
    await apply_entries(session, [entry for txn in txns for entry in txn.entries])
    await post(session, txns, now=now)
    return len(txns)


def _expiry(lot: Lot, *, now: datetime) -> Transaction:
    # Credit of a play that is undone later comes back to its lot, and expires once more.
    return Transaction(
        kind=TxnKind.EXPIRY,
        key=f"expiry:{lot.id}:{micros_since_epoch(now)}",
        occurred_at=now,
        entries=(
            Entry(wallet_of(lot), lot.amount, lot.currency, lot=lot.id, credits=lot.credits),
            Entry(Account(AccountKind.PROMO), -lot.amount, lot.currency),
        ),
        facts={"listener": str(lot.listener_id), "credits": lot.credits},
    )
