"""Payees who are not paid until somebody has looked into it, with who says so and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.payees import payee_of
from accounting.payouts import MEMBER, payee_id_of
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payouts import PayoutHold


@dataclass(frozen=True, slots=True)
class OnHold:
    """Who is not paid; a hold on an account is one on what it gets as a member, too."""

    payees: frozenset[str]

    def holds(self, payee: str) -> bool:
        """Answer whether a payee is not paid."""
        return payee in self.payees or payee.removeprefix(MEMBER) in self.payees


async def hold_payouts(
    session: Session, payee: str, *, reason: str, by: UUID, now: datetime
) -> PayoutHold:
    """Let a payee not be paid, in no run that is not sent yet.

    Raises:
        Refused: `payee-unknown`, 404.

    """
    payee = await _known(session, payee)
    hold = PayoutHold(id=uuid4(), payee=payee, reason=reason, placed_by=by, placed_at=now)
    session.add(hold)
    await note_act(session, by, Act.PAYEE_HELD, hold.id, now=now, facts={"payee": payee})
    return hold


async def hold_placed(session: Session, payee: str, *, reason: str, by: UUID) -> PayoutHold:
    """Answer the hold on a payee that somebody placed for a reason; of several the newest.

    Raises:
        Refused: `hold-unknown`, 404.

    """
    query = select(PayoutHold).where(
        PayoutHold.payee == await _known(session, payee),
        PayoutHold.reason == reason,
        PayoutHold.placed_by == by,
    )
    hold = (await session.scalars(query.order_by(PayoutHold.placed_at.desc()).limit(1))).first()
    if hold is None:
        raise _unknown_hold()
    return hold


async def lift_hold(session: Session, hold_id: UUID, *, by: UUID, now: datetime) -> PayoutHold:
    """Take a reason away; a payee for whom there is no other is paid again.

    Raises:
        Refused: `hold-unknown`, 404.

    """
    hold = await session.get(PayoutHold, hold_id, with_for_update=True)
    if hold is None:
        raise _unknown_hold()
    if hold.lifted_at is None:
        hold.lifted_by, hold.lifted_at = by, now
        await note_act(session, by, Act.PAYEE_FREED, hold.id, now=now, facts={"payee": hold.payee})
    return hold


async def holds(session: Session) -> Sequence[PayoutHold]:
    """Answer all holds that nobody has lifted, the oldest first."""
    query = select(PayoutHold).where(PayoutHold.lifted_at.is_(None))
    return (await session.scalars(query.order_by(PayoutHold.placed_at, PayoutHold.id))).all()


async def payees_on_hold(session: Session) -> OnHold:
    """Answer whom holds are on that nobody has lifted."""
    query = select(PayoutHold.payee).where(PayoutHold.lifted_at.is_(None))
    return OnHold(frozenset(await session.scalars(query)))


async def _known(session: Session, payee: str) -> str:
    """Answer a payee as they are written here, who is known."""
    payee_id = payee_id_of(payee)
    if payee_id is None:
        raise Refused("payee-unknown", "There is no such payee.", status=404)
    known = await payee_of(session, payee_id)
    return f"{MEMBER}{known.id}" if payee.startswith(MEMBER) else str(known.id)


def _unknown_hold() -> Refused:
    return Refused("hold-unknown", "There is no such hold.", status=404)
