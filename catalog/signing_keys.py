"""The rows of the keys that sign, and their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from base.database import Session
from base.locks import lock_alone
from base.signing_keys import Sealed, make_key
from catalog.key_plan import KeyTimes, turn
from catalog.models.oidc import SigningKey


async def signing_keys(session: Session) -> Sequence[SigningKey]:
    """Answer every key that is published, in the order in which they sign."""
    ordered = select(SigningKey).order_by(SigningKey.signs_from, SigningKey.id)
    return (await session.scalars(ordered)).all()


def is_due(rows: Sequence[SigningKey], *, opened: Collection[str], now: datetime) -> bool:
    """Tell whether there is something to do for the keys, of which some were `opened`."""
    due = turn(_times(rows, opened), now)
    return due.make is not None or bool(due.remove)


async def turn_keys(
    session: Session, *, secret: bytes, opened: Collection[str], now: datetime
) -> None:
    """Do what is due for the keys.

    What another did meanwhile is not done again. Where our secrets open none of them, as they were
    lost, another key signs at once.
    """
    await lock_alone(session, "signing keys")
    rows = await signing_keys(session)
    due = turn(_times(rows, opened), now)
    await session.execute(delete(SigningKey).where(SigningKey.id.in_(due.remove)))
    if due.make is not None:
        made = await asyncio.to_thread(make_key, secret)
        session.add(_row(made, signs_from=due.make, now=now))


async def forget_keys(session: Session) -> None:
    """Forget all keys, as one of them got into other hands: nothing they signed is believed."""
    await session.execute(delete(SigningKey))


def _row(made: Sealed, *, signs_from: datetime, now: datetime) -> SigningKey:
    return SigningKey(
        id=made.id,
        public=dict(made.public),
        sealed=made.sealed,
        created_at=now,
        signs_from=signs_from,
    )


def _times(rows: Sequence[SigningKey], opened: Collection[str]) -> list[KeyTimes]:
    return [KeyTimes(id=row.id, signs_from=row.signs_from) for row in rows if row.id in opened]
