"""What promotional credit comes to for each payee in a month, where the terms limit it.

It is added up from rows that are only added: no payee's plays wait for each other. Batches that
are settled at the same time do not see each other, and may go beyond the limit together. Nothing
is noted where there is no limit, and nothing kept of months that are over: the journal has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from accounting.pricing import Terms, in_force
from accounting.terms import terms_at
from base.bulk import insert_many, take_numbers
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import PromoSpent

_SPENT = table_of(PromoSpent)


async def promo_rooms(
    session: Session, payees: Collection[UUID], terms: Sequence[Terms], *, now: datetime
) -> dict[UUID, int]:
    """Answer what promotional credit may still come to this month (UTC), where it is limited."""
    cap = in_force(terms, now).promo_cap_micros
    if cap is None:
        return {}
    query = select(_SPENT.c.payee_id, func.sum(_SPENT.c.amount))
    query = query.where(_SPENT.c.payee_id.in_(sorted(payees)), _SPENT.c.at >= _month_of(now))
    rows = await session.execute(query.group_by(_SPENT.c.payee_id))
    spent = {payee: int(amount) for payee, amount in rows}
    return {payee: cap - spent.get(payee, 0) for payee in payees}


async def note_promo(session: Session, amounts: Mapping[UUID, int], *, now: datetime) -> None:
    """Add what promotional credit came to for payees; less than nothing where it was undone."""
    if amounts and (await terms_at(session, now)).promo_cap_micros is not None:
        numbers = await take_numbers(session, _SPENT, len(amounts))
        rows = [
            (number, payee, now, amount)
            for number, (payee, amount) in zip(numbers, sorted(amounts.items()), strict=True)
        ]
        await insert_many(session, _SPENT, ("id", "payee_id", "at", "amount"), rows)


async def forget_promo(session: Session, *, now: datetime) -> None:
    """Forget months that are over: nobody asks for them any more."""
    await session.execute(delete(_SPENT).where(_SPENT.c.at < _month_of(now)))


def _month_of(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
