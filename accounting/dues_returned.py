"""Dues and shares whose money went back: refunded at the provider, or taken by a dispute.

What was paid in whole is void when all of it is gone: the year does not count, and the shares that
the member still holds are redeemed. Should the money come again, so do they.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounting.dues_booking import Due, Returned, returned, taken_out, went_back
from accounting.journal import booked_under, entries_of, post
from accounting.payments.port import DisputeStanding, Report
from accounting.sales import move, sale_of
from accounting.topup_booking import part_between
from base.database import Session
from catalog.charges import note_paid_through
from catalog.member_shares import Entered, enter, held_at, issued_for, lock_register, next_number
from catalog.models.memberships import MemberCharge, Membership
from catalog.models.payments import Payment
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.share_register import Block, Line, ShareKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Money of a charge that went back, or came again: what was gone of it before, and is now."""

    payment: Payment
    charge: MemberCharge
    membership: Membership
    before: int
    after: int
    now: datetime

    @property
    def is_all(self) -> bool:
        """Whether all of it is gone now."""
        return self.after >= self.payment.paid

    @property
    def was_all(self) -> bool:
        """Whether all of it was gone before."""
        return self.before >= self.payment.paid


async def settle_returned(  # noqa: PLR0913 - the rows that it is about
    session: Session,
    payment: Payment,
    report: Report,
    *,
    charge: MemberCharge,
    membership: Membership,
    now: datetime,
) -> None:
    """Book what went back of a payment and was not booked before."""
    gone = gone_of(report)
    if gone == payment.refunded:
        return
    change = _Change(
        payment=payment,
        charge=charge,
        membership=membership,
        before=payment.refunded,
        after=gone,
        now=now,
    )
    await lock_register(session)
    await _book(session, change)
    payment.refunded, payment.changed_at = gone, now
    if change.is_all == change.was_all:
        return
    charge.void_at = now if change.is_all else None
    await note_paid_through(session, membership)
    if change.is_all and payment.state == PaymentState.PAID:
        move(payment, PaymentEvent.REFUND, now=now)
    elif payment.state == PaymentState.REFUNDED:
        move(payment, PaymentEvent.RESTORE, now=now)


def gone_of(report: Report) -> int:
    """Answer what is gone of a payment by now, in the currency that was paid."""
    refunds = sum(one.amount for one in report.refunds if not one.has_failed)
    disputes = sum(
        one.amount.micros for one in report.disputes if one.standing is not DisputeStanding.WON
    )
    return refunds + disputes


async def _book(session: Session, change: _Change) -> None:
    sale = sale_of(change.payment, change.charge.currency)
    prefix = f"membership-back:{change.payment.id}:"
    booked = await booked_under(session, prefix)
    before = await _taken_before(session, booked)
    held = await _held(session, change) if change.is_all else []
    after = returned(
        Due(
            dues=change.charge.dues,
            shares=change.charge.shares * change.charge.share_value,
        ),
        gross=part_between(sale, 0, change.after).gross,
        is_all=change.is_all,
        held=before.shares if change.was_all else sum(one.worth for one in held),
    )
    txn = went_back(
        sale,
        part_between(sale, change.before, change.after),
        before=before,
        after=after,
        key=f"{prefix}{len(booked)}",
        at=change.now,
    )
    [posted] = await post(session, [txn], now=change.now)
    lines = await _lines(session, change, held=held, again=before.shares - after.shares)
    entered = Entered(
        key=f"back:{change.charge.id}:{len(booked)}",
        reason=f"went back at {change.payment.provider}",
        charge_id=change.charge.id,
        txn_id=posted.id,
    )
    await enter(session, lines, entered)


async def _taken_before(session: Session, booked: Sequence[int]) -> Returned:
    return taken_out([entry for txn in booked for entry in await entries_of(session, txn)])


async def _held(session: Session, change: _Change) -> list[Block]:
    """Answer the shares of a charge that the member still holds."""
    issued = [
        one for one in await issued_for(session, change.charge.id) if one.kind is ShareKind.ISSUE
    ]
    blocks = await held_at(session, of=change.membership.id)
    found = [
        replace(block, first=max(block.first, line.first), last=min(block.last, line.last))
        for line in issued
        for block in blocks
    ]
    return [one for one in found if one.count > 0]


async def _lines(
    session: Session, change: _Change, *, held: Sequence[Block], again: int
) -> list[Line]:
    """Answer what is entered: redeemed are those that were held, and issued what is worth it."""
    charge, member = change.charge, change.membership.id
    line = Line(
        kind=ShareKind.REDEMPTION,
        first=0,
        last=0,
        from_id=member,
        to_id=None,
        value=charge.share_value,
        currency=charge.currency,
        at=change.now,
    )
    if change.is_all and not change.was_all:
        return [replace(line, first=one.first, last=one.last) for one in held]
    if again <= 0:
        return []
    first = await next_number(session)
    last = first + again // charge.share_value - 1
    issue = replace(line, kind=ShareKind.ISSUE, from_id=None, to_id=member)
    return [replace(issue, first=first, last=last)]
