"""What a listener paid for recordings, as their receipts say it; of many in few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select

from accounting.settlement import PlayKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerTxn
from catalog.models.plays import Play
from catalog.models.purchases import Purchase

_UNDONE = table_of(LedgerTxn).alias("undone")
_PLAYS, _PURCHASES = table_of(Play).c, table_of(Purchase).c
_PAID = (PlayKind.PAID, PlayKind.PROMO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """How many plays were paid, in milli-credits; what the rest cost at once, if it did."""

    plays: int = 0
    for_plays: int = 0
    for_rest: int = 0
    is_gift: bool = False


async def paid_for(
    session: Session, listener_id: UUID, recordings: Collection[UUID]
) -> dict[UUID, Paid]:
    """Answer what was paid for each of a listener's recordings, without what was paid back."""
    which, found = list(recordings), defaultdict[UUID, Paid](Paid)
    plays = (
        select(_PLAYS.recording_id, func.count(), func.sum(_PLAYS.price_millicredits))
        .where(_PLAYS.listener_id == listener_id, _PLAYS.recording_id.in_(which))
        .where(_PLAYS.kind.in_(_PAID), ~_was_undone(_PLAYS.txn_id))
        .group_by(_PLAYS.recording_id)
    )
    for recording, count, price in await session.execute(plays):
        found[recording] = Paid(plays=count, for_plays=int(price))
    bought = (
        select(_PURCHASES.recording_id, _PURCHASES.payer_id, _PURCHASES.price_millicredits)
        .where(_PURCHASES.listener_id == listener_id, _PURCHASES.recording_id.in_(which))
        .where(~_was_undone(_PURCHASES.txn_id))
    )
    for recording, payer, price in await session.execute(bought):
        known = found[recording]
        rest, is_gift = known.for_rest + price, known.is_gift or payer != listener_id
        found[recording] = replace(known, for_rest=rest, is_gift=is_gift)
    return found


def _was_undone(txn: ColumnElement[int | None]) -> ColumnElement[bool]:
    return exists().where(and_(_UNDONE.c.reverses == txn, _UNDONE.c.reverses != 0))
