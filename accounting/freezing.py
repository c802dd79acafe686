"""Wallets that nothing is spent from until somebody has looked into it.

Each reason is a row of its own, with who says so; a wallet is free when none is left, and then the
plays that waited for that are settled. `wallets.frozen_at` is of the oldest that is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import case, select, update

from accounting.holds import Who, release
from accounting.lot_rows import lock_wallets, open_wallets
from accounting.settlement import HELD_FROZEN
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.base import table_of
from catalog.models.ledger import Wallet, WalletFreeze
from catalog.models.plays import PlaySession
from catalog.states import PlayState

_WALLETS = table_of(Wallet)
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A reason for which nothing is spent from a wallet, and who says so, until it is lifted."""

    id: UUID
    listener_id: UUID
    reason: str
    by: str
    frozen_at: datetime
    lifted_at: datetime | None


async def freeze(session: Session, listener_id: UUID, who: Who, *, now: datetime) -> Freeze:
    """Let nothing be spent from a wallet, for one more reason; the same one twice is one."""
    await open_wallets(session, [listener_id])
    await lock_wallets(session, [listener_id])
    reason = who.why[:_LONGEST]
    for one in await freezes_of(session, listener_id):
        if one.reason == reason:
            return one
    row = WalletFreeze(
        id=uuid4(),
        listener_id=listener_id,
        reason=reason,
        by_id=who.id,
        by_name=who.name,
        frozen_at=now,
    )
    session.add(row)
    await note_act(session, who.id, Act.WALLET_FROZEN, listener_id, now=now)
    await _note(session, listener_id)
    return _freeze(row)


async def unfreeze(session: Session, freeze_id: UUID, who: Who, *, now: datetime) -> Freeze:
    """Take one reason away; where no other is left, let the wallet be spent from again.

    Raises:
        Refused: `freeze-unknown`, 404.

    """
    row = await session.get(WalletFreeze, freeze_id)
    if row is None:
        raise _unknown_freeze()
    await lock_wallets(session, [row.listener_id])
    await session.refresh(row)  # somebody may have lifted it while we waited
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by_id, row.lifted_by_name = now, who.id, who.name
        row.lifted_why = who.why[:_LONGEST]
        await note_act(session, who.id, Act.WALLET_FREED, row.listener_id, now=now)
        if not await _note(session, row.listener_id):
            await release(session, await _waiting(session, row.listener_id), who, now=now)
    return _freeze(row)


async def freeze_named(session: Session, freeze_id: UUID) -> Freeze:
    """Answer a reason for which a wallet is, or was, frozen.

    Raises:
        Refused: `freeze-unknown`, 404.

    """
    row = await session.get(WalletFreeze, freeze_id)
    if row is None:
        raise _unknown_freeze()
    return _freeze(row)


async def last_freeze(session: Session, listener_id: UUID, who: Who) -> Freeze:
    """Answer when somebody last froze a wallet for their reason; or who did before them.

    Raises:
        Refused: `freeze-unknown`, 404.

    """
    query = select(WalletFreeze).where(
        WalletFreeze.listener_id == listener_id, WalletFreeze.reason == who.why[:_LONGEST]
    )
    own_first = case((WalletFreeze.by_id == who.id, 0), else_=1)
    query = query.order_by(own_first, WalletFreeze.frozen_at.desc()).limit(1)
    row = (await session.scalars(query)).first()
    if row is None:
        raise _unknown_freeze()
    return _freeze(row)


async def unfreeze_for(
    session: Session, listener_id: UUID, reason: str, who: Who, *, now: datetime
) -> None:
    """Take a reason away by what it says, if it is still there."""
    for one in await freezes_of(session, listener_id):
        if one.reason == reason[:_LONGEST]:
            await unfreeze(session, one.id, who, now=now)


async def freezes_of(session: Session, listener_id: UUID) -> list[Freeze]:
    """Answer why a wallet is frozen, the oldest reason first."""
    query = select(WalletFreeze).where(
        WalletFreeze.listener_id == listener_id, WalletFreeze.lifted_at.is_(None)
    )
    rows = await session.scalars(query.order_by(WalletFreeze.frozen_at, WalletFreeze.id))
    return [_freeze(row) for row in rows]


async def _note(session: Session, listener_id: UUID) -> bool:
    """Write the oldest reason that is left, or none, at the wallet; answer whether there is one."""
    left = await freezes_of(session, listener_id)
    since, reason = (left[0].frozen_at, left[0].reason) if left else (None, None)
    change = update(_WALLETS).where(_WALLETS.c.listener_id == listener_id)
    await session.execute(change.values(frozen_at=since, frozen_reason=reason))
    return bool(left)


async def _waiting(session: Session, listener_id: UUID) -> list[UUID]:
    query = select(PlaySession.id).where(
        PlaySession.listener_id == listener_id,
        PlaySession.state == PlayState.HELD,
        PlaySession.reason == HELD_FROZEN,
    )
    return list(await session.scalars(query))


def _unknown_freeze() -> Refused:
    return Refused("freeze-unknown", "No wallet is frozen under this name.", status=404)


def _freeze(row: WalletFreeze) -> Freeze:
    return Freeze(
        id=row.id,
        listener_id=row.listener_id,
        reason=row.reason,
        by=row.by_name,
        frozen_at=row.frozen_at,
        lifted_at=row.lifted_at,
    )
