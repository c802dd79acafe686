"""What a provider says of a member's payment becomes of it, each thing once.

Dues and shares are booked, the shares entered in the register, and the member admitted or renewed.
The payment is locked by the caller; then come the membership, the register and the journal.
"""

from __future__ import annotations

from datetime import datetime

from accounting.dues_booking import Due, dues_paid
from accounting.dues_returned import settle_returned
from accounting.ecb import in_euro
from accounting.journal import post
from accounting.payments.amounts import Money
from accounting.payments.port import Report, Standing
from accounting.receiving import UNPAID, book_fee, exchange_of
from accounting.sales import move, sale_of
from accounting.terms import terms_at
from accounting.vat import VatMode
from base.database import Session
from base.errors import Refused
from catalog.charges import charge_of, charged_member, note_paid_through
from catalog.member_shares import Entered, enter, lock_register, next_number
from catalog.member_states import ADMITTED, MemberState
from catalog.member_terms import class_at
from catalog.membership import Admission, period_paid
from catalog.memberships import Said, admit, renew
from catalog.models.memberships import MemberCharge, Membership
from catalog.models.payments import Payment
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.share_register import Line, ShareKind


async def receive_dues(
    session: Session, payment: Payment, report: Report, *, now: datetime
) -> None:
    """Book what is new in a report; what is old in it changes nothing.

    Raises:
        Refused: it cannot be booked; the sentence says why.

    """
    is_unpaid = payment.state in UNPAID
    if report.standing is Standing.FAILED and is_unpaid and payment.state != PaymentState.FAILED:
        move(payment, PaymentEvent.FAIL, now=now)
    if report.standing is not Standing.PAID:
        return
    charge = await charge_of(session, payment.id)
    membership = await charged_member(session, charge)
    if is_unpaid:
        await _take(session, payment, report, charge=charge, membership=membership, now=now)
    await book_fee(session, payment, report, now=now)
    await settle_returned(session, payment, report, charge=charge, membership=membership, now=now)


async def _take(  # noqa: PLR0913 - the rows that it is about
    session: Session,
    payment: Payment,
    report: Report,
    *,
    charge: MemberCharge,
    membership: Membership,
    now: datetime,
) -> None:
    at = report.paid_at or now
    await _note(session, payment, report, at=at)
    move(payment, PaymentEvent.PAY, now=now)
    charge.paid_at = now
    await _count(session, charge, membership, at=at, now=now)
    if charge.shares:
        await lock_register(session)
    facts: dict[str, str | int] = {
        "payment": str(payment.id),
        "provider": payment.provider,
        "provider_id": payment.provider_id or "",
        "membership": str(membership.id),
        "dues": charge.dues,
        "shares": charge.shares,
        "share_value": charge.share_value,
    }
    sale = sale_of(payment, charge.currency)
    due = Due(dues=charge.dues, shares=charge.shares * charge.share_value)
    [posted] = await post(session, [dues_paid(sale, due, at=at, facts=facts)], now=now)
    if charge.shares:
        await issue(session, charge, key=f"charge:{charge.id}", txn_id=posted.id, now=now)


async def _note(session: Session, payment: Payment, report: Report, *, at: datetime) -> None:
    paid = report.paid
    if paid is None or paid != Money(micros=payment.price, currency=payment.currency):
        raise Refused(
            "amount-differs",
            "This is not what was due. Dues and shares are paid in whole: send the money back, and "
            "let it be paid anew.",
            status=422,
        )
    received = report.received or paid
    books = (await terms_at(session, at)).currency
    gross = received.micros
    if received.currency != books:
        gross = in_euro(received, await exchange_of(session, received.currency, books, at))
    payment.provider_id = payment.provider_id or report.provider_id
    payment.paid, payment.paid_at = paid.micros, at
    payment.received, payment.received_currency = received.micros, received.currency
    payment.gross, payment.vat, payment.vat_mode = gross, 0, VatMode.TOPUP
    payment.method = report.method[:40] or None
    payment.fingerprint = report.fingerprint[:200] or None
    payment.country_told = report.country[:2] or None


async def _count(
    session: Session, charge: MemberCharge, membership: Membership, *, at: datetime, now: datetime
) -> None:
    """Let dues that were paid count: for a year, and for an admission where nobody else decides."""
    terms = await class_at(session, membership.class_id, now)
    if charge.dues:
        period = period_paid(membership.paid_through, on=at.date(), grace_days=terms.grace_days)
        charge.starts_on, charge.ends_on = period.starts_on, period.ends_on
        await note_paid_through(session, membership)
        if membership.state in ADMITTED:
            await renew(session, membership, now=now)
    is_waiting = membership.state == MemberState.APPLIED
    if is_waiting and terms.admission is Admission.PAID:
        await admit(session, membership, Said(reason="paid"), now=now)


async def issue(
    session: Session, charge: MemberCharge, *, key: str, txn_id: int, now: datetime
) -> None:
    """Enter new shares in the register, which is locked."""
    first = await next_number(session)
    line = Line(
        kind=ShareKind.ISSUE,
        first=first,
        last=first + charge.shares - 1,
        from_id=None,
        to_id=charge.membership_id,
        value=charge.share_value,
        currency=charge.currency,
        at=now,
    )
    await enter(session, [line], Entered(key=key, charge_id=charge.id, txn_id=txn_id))
