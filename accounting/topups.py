"""Top-ups: ordered here, paid at a provider, and told by it as often as it likes.

A provider is never asked while a transaction is open: an order is written down, then placed, then
noted as placed; whoever repeats it under the same key goes on where it was left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog

from accounting.paid_for import take_report
from accounting.payments.amounts import Money
from accounting.payments.port import Checkout, Notice, Order, Provider, Report
from accounting.receiving import exchange_of
from accounting.sales import move
from accounting.terms import terms_at
from accounting.vat import VatRate, rate_on
from base.clock import Clock
from base.database import Database, Session
from base.errors import Refused, Unavailable
from catalog.models.payments import Payment, PaymentEvent
from catalog.payment_states import PaymentEvent as Happened
from catalog.payment_states import PaymentState
from catalog.payments import (
    Product,
    add_payment,
    count_taken_in,
    is_known,
    is_taken_in,
    payment_of,
    payment_under,
    product_at,
    take_in,
    unpaid_since,
    vat_rates_of,
)

log = structlog.get_logger()
#: So much a listener may order within an hour without paying.
_LATELY, _MOST_UNPAID = timedelta(hours=1), 20
#: A report that others overtook is asked for again.
_LOOKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A pack that a listener in a country wants to pay for, under a key of theirs."""

    listener_id: UUID
    request_key: str
    product: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a provider sends the listener and its messages; of the top-up, its id is added."""

    back: str
    webhook: str


async def order(
    database: Database, provider: Provider, wanted: Wanted, *, addresses: Addresses, clock: Clock
) -> Payment:
    """Order a pack; the same key answers the same order.

    Raises:
        Refused: `product-unknown`, 404; `vat-rate-unknown`, 422; `exchange-rate-missing`, 409;
            `idempotency-mismatch`, 409; or the provider takes no such payment.
        Unavailable: the provider cannot be reached.

    """
    payment = await database.run(lambda session: _written(session, provider, wanted, now=clock()))
    return await place(database, provider, payment, addresses=addresses, clock=clock)


async def place(
    database: Database, provider: Provider, payment: Payment, *, addresses: Addresses, clock: Clock
) -> Payment:
    """Ask a provider for what was written down, unless it was asked before.

    Raises:
        Refused: the provider takes no such payment. Unavailable: it cannot be reached.

    """
    if payment.state != PaymentState.NEW:
        return payment
    checkout = await provider.create(
        Order(
            reference=str(payment.id),
            amount=Money(micros=payment.price, currency=payment.currency),
            description=f"{payment.product} ({payment.id})",
            return_url=f"{addresses.back}?topup={payment.id}",
            webhook_url=addresses.webhook,
        )
    )
    return await database.run(lambda session: _placed(session, payment.id, checkout, now=clock()))


async def _written(
    session: Session, provider: Provider, wanted: Wanted, *, now: datetime
) -> Payment:
    found = await payment_under(session, wanted.request_key)
    if found is None:
        await require_few_unpaid(session, wanted.listener_id, now)
        product = await product_at(session, wanted.product, now)
        await _require_sellable(session, product, wanted.country, now)
        found = await add_payment(session, _new(provider, wanted, product, now=now))
    asked = (provider.name, wanted.product, wanted.country, wanted.listener_id)
    if (found.provider, found.product, found.country, found.listener_id) != asked:
        raise Refused(
            "idempotency-mismatch",
            "Something else was ordered under the same key: use another key for another order.",
            status=409,
        )
    return found


def _new(provider: Provider, wanted: Wanted, product: Product, *, now: datetime) -> Payment:
    return Payment(
        id=uuid4(),
        listener_id=wanted.listener_id,
        request_key=wanted.request_key,
        provider=provider.name,
        state=PaymentState.NEW,
        product=product.id,
        credits=product.credits,
        price=product.price,
        currency=product.currency,
        country=wanted.country,
        created_at=now,
        changed_at=now,
    )


async def require_few_unpaid(session: Session, listener_id: UUID, now: datetime) -> None:
    """Ask no provider for pages that nobody pays on.

    Raises:
        Refused: `too-many-unpaid`, 429.

    """
    if await unpaid_since(session, listener_id, now - _LATELY) >= _MOST_UNPAID:
        raise Refused(
            "too-many-unpaid",
            "You have ordered much that is not paid: please pay one of those, or try again in an "
            "hour.",
            status=429,
            retry_after_s=int(_LATELY.total_seconds()),
        )


async def _require_sellable(
    session: Session, product: Product, country: str, now: datetime
) -> None:
    """See before anybody pays that what is paid could be booked."""
    rates = [
        VatRate(country=one.country, valid_from=one.valid_from, ppm=one.ppm)
        for one in await vat_rates_of(session, country)
    ]
    rate_on(rates, country, now.date())
    books = (await terms_at(session, now)).currency
    if product.currency != books:
        await exchange_of(session, product.currency, books, now)


async def _placed(
    session: Session, payment_id: UUID, checkout: Checkout, *, now: datetime
) -> Payment:
    payment = await payment_of(session, payment_id, lock=True)
    payment.provider_id = checkout.provider_id
    payment.checkout_url = checkout.url or None
    if payment.state == PaymentState.NEW:
        move(payment, Happened.OFFER, now=now)
    return payment


async def take_message(
    database: Database,
    provider: Provider,
    message: tuple[bytes, Mapping[str, str]],
    *,
    clock: Clock,
) -> bool:
    """Take a webhook's message in, once; answer whether there was anything new in it.

    Raises:
        Refused: it is not genuine, or what it tells cannot be booked. Unavailable: try again.

    """
    notice = provider.verify(*message)
    async with database.read() as session:
        is_ours = await _is_worth_a_look(session, provider, notice)
    if not is_ours:
        return False
    return await look(database, provider, notice, clock=clock)


async def look(database: Database, provider: Provider, notice: Notice, *, clock: Clock) -> bool:
    """Ask how a payment stands and take that in; answer whether there was anything new.

    Raises:
        Refused: it cannot be booked. Unavailable: try again.

    """
    before = 0
    for _ in range(_LOOKS):
        try:
            report = await provider.fetch(notice.provider_id)
        except Refused as error:
            log.info("payment of another", provider=provider.name, code=error.code)
            return False
        told = _Told(provider=provider.name, notice=notice, report=report, before=before)
        found = await database.run(partial(_taken_in, told=told, now=clock()))
        if isinstance(found, bool):
            return found
        before = found.taken_in
    raise Unavailable("payment-busy", "Much is told of this payment at once; please try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A report, and how many messages about its payment were taken in before it was asked for."""

    provider: str
    notice: Notice
    report: Report
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overtaken:
    """A report that may be older than what was taken in: so many messages are by now."""

    taken_in: int


async def _is_worth_a_look(session: Session, provider: Provider, notice: Notice) -> bool:
    if not notice.provider_id:
        return False
    if notice.event_id:
        return not await is_taken_in(session, provider.name, notice.event_id)
    # Nobody signed it: only what we know of is worth a question.
    return await is_known(session, provider.name, notice.provider_id)


async def _taken_in(session: Session, *, told: _Told, now: datetime) -> bool | _Overtaken:
    payment = await _reported(session, told)
    if payment is None:
        log.info("payment of another", provider=told.provider, payment=told.report.provider_id)
        return False
    taken_in = await count_taken_in(session, payment.id)
    if taken_in != told.before:
        return _Overtaken(taken_in=taken_in)
    event = PaymentEvent(
        provider=told.provider,
        event_id=told.notice.event_id or _digest(told.report),
        kind=told.notice.kind[:100],
        payment_id=payment.id,
        received_at=now,
    )
    if not await take_in(session, event):
        return False
    await take_report(session, payment, told.report, now=now)
    return True


async def _reported(session: Session, told: _Told) -> Payment | None:
    try:
        payment = await payment_of(session, UUID(told.report.reference), lock=True)
    except (ValueError, Refused):
        return None
    return payment if payment.provider == told.provider else None


def _digest(report: Report) -> str:
    """Name a message that has no name by what it led to."""
    return f"state:{hashlib.sha256(repr(report).encode()).hexdigest()}"
