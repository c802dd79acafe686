"""Dues and shares: asked for by a member and paid at a provider, or found by a treasurer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounting.confirming import Confirmation, confirm, lock_transfer
from accounting.payments.amounts import Money
from accounting.payments.manual import BY_HAND, creditor_reference
from accounting.payments.port import Provider
from accounting.terms import terms_at
from accounting.topups import Addresses, place, require_few_unpaid
from base.clock import Clock
from base.database import Database, Session
from base.errors import Refused
from catalog.charges import charge_of
from catalog.member_states import ADMITTED, MemberState
from catalog.member_terms import class_at
from catalog.membership import Admission, Terms
from catalog.memberships import membership_called, own_membership
from catalog.models.memberships import MemberCharge, Membership
from catalog.models.payments import Payment
from catalog.payment_states import PaymentState
from catalog.payments import MEMBERSHIP, add_payment, payment_transferred, payment_under
from catalog.people import country_of

#: Where nobody said where they live; ISO 3166 leaves it to whoever wants it.
_NOWHERE = "ZZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a member wants to pay under a key of theirs: a year's dues, shares, or both."""

    account_id: UUID
    request_key: str
    has_dues: bool
    shares: int


async def charge(
    database: Database, provider: Provider, wanted: Wanted, *, addresses: Addresses, clock: Clock
) -> Payment:
    """Charge a member, and ask a provider for it; the same key answers the same payment.

    Raises:
        Refused: `no-membership`, 404; `not-now`, 409; `nothing-due`, 422; `shares-missing`, 422;
            `idempotency-mismatch`, 409; or the provider takes no such payment.
        Unavailable: the provider cannot be reached.

    """

    async def written(session: Session) -> Payment:
        known = await payment_under(session, wanted.request_key)
        if known is not None:
            return await _same(session, known, wanted, provider.name)
        await require_few_unpaid(session, wanted.account_id, clock())
        membership = await own_membership(session, wanted.account_id)
        return await _write(session, membership, wanted, provider=provider.name, now=clock())

    payment = await database.run(written)
    return await place(database, provider, payment, addresses=addresses, clock=clock)


async def _same(session: Session, known: Payment, wanted: Wanted, provider: str) -> Payment:
    said = await charge_of(session, known.id) if known.product == MEMBERSHIP else None
    asked = (provider, wanted.account_id, wanted.has_dues, wanted.shares)
    if said is None or asked != (
        known.provider,
        known.listener_id,
        said.dues > 0,
        said.shares,
    ):
        raise Refused(
            "idempotency-mismatch",
            "Something else was ordered under the same key: use another key for another order.",
            status=409,
        )
    return known


async def _write(
    session: Session, membership: Membership, wanted: Wanted, *, provider: str, now: datetime
) -> Payment:
    terms = await class_at(session, membership.class_id, now)
    _require_due(membership, terms, wanted)
    books = (await terms_at(session, now)).currency
    if terms.currency != books:
        raise Refused("currency-unsupported", f"The books are kept in {books}.", status=422)
    row = MemberCharge(
        id=uuid4(),
        payment_id=uuid4(),
        membership_id=membership.id,
        dues=terms.dues if wanted.has_dues else 0,
        shares=wanted.shares,
        share_value=terms.share_value,
        currency=terms.currency,
    )
    payment = await add_payment(
        session,
        Payment(
            id=row.payment_id,
            listener_id=membership.account_id,
            request_key=wanted.request_key,
            provider=provider,
            state=PaymentState.NEW,
            product=MEMBERSHIP,
            credits=0,
            price=row.amount,
            currency=terms.currency,
            country=await country_of(session, membership.account_id) or _NOWHERE,
            created_at=now,
            changed_at=now,
            refunded=0,
            fee=0,
        ),
    )
    if payment.id != row.payment_id:  # it was asked for twice at once
        return await _same(session, payment, wanted, provider)
    session.add(row)
    await session.flush()
    return payment


def _require_due(membership: Membership, terms: Terms, wanted: Wanted) -> None:
    is_applicant = membership.state == MemberState.APPLIED
    pays_first = is_applicant and terms.admission is Admission.PAID
    if not (pays_first or membership.state in ADMITTED):
        raise Refused(
            "not-now", "Only members pay, and who is to be admitted is asked later.", status=409
        )
    if wanted.has_dues and not terms.dues and not wanted.shares:
        raise Refused("nothing-due", f"{terms.title} pay no dues.", status=422)
    if not wanted.has_dues and not wanted.shares:
        raise Refused("nothing-due", "Ask for dues, for shares, or for both.", status=422)
    if wanted.shares and not terms.share_value:
        raise Refused("nothing-due", f"{terms.title} hold no shares.", status=422)
    if is_applicant and (wanted.shares < terms.shares or (terms.dues and not wanted.has_dues)):
        raise Refused(
            "shares-missing",
            f"Who becomes a member pays the dues of a year and {terms.shares} shares at least.",
            status=422,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a treasurer found at the bank, or was given: `reference` is its number there."""

    member: str
    has_dues: bool
    shares: int
    amount: Money
    reference: str
    by: UUID | None
    at: datetime


async def record(session: Session, found: Found, *, key: str, now: datetime) -> Payment:
    """Take money for what a member owes that was never ordered here, once by its number.

    Raises:
        Refused: as `charge` and `confirm` do; `member-unknown`, 404.

    """
    await lock_transfer(session, found.reference)
    membership = await membership_called(session, found.member)
    wanted = Wanted(
        account_id=membership.account_id,
        request_key=key,
        has_dues=found.has_dues,
        shares=found.shares,
    )
    payment = await payment_transferred(session, found.reference)
    payment = payment or await payment_under(session, key)
    if payment is None:
        payment = await _write(session, membership, wanted, provider=BY_HAND, now=now)
        payment.provider_id = creditor_reference(str(payment.id))
        await session.flush()
    said = Confirmation(
        payment_id=payment.id,
        reference=found.reference,
        amount=found.amount,
        by=found.by,
        at=found.at,
    )
    return await confirm(session, said, now=now)
