"""Purchases as they are kept: added, and found again by the request that they came of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select

from accounting.journal import mismatch
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.purchases import Purchase

_PURCHASES = table_of(Purchase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A recording that somebody owns, from which step on it was paid for, and by whom."""

    id: UUID
    key: str
    asked: str
    listener_id: UUID
    payer_id: UUID
    recording_id: UUID
    track_id: UUID
    payee_id: UUID
    first_step: int
    last_step: int
    price_millicredits: int
    bought_at: datetime
    txn_id: int
    terms_id: int
    territory: str | None
    deal_id: UUID | None


async def add_purchases(session: Session, bought: Sequence[Bought]) -> None:
    """Write purchases down."""
    await session.execute(insert(_PURCHASES), [asdict(one) for one in bought])


async def bought_before(session: Session, payer_id: UUID, *, key: str, asked: str) -> list[Bought]:
    """Answer what came of a request, for which the payer's wallet is locked.

    Raises:
        Refused: `idempotency-mismatch`, 409: the same key asked for something else.

    """
    found = await _found(session, _PURCHASES.c.payer_id == payer_id, _PURCHASES.c.key == key)
    if any(one.asked != asked for one in found):
        raise mismatch("bought")
    return found


async def purchases_by_id(session: Session, ids: Sequence[UUID]) -> list[Bought]:
    """Answer purchases by their numbers."""
    return await _found(session, _PURCHASES.c.id.in_(ids))


async def purchase_of(session: Session, purchase_id: UUID) -> Bought:
    """Answer a purchase.

    Raises:
        Refused: `purchase-unknown`, 404.

    """
    for one in await purchases_by_id(session, [purchase_id]):
        return one
    raise unknown_purchase()


def unknown_purchase() -> Refused:
    """Say that there is none, or none of the caller's."""
    return Refused("purchase-unknown", "There is no such purchase.", status=404)


async def _found(session: Session, *which: ColumnElement[bool]) -> list[Bought]:
    query = select(*_PURCHASES.c).where(*which).order_by(_PURCHASES.c.txn_id)
    return [Bought(**row) for row in (await session.execute(query)).mappings()]
