"""What a provider says of a payment becomes of it in the books, each thing once.

The payment is locked by the caller, and is the lock of all that is done here; then come the wallet
and its lots, and the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounting.chargebacks import settle_disputes
from accounting.ecb import Rate, in_euro
from accounting.journal import post
from accounting.ledger import Facts
from accounting.lot_rows import NewLot, add_lots
from accounting.lots import LotKind
from accounting.payments.amounts import Money
from accounting.payments.port import Report, Standing
from accounting.rates import rate_of
from accounting.refunds_told import settle_refunds
from accounting.sales import move, sale_of
from accounting.terms import terms_at
from accounting.topup_booking import fee_of, sold
from accounting.vat import Inclusive, VatMode, VatRate, inclusive, rate_on
from base.database import Session
from base.errors import Refused
from catalog.models.payments import Payment
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.payments import topup_terms_at, vat_rates_of

UNPAID = frozenset({PaymentState.NEW, PaymentState.OPEN, PaymentState.FAILED})
_EURO = "EUR"


async def receive(session: Session, payment: Payment, report: Report, *, now: datetime) -> None:
    """Book what is new in a report; what is old in it changes nothing.

    Raises:
        Refused: it cannot be booked yet, or not at all; the sentence says why.

    """
    is_unpaid = payment.state in UNPAID
    if report.standing is Standing.FAILED and is_unpaid and payment.state != PaymentState.FAILED:
        move(payment, PaymentEvent.FAIL, now=now)
    if report.standing is not Standing.PAID:
        return
    if is_unpaid:
        await _book_sale(session, payment, report, now=now)
    await book_fee(session, payment, report, now=now)
    await settle_refunds(session, payment, report, now=now)
    await settle_disputes(session, payment, report, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worth:
    """What was received, in the books' currency, and how that was found out."""

    currency: str
    price: Inclusive
    mode: VatMode
    vat: VatRate
    rate: Rate | None


async def _book_sale(session: Session, payment: Payment, report: Report, *, now: datetime) -> None:
    paid, received = _amounts(payment, report)
    at = report.paid_at or now
    worth = await _worth(session, payment.country, received, at)
    _note(payment, report, worth, at=at)
    move(payment, PaymentEvent.PAY, now=now)
    # Who paid less, or more, than the price gets as much of the pack.
    payment.credits = payment.credits * paid.micros // payment.price
    if payment.credits <= 0:
        raise Refused("amount-too-small", "This buys no credit at all.", status=422)
    sale = sale_of(payment, worth.currency)
    lot = NewLot(
        listener_id=payment.listener_id,
        kind=LotKind.PAID,
        acquired_at=at,
        source=f"topup:{payment.id}",
        currency=worth.currency,
        credits=sale.credits,
        amount=sale.held,
        vat=sale.vat_of_lot,
        country=payment.country,
    )
    [payment.lot_id] = await add_lots(session, [lot])
    facts = _facts(payment, worth)
    await post(session, [sold(sale, lot=payment.lot_id, at=at, facts=facts)], now=now)


def _amounts(payment: Payment, report: Report) -> tuple[Money, Money]:
    paid = report.paid
    if paid is None or paid.micros <= 0:
        raise Refused(
            "payment-empty", "The provider calls it paid, and names no amount.", status=409
        )
    if paid.currency != payment.currency:
        raise Refused(
            "payment-currency",
            f"{paid.currency} was paid where {payment.currency} was asked for.",
            status=409,
        )
    return paid, report.received or paid


async def _worth(session: Session, country: str, received: Money, at: datetime) -> _Worth:
    books = (await terms_at(session, at)).currency
    terms = await topup_terms_at(session, at)
    rates = [
        VatRate(country=one.country, valid_from=one.valid_from, ppm=one.ppm)
        for one in await vat_rates_of(session, country)
    ]
    vat = rate_on(rates, country, at.date())
    rate = None
    gross = received.micros
    if received.currency != books:
        rate = await exchange_of(session, received.currency, books, at)
        gross = in_euro(received, rate)
    return _Worth(
        currency=books,
        price=inclusive(gross, vat.ppm),
        mode=VatMode(terms.vat_mode),
        vat=vat,
        rate=rate,
    )


async def exchange_of(session: Session, currency: str, books: str, at: datetime) -> Rate:
    """Answer the rate between a currency and that of the books.

    Raises:
        Refused: `exchange-rate-missing`, 409.

    """
    if books != _EURO:
        raise Refused(
            "exchange-rate-missing",
            f"Rates are those of the euro, and the books are kept in {books}.",
            status=409,
        )
    return await rate_of(session, currency, at.date())


def _note(payment: Payment, report: Report, worth: _Worth, *, at: datetime) -> None:
    paid, received = _amounts(payment, report)
    payment.provider_id = payment.provider_id or report.provider_id
    payment.paid, payment.paid_at = paid.micros, at
    payment.received, payment.received_currency = received.micros, received.currency
    payment.gross, payment.vat, payment.vat_mode = worth.price.gross, worth.price.vat, worth.mode
    payment.method = report.method[:40] or None
    payment.fingerprint = report.fingerprint[:200] or None
    payment.country_told = report.country[:2] or None


def _facts(payment: Payment, worth: _Worth) -> Facts:
    facts: dict[str, str | int] = {
        "payment": str(payment.id),
        "listener": str(payment.listener_id),
        "provider": payment.provider,
        "provider_id": payment.provider_id or "",
        "product": payment.product,
        "credits": payment.credits,
        "paid": payment.paid,
        "paid_currency": payment.currency,
        "received": payment.received,
        "received_currency": payment.received_currency or "",
        "gross": payment.gross,
        "vat": payment.vat,
        "vat_ppm": worth.vat.ppm,
        "vat_since": worth.vat.valid_from.isoformat(),
        "vat_mode": worth.mode,
        "country": payment.country,
        "country_told": payment.country_told or "",
    }
    if worth.rate is not None:
        facts |= {
            "rate": worth.rate.micros,
            "rate_day": worth.rate.day.isoformat(),
            "rate_source": worth.rate.source,
        }
    return facts


async def book_fee(session: Session, payment: Payment, report: Report, *, now: datetime) -> None:
    """Book what is new of a provider's fee for a payment."""
    if report.fee is None:
        return
    fee = fee_of(
        payment.provider,
        key=f"topup-fee:{payment.id}",
        total=report.fee,
        before=payment.fee,
        at=report.paid_at or now,
        facts={"payment": str(payment.id)},
    )
    payment.fee = report.fee.micros
    if fee is not None:
        await post(session, [fee], now=now)
