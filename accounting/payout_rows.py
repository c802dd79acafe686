"""Payout runs and payouts in the database: found, locked, moved on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.models.payouts import Payout, PayoutRun
from catalog.payout_states import PAYOUT_MOVES, PayoutEvent, PayoutState
from catalog.states import next_state


async def run_of(session: Session, run_id: UUID, *, lock: bool = False) -> PayoutRun:
    """Answer a run.

    Raises:
        Refused: `run-unknown`, 404.

    """
    run = await session.get(
        PayoutRun, run_id, with_for_update=True if lock else None, populate_existing=lock
    )
    if run is None:
        raise Refused("run-unknown", "There is no such payout run.", status=404)
    return run


async def runs(session: Session, *, limit: int) -> Sequence[PayoutRun]:
    """Answer runs, the newest first."""
    newest = select(PayoutRun).order_by(PayoutRun.drafted_at.desc(), PayoutRun.id)
    return (await session.scalars(newest.limit(limit))).all()


async def payouts_in(session: Session, run_id: UUID) -> Sequence[Payout]:
    """Answer the payouts of a run in the order of their payees."""
    query = select(Payout).where(Payout.run_id == run_id).order_by(Payout.payee)
    return (await session.scalars(query)).all()


def move_payout(payout: Payout, event: PayoutEvent) -> None:
    """Let something happen to a payout that can happen to it."""
    payout.state = next_state(PAYOUT_MOVES, PayoutState(payout.state), event)


async def payouts_to(session: Session, payees: Collection[str], *, limit: int) -> Sequence[Payout]:
    """Answer payouts to some payees that were approved, the newest first."""
    query = select(Payout).where(Payout.payee.in_(payees), Payout.booked_at.is_not(None))
    newest = query.order_by(Payout.booked_at.desc(), Payout.id).limit(limit)
    return (await session.scalars(newest)).all()
