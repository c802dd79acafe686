"""What was bought outright against what was booked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import and_, or_, select

from accounting.comparing import MOST, counts, differing, place_of, says, uuid_text
from accounting.discrepancy import Discrepancy, about_transaction
from accounting.ledger import TxnKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerTxn
from catalog.models.purchases import Purchase

_TXN = table_of(LedgerTxn).c


async def verify_purchases(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare purchases with their transactions."""
    for check in (_purchases, _unknown):
        for one in await check(session):
            yield one


async def _purchases(session: Session) -> list[Discrepancy]:
    facts = _TXN.facts
    recording = uuid_text(session, Purchase.recording_id)
    key = Purchase.key.expression.concat(":").concat(recording)
    is_own = and_(
        Purchase.payer_id == Purchase.listener_id, place_of(session, facts, '"payer":') == 0
    )
    query = select(Purchase.id, Purchase.txn_id).outerjoin(LedgerTxn, _TXN.id == Purchase.txn_id)
    return await differing(
        session,
        query,
        {
            "transaction": _TXN.kind == TxnKind.PURCHASE,
            "id": says(session, facts, "purchase", uuid_text(session, Purchase.id)),
            "key": place_of(session, _TXN.key, key) > 0,
            "listener": says(session, facts, "listener", uuid_text(session, Purchase.listener_id)),
            "payer": or_(
                is_own, says(session, facts, "payer", uuid_text(session, Purchase.payer_id))
            ),
            "recording": says(session, facts, "recording", recording),
            "track": says(session, facts, "track", uuid_text(session, Purchase.track_id)),
            "payee": says(session, facts, "payee", uuid_text(session, Purchase.payee_id)),
            "first_step": counts(session, facts, "first_step", Purchase.first_step),
            "last_step": counts(session, facts, "last_step", Purchase.last_step),
            "price": counts(session, facts, "price", Purchase.price_millicredits),
            "bought_at": Purchase.bought_at == _TXN.occurred_at,
            "terms": counts(session, facts, "terms", Purchase.terms_id),
            "territory": says(session, facts, "territory", Purchase.territory.expression),
            "deal": says(session, facts, "deal", uuid_text(session, Purchase.deal_id)),
        },
        lambda row, names: Discrepancy(
            code="purchase-differs",
            subject=f"purchase:{row.id}",
            sentence=f"Purchase {row.id} is not what transaction {row.txn_id} was booked for, or "
            f"that is not there: {names} differ.",
        ),
    )


async def _unknown(session: Session) -> list[Discrepancy]:
    """Find transactions of purchases that are not there."""
    query = select(_TXN.id).outerjoin(Purchase, Purchase.txn_id == _TXN.id)
    missing = query.where(_TXN.kind == TxnKind.PURCHASE, Purchase.id.is_(None)).limit(MOST)
    return [
        about_transaction(number, "purchase-missing", "is of a purchase that is not there.")
        for number in await session.scalars(missing)
    ]
