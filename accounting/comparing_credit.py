"""Lots and wallets against the journal: what is left of each is what came less what was spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from accounting.comparing import MOST, differing, uuid_text
from accounting.discrepancy import Discrepancy
from accounting.ledger import AccountKind
from accounting.lots import LotKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerAccount, LedgerEntry, LedgerTxn, Wallet

_TXN, _ENTRIES, _ACCOUNTS = (
    table_of(LedgerTxn).c,
    table_of(LedgerEntry).c,
    table_of(LedgerAccount).c,
)
_KINDS = {LotKind.PAID: AccountKind.WALLET, LotKind.PROMO: AccountKind.WALLET_PROMO}


async def verify_credit(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare lots with the journal, and wallets with lots."""
    for check in (_lots, _sources, _unknown_lots, _wallets, _unheld):
        for one in await check(session):
            yield one


def _booked() -> CTE:
    """Answer what the journal says of each lot: credits and amount that are left, tax taken."""
    is_wallet = _ACCOUNTS.name.like("wallet%")
    credits_ = case((is_wallet, _ENTRIES.credits), else_=0)
    amount = case((is_wallet, _ENTRIES.amount), else_=0)
    tax = case((is_wallet, 0), else_=_ENTRIES.amount)
    name = case((is_wallet, _ACCOUNTS.name))
    return (
        select(
            _ENTRIES.lot.label("lot"),
            (-func.sum(credits_)).label("credits"),
            (-func.sum(amount)).label("amount"),
            func.sum(tax).label("tax"),
            *(func.min(name).label("first"), func.max(name).label("last")),
            *(
                func.min(_ENTRIES.currency).label("cheap"),
                func.max(_ENTRIES.currency).label("dear"),
            ),
        )
        .join(LedgerAccount, _ACCOUNTS.id == _ENTRIES.account_id)
        .where(_ENTRIES.lot != 0)
        .group_by(_ENTRIES.lot)
        .cte("booked")
    )


async def _lots(session: Session) -> list[Discrepancy]:
    booked = _booked()
    listener = uuid_text(session, CreditLot.listener_id)
    kind = case({one: f"{name}:" for one, name in _KINDS.items()}, value=CreditLot.kind)
    owner = kind.concat(listener)
    query = select(CreditLot.id).outerjoin(booked, booked.c.lot == CreditLot.id)
    return await differing(
        session,
        query,
        {
            "id": booked.c.lot.is_not(None),
            "credits_left": CreditLot.credits_left == booked.c.credits,
            "amount_left": CreditLot.amount_left == booked.c.amount,
            "vat_left": CreditLot.vat_left == CreditLot.vat + booked.c.tax,
            "listener or kind": and_(booked.c.first == owner, booked.c.last == owner),
            "currency": and_(
                booked.c.cheap == CreditLot.currency, booked.c.dear == CreditLot.currency
            ),
        },
        lambda row, names: _lot(row.id, f"is not what the journal says of it: {names} differ."),
    )


async def _sources(session: Session) -> list[Discrepancy]:
    """Compare lots with the transactions that they came with."""
    came = (
        select(
            *(_ENTRIES.lot.label("lot"), _TXN.key.label("key"), _TXN.occurred_at.label("at")),
            (-func.sum(_ENTRIES.credits)).label("credits"),
            (-func.sum(_ENTRIES.amount)).label("amount"),
        )
        .join(LedgerTxn, _TXN.id == _ENTRIES.txn_id)
        .join(LedgerAccount, _ACCOUNTS.id == _ENTRIES.account_id)
        .join(CreditLot, and_(CreditLot.id == _ENTRIES.lot, CreditLot.source == _TXN.key))
        .where(_ACCOUNTS.name.like("wallet%"))
        .group_by(_ENTRIES.lot, _TXN.key, _TXN.occurred_at)
        .cte("came")
    )
    query = select(CreditLot.id).outerjoin(came, came.c.lot == CreditLot.id)
    earlier = aliased(CreditLot)
    # What was given on to another keeps its age.
    is_moved = exists().where(
        earlier.id < CreditLot.id, earlier.acquired_at == CreditLot.acquired_at
    )
    return await differing(
        session,
        query,
        {
            "source": came.c.key.is_not(None),
            "credits": CreditLot.credits == came.c.credits,
            "amount": CreditLot.amount == came.c.amount,
            "acquired_at": or_(CreditLot.acquired_at == came.c.at, is_moved),
        },
        lambda row, names: _lot(row.id, f"did not come as its source says: {names} differ."),
    )


async def _unknown_lots(session: Session) -> list[Discrepancy]:
    """Find lots of the journal that are not there."""
    query = select(_ENTRIES.lot).distinct().outerjoin(CreditLot, CreditLot.id == _ENTRIES.lot)
    missing = query.where(_ENTRIES.lot != 0, CreditLot.id.is_(None)).limit(MOST)
    return [
        _lot(number, "is in the journal, and not among the lots.")
        for number in await session.scalars(missing)
    ]


async def _wallets(session: Session) -> list[Discrepancy]:
    held = (
        select(
            CreditLot.listener_id,
            func.sum(_if_kind(LotKind.PAID)).label("paid"),
            func.sum(_if_kind(LotKind.PROMO)).label("promo"),
        )
        .group_by(CreditLot.listener_id)
        .cte("held")
    )
    query = select(Wallet.listener_id).outerjoin(held, held.c.listener_id == Wallet.listener_id)
    return await differing(
        session,
        query,
        {
            "balance_micros": Wallet.balance_micros == func.coalesce(held.c.paid, 0),
            "promo_micros": Wallet.promo_micros == func.coalesce(held.c.promo, 0),
        },
        lambda row, names: _wallet(row.listener_id, f"is not what its lots hold: {names} differ."),
    )


async def _unheld(session: Session) -> list[Discrepancy]:
    """Find lots of listeners who have no wallet."""
    query = select(CreditLot.listener_id).distinct()
    query = query.outerjoin(Wallet, Wallet.listener_id == CreditLot.listener_id)
    missing = query.where(Wallet.listener_id.is_(None)).limit(MOST)
    return [
        _wallet(listener, "is not there; lots of it are.")
        for listener in await session.scalars(missing)
    ]


def _if_kind(kind: LotKind) -> ColumnElement[int]:
    return case((CreditLot.kind == kind, CreditLot.credits_left), else_=0)


def _lot(number: int, sentence: str) -> Discrepancy:
    return Discrepancy(
        code="lot-differs", subject=f"lot:{number}", sentence=f"Lot {number} {sentence}"
    )


def _wallet(listener: Any, sentence: str) -> Discrepancy:  # noqa: ANN401 - a UUID, as it is kept
    return Discrepancy(
        code="wallet-differs",
        subject=f"wallet:{listener}",
        sentence=f"The wallet of listener {listener} {sentence}",
    )
