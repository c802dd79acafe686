"""What listeners have to spend: credit that is left and has not run out, paid for and given.

A frozen wallet holds it all the same, and spends nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    Uuid,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from accounting.lot_rows import is_unspent
from accounting.pricing import MICROS_PER_MILLICREDIT
from base.database import Instant, Session
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, Wallet

_LOTS, _WALLETS = table_of(CreditLot).c, table_of(Wallet).c


def _left(whose: ColumnElement[bool], now: BindParameter[datetime]) -> Select[int]:
    return select(cast(func.sum(_LOTS.credits_left), BigInteger)).where(whose, is_unspent(now))


_BALANCE = _left(
    _LOTS.listener_id == bindparam("listener", type_=Uuid()), bindparam("now", type_=Instant())
)


async def balance_of(session: Session, listener_id: UUID, *, now: datetime) -> int:
    """Answer what a listener has to spend, in whole milli-credits."""
    found = await session.scalar(_BALANCE, {"listener": listener_id, "now": now})
    return (found or 0) // MICROS_PER_MILLICREDIT


def credit_of(
    account_id: InstrumentedAttribute[UUID], *, now: BindParameter[datetime]
) -> ColumnElement[int]:
    """Answer what an account has in millionths of a credit, as part of a larger question."""
    return func.coalesce(_left(_LOTS.listener_id == account_id, now).scalar_subquery(), 0)


def frozen_at(account_id: InstrumentedAttribute[UUID]) -> ScalarSelect[datetime | None]:
    """Answer since when an account may spend nothing, as part of a larger question."""
    query = select(_WALLETS.frozen_at).where(_WALLETS.listener_id == account_id)
    return query.scalar_subquery()
