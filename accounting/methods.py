"""By which means accounts have paid, so far as to tell that two pay by the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session, insert_if_new
from catalog.models.base import table_of
from catalog.models.suspicions import PaymentMethod

_METHODS = table_of(PaymentMethod)


async def note_method(
    session: Session, account_id: UUID, fingerprint: str, *, now: datetime
) -> None:
    """Remember that an account paid by a means, by what its provider knows it as.

    A fingerprint names its provider first, as in `stripe:…`; it is not kept, but its digest.
    """
    digest = hashlib.sha256(fingerprint.encode()).digest()
    row = {"digest": digest, "account_id": account_id, "seen_at": now}
    await insert_if_new(session, PaymentMethod, [row])


async def sharing(session: Session, accounts: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Answer the other accounts that have paid by a means of each, of those that share any."""
    theirs, others = _METHODS.alias(), _METHODS.alias()
    query = (
        select(theirs.c.account_id, others.c.account_id)
        .join(others, others.c.digest == theirs.c.digest)
        .where(
            theirs.c.account_id.in_(sorted(accounts)), others.c.account_id != theirs.c.account_id
        )
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for account, other in await session.execute(query):
        found[account].add(other)
    return {account: frozenset(some) for account, some in found.items()}
