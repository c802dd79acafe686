"""What members pay: charges in the database, and until when their dues are paid by them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from base.database import Session
from catalog.models.memberships import MemberCharge, Membership
from catalog.models.payments import Payment


async def charge_of(session: Session, payment_id: UUID) -> MemberCharge:
    """Answer what a payment is for."""
    query = select(MemberCharge).where(MemberCharge.payment_id == payment_id)
    return (await session.scalars(query)).one()


async def charged_member(session: Session, charge: MemberCharge) -> Membership:
    """Answer whose charge it is, and let nobody else change the membership until the end."""
    return await session.get_one(
        Membership, charge.membership_id, with_for_update=True, populate_existing=True
    )


async def charges_of(
    session: Session, membership_id: UUID
) -> Sequence[tuple[MemberCharge, Payment]]:
    """Answer what a member was charged, the newest first, with how it was paid."""
    query = (
        select(MemberCharge, Payment)
        .join(Payment, Payment.id == MemberCharge.payment_id)
        .where(MemberCharge.membership_id == membership_id)
        .order_by(Payment.created_at.desc(), Payment.id)
    )
    return [(charge, payment) for charge, payment in await session.execute(query)]


async def note_paid_through(session: Session, membership: Membership) -> None:
    """Note on a membership until when its dues are paid."""
    await session.flush()
    query = select(func.max(MemberCharge.ends_on)).where(
        MemberCharge.membership_id == membership.id,
        MemberCharge.paid_at.is_not(None),
        MemberCharge.void_at.is_(None),
    )
    membership.paid_through = await session.scalar(query)
