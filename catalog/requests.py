"""Requests that move money: what was asked under a key, so that nothing else is done under it."""

from __future__ import annotations

from datetime import datetime

from base.database import Session, is_new
from base.errors import Refused
from catalog.models.payments import MoneyRequest


async def note_request(session: Session, key: str, digest: bytes, *, now: datetime) -> bool:
    """Note what is asked under a key, in the transaction that does it; answer whether it is new.

    The same again is well. Who asks at the same moment waits here until the first is done.

    Raises:
        Refused: `idempotency-mismatch`, 409: something else was asked under the key.

    """
    row = {"key": key, "digest": digest, "asked_at": now}
    if await is_new(session, MoneyRequest, row):
        return True
    known = await session.get_one(MoneyRequest, key)
    if known.digest != digest:
        raise Refused(
            "idempotency-mismatch",
            "Something else was asked for under the same key: use another key for another thing.",
            status=409,
        )
    return False
