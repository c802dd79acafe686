"""Top-ups in the database: what is sold and on which terms, payments, what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_, update

from base.database import Session, insert_once, is_new
from base.errors import Refused
from catalog.models.payments import (
    ExchangeRate,
    Payment,
    PaymentDispute,
    PaymentEvent,
    PaymentRefund,
    TopupProduct,
    TopupTerms,
    VatRate,
)
from catalog.payment_states import PaymentState, RefundState

#: Rows that a list answers.
_MOST = 200
#: What is paid for where it is no pack of credits: dues and shares, see `member_charges`.
MEMBERSHIP = "membership"
#: The provider of transfers, see `accounting.payments.manual`.
_BY_HAND = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A pack of credits as it is sold now: millionths of a credit, micro-units with tax."""

    id: str
    title: str
    credits: int
    price: int
    currency: str


async def products_at(session: Session, now: datetime) -> list[Product]:
    """Answer what is sold at a time, in the order of their names."""
    newest = (
        select(TopupProduct.id, func.max(TopupProduct.valid_from).label("valid_from"))
        .where(TopupProduct.valid_from <= now)
        .group_by(TopupProduct.id)
        .subquery()
    )
    query = select(TopupProduct).join(
        newest,
        (newest.c.id == TopupProduct.id) & (newest.c.valid_from == TopupProduct.valid_from),
    )
    rows = await session.scalars(query.where(TopupProduct.is_sold).order_by(TopupProduct.id))
    return [
        Product(
            id=one.id, title=one.title, credits=one.credits, price=one.price, currency=one.currency
        )
        for one in rows
    ]


async def product_at(session: Session, name: str, now: datetime) -> Product:
    """Answer a pack that is sold at a time.

    Raises:
        Refused: `product-unknown`, 404: it is not, and never was or is no more.

    """
    sold = {one.id: one for one in await products_at(session, now)}
    if name not in sold:
        known = ", ".join(sold) or "nothing"
        raise Refused("product-unknown", f"What is sold is {known}.", status=404)
    return sold[name]


async def topup_terms_at(session: Session, now: datetime) -> TopupTerms:
    """Answer the terms in force at a time."""
    query = select(TopupTerms).where(TopupTerms.valid_from <= now)
    found = await session.scalars(query.order_by(TopupTerms.valid_from.desc()).limit(1))
    return found.one()


async def vat_rates_of(session: Session, country: str) -> Sequence[VatRate]:
    """Answer all rates of tax that a country had and will have."""
    rows = await session.scalars(select(VatRate).where(VatRate.country == country))
    return rows.all()


async def countries_sold_to(session: Session, day: date) -> list[str]:
    """Answer the countries of which we know the tax on a day, and so can sell in."""
    query = select(VatRate.country).where(VatRate.valid_from <= day).distinct()
    return list(await session.scalars(query.order_by(VatRate.country)))


async def exchange_rate(session: Session, currency: str, *, after: date, by: date) -> ExchangeRate:
    """Answer the newest rate of a currency by a day, of a day `after` another.

    Raises:
        Refused: `exchange-rate-missing`, 409.

    """
    is_fit = (ExchangeRate.currency == currency) & ExchangeRate.day.between(after, by)
    query = select(ExchangeRate).where(is_fit).order_by(ExchangeRate.day.desc()).limit(1)
    found = await session.scalar(query)
    if found is None:
        raise Refused(
            "exchange-rate-missing",
            f"There is no rate of {currency} for {by}: a treasurer imports it with "
            "`refrain books rates import`.",
            status=409,
        )
    return found


async def add_rate(session: Session, rate: ExchangeRate) -> bool:
    """Write a rate down, once for each day; answer whether it is new.

    Raises:
        Refused: `exchange-rate-differs`, 409: another was written down, and may be in the books.

    """
    known = await session.get(ExchangeRate, (rate.currency, rate.day))
    if known is None:
        session.add(rate)
    elif known.micros != rate.micros:
        raise Refused(
            "exchange-rate-differs",
            f"The rate of {rate.currency} for {rate.day} is known already, and is another one.",
            status=409,
        )
    return known is None


async def add_payment(session: Session, payment: Payment) -> Payment:
    """Write an order down; answer it, or what was written under the same key before."""
    if await insert_once(session, payment):
        return payment
    return (await session.scalars(_under(payment.request_key))).one()


async def payment_under(session: Session, request_key: str) -> Payment | None:
    """Answer what was ordered under a key."""
    found: Payment | None = await session.scalar(_under(request_key))
    return found


def _under(request_key: str) -> Select[Payment]:
    return select(Payment).where(Payment.request_key == request_key)


async def unpaid_since(session: Session, listener_id: UUID, since: datetime) -> int:
    """Count what a listener ordered since a time and has not paid."""
    query = select(func.count()).where(
        Payment.listener_id == listener_id,
        Payment.created_at >= since,
        Payment.state.in_([PaymentState.NEW, PaymentState.OPEN, PaymentState.FAILED]),
    )
    return (await session.scalar(query)) or 0


async def payment_of(session: Session, payment_id: UUID, *, lock: bool = False) -> Payment:
    """Answer a payment, and let nobody else change it until the end if it is to be locked.

    Raises:
        Refused: `payment-unknown`, 404.

    """
    found = await session.get(
        Payment, payment_id, with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise unknown_payment()
    return found


async def payment_called(session: Session, name: str) -> Payment:
    """Answer a payment by its id, or by the reference that its transfer names.

    Raises:
        Refused: `payment-unknown`, 404.

    """
    try:
        return await payment_of(session, UUID(name))
    except ValueError:
        reference = name.replace(" ", "").upper()
    query = select(Payment).where(Payment.provider == _BY_HAND, Payment.provider_id == reference)
    found: Payment | None = await session.scalar(query)
    if found is None:
        raise unknown_payment()
    return found


async def payment_transferred(session: Session, reference: str) -> Payment | None:
    """Answer what a transfer paid, by its number on the bank's statement."""
    found: Payment | None = await session.scalar(
        select(Payment).where(Payment.bank_ref == reference)
    )
    return found


def unknown_payment() -> Refused:
    """Say that there is none."""
    return Refused("payment-unknown", "There is no such top-up.", status=404)


async def differing_countries(session: Session) -> Sequence[Payment]:
    """Answer top-ups whose listener says another country than their card or account is of."""
    query = select(Payment).where(
        Payment.country_told.is_not(None),
        Payment.country_told != Payment.country,
        Payment.product != MEMBERSHIP,
    )
    rows = await session.scalars(query.order_by(Payment.paid_at.desc()).limit(_MOST))
    return rows.all()


async def is_known(session: Session, provider: str, provider_id: str) -> bool:
    """Tell whether a payment of a provider is one of ours."""
    query = select(Payment.id).where(
        Payment.provider == provider, Payment.provider_id == provider_id
    )
    return (await session.scalar(query)) is not None


async def payments_of(session: Session, listener_id: UUID) -> Sequence[Payment]:
    """Answer the last top-ups of a listener, the newest first."""
    query = select(Payment).where(Payment.listener_id == listener_id, Payment.product != MEMBERSHIP)
    rows = await session.scalars(query.order_by(Payment.created_at.desc()).limit(_MOST))
    return rows.all()


async def is_taken_in(session: Session, provider: str, event_id: str) -> bool:
    """Tell whether a message was taken in before."""
    return (await session.get(PaymentEvent, (provider, event_id))) is not None


async def take_in(session: Session, event: PaymentEvent) -> bool:
    """Note a message; answer whether it is new."""
    row = {
        "provider": event.provider,
        "event_id": event.event_id,
        "kind": event.kind,
        "payment_id": event.payment_id,
        "received_at": event.received_at,
    }
    return await is_new(session, PaymentEvent, row)


async def count_taken_in(session: Session, payment_id: UUID) -> int:
    """Answer how many messages about a payment were taken in."""
    query = select(func.count()).where(PaymentEvent.payment_id == payment_id)
    return await session.scalar(query) or 0


async def disputes_of(session: Session, payment_id: UUID) -> dict[str, PaymentDispute]:
    """Answer the disputes of a payment by their names."""
    query = select(PaymentDispute).where(PaymentDispute.payment_id == payment_id)
    return {one.id: one for one in await session.scalars(query)}


async def disputes_of_lots(
    session: Session, lots: Iterable[int], standings: Iterable[str]
) -> list[tuple[int, PaymentDispute]]:
    """Answer disputes that stand so of the payments that lots were sold for, with their lots."""
    query = (
        select(Payment.lot_id, PaymentDispute)
        .join(PaymentDispute, PaymentDispute.payment_id == Payment.id)
        .where(Payment.lot_id.in_(list(lots)), PaymentDispute.standing.in_(list(standings)))
        .order_by(PaymentDispute.opened_at, PaymentDispute.id)
    )
    return [(lot or 0, dispute) for lot, dispute in await session.execute(query)]


async def refund_under(session: Session, request_key: str) -> PaymentRefund | None:
    """Answer the refund that was asked for under a key."""
    query = select(PaymentRefund).where(PaymentRefund.request_key == request_key)
    found: PaymentRefund | None = await session.scalar(query)
    return found


async def refund_named(session: Session, refund_id: UUID) -> PaymentRefund:
    """Answer a refund.

    Raises:
        Refused: `refund-unknown`, 404.

    """
    found = await session.get(PaymentRefund, refund_id)
    if found is None:
        raise unknown_refund()
    return found


def unknown_refund() -> Refused:
    """Say that there is none."""
    return Refused("refund-unknown", "There is no such refund.", status=404)


def refund_state(refund: PaymentRefund) -> RefundState:
    """Tell where a refund stands."""
    if refund.sent_at is None:
        return RefundState.WAITING if refund.undone_at is None else RefundState.REFUSED
    return RefundState.SENT if refund.undone_at is None else RefundState.FAILED


async def refunds_of(session: Session, payment_id: UUID) -> Sequence[PaymentRefund]:
    """Answer all that was sent, or is to be sent, back of a payment."""
    return (
        await session.scalars(select(PaymentRefund).where(PaymentRefund.payment_id == payment_id))
    ).all()


async def unsent_refunds(
    session: Session, providers: Iterable[str], *, before: datetime
) -> list[tuple[PaymentRefund, Payment]]:
    """Answer refunds by some providers that were booked by a time, and not sent nor undone."""
    query = (
        select(PaymentRefund, Payment)
        .join(Payment, Payment.id == PaymentRefund.payment_id)
        .where(
            Payment.provider.in_(list(providers)),
            PaymentRefund.sent_at.is_(None),
            PaymentRefund.undone_at.is_(None),
            PaymentRefund.created_at <= before,
        )
    )
    rows = await session.execute(query.order_by(PaymentRefund.created_at).limit(_MOST))
    return [(refund, payment) for refund, payment in rows]


async def open_payments(
    session: Session, provider: str, *, since: datetime, before: datetime
) -> Sequence[Payment]:
    """Answer payments of a time whose end a provider has not told, the longest unasked first."""
    query = select(Payment).where(
        Payment.provider == provider,
        Payment.state == PaymentState.OPEN,
        Payment.created_at >= since,
        Payment.created_at < before,
    )
    last = func.coalesce(Payment.asked_at, Payment.created_at)
    rows = await session.scalars(query.order_by(last).limit(_MOST))
    return rows.all()


async def transfers_awaited(
    session: Session, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Payment]:
    """Answer orders whose transfer has not arrived, those that wait longest first."""
    query = select(Payment).where(
        Payment.provider == _BY_HAND,
        Payment.state.in_([PaymentState.NEW, PaymentState.OPEN]),
        Payment.provider_id.is_not(None),
    )
    if after is not None:
        query = query.where(tuple_(Payment.created_at, Payment.id) > tuple_(*after))
    rows = await session.scalars(query.order_by(Payment.created_at, Payment.id).limit(limit))
    return rows.all()


async def note_asked(session: Session, payments: Iterable[Payment], *, now: datetime) -> None:
    """Note that payments were asked for."""
    ids = [one.id for one in payments]
    await session.execute(update(Payment).where(Payment.id.in_(ids)).values(asked_at=now))


async def payments_since(session: Session, provider: str, *, since: datetime) -> Sequence[Payment]:
    """Answer payments of a provider that were asked for, or paid, since a time."""
    is_since = or_(Payment.created_at >= since, Payment.paid_at >= since)
    query = select(Payment).where(Payment.provider == provider, is_since)
    return (await session.scalars(query.order_by(Payment.created_at))).all()


async def add_dated(session: Session, row: TopupProduct | TopupTerms | VatRate) -> None:
    """Write down what holds from a time on: what was written for the same time stays.

    Raises:
        Refused: `already-set`, 409.

    """
    if not await insert_once(session, row):
        raise Refused(
            "already-set",
            "Something holds from that time on already, and may be in the books: choose a later "
            "one.",
            status=409,
        )
