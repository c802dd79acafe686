"""Wallets that nothing is spent from until somebody has looked into it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import Wallet

_WALLETS = table_of(Wallet)


async def freeze(session: Session, listener_id: UUID, *, reason: str, now: datetime) -> None:
    """Let nothing be spent from a wallet; the first reason stays."""
    change = update(_WALLETS).where(
        _WALLETS.c.listener_id == listener_id, _WALLETS.c.frozen_at.is_(None)
    )
    await session.execute(change.values(frozen_at=now, frozen_reason=reason[:200]))


async def unfreeze(session: Session, listener_id: UUID) -> None:
    """Let a wallet be spent from again.

    Raises:
        Refused: `wallet-unknown`, 404.

    """
    change = update(_WALLETS).where(_WALLETS.c.listener_id == listener_id)
    found = await session.execute(change.values(frozen_at=None, frozen_reason=None))
    if not found.rowcount:  # type: ignore[attr-defined] # of a change there is one
        raise Refused("wallet-unknown", "This account has no wallet.", status=404)
