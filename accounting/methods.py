"""Which accounts have paid by the same means: a card, or an account, as its provider knows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from base.bulk import among
from base.database import Session
from catalog.models.base import table_of
from catalog.models.payments import Payment

_PAYMENTS = table_of(Payment)


async def sharing(session: Session, accounts: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Answer the other accounts that have paid by a means of each, of those that share any."""
    theirs, others = _PAYMENTS.alias(), _PAYMENTS.alias()
    query = (
        select(theirs.c.listener_id, others.c.listener_id)
        .join(others, others.c.fingerprint == theirs.c.fingerprint)
        .where(
            among(session, theirs.c.listener_id, sorted(accounts)),
            others.c.listener_id != theirs.c.listener_id,
        )
        .distinct()
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for account, other in await session.execute(query):
        found[account].add(other)
    return {account: frozenset(some) for account, some in found.items()}
