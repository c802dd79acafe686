"""What is done about top-ups: a transfer is confirmed, money goes back, and was transferred."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from uuid import UUID

from aiohttp import web

from accounting.confirming import Confirmation, confirm
from accounting.payments.amounts import Money
from accounting.payments.manual import BY_HAND
from accounting.payments.providers import provider_named
from accounting.topup_refunds import Asked, refund, unspent_of
from accounting.transferring_back import Transferred, transfer
from base.errors import Refused
from catalog.models.payments import Payment
from catalog.payments import payment_called, refund_named, unknown_refund
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import PROVIDERS, TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of
from stream.pages.language import language_of, saying
from stream.pages.office.desk import (
    Question,
    ask,
    ask_again,
    done,
    keyed_form,
    money_in,
    said_in,
)
from stream.pages.office.topups import HERE

_REFERENCE_LETTERS, _REASON_LETTERS = 140, 500


async def get_confirm_page(request: web.Request) -> web.Response:
    """Say what confirming a transfer comes to."""
    payment = await _payment(request)
    question = _confirming(request, payment, {})
    try:
        _confirmation(request, payment, request.query, by=None)
    except Refused as refused:
        return await ask_again(request, question, refused)
    return await ask(request, question)


async def post_confirm_page(request: web.Request) -> web.Response:
    """Take a transfer that arrived for paid."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    payment = await _payment(request)
    try:
        said = _confirmation(request, payment, form, by=who.id)
        asked = keyed_form(request, who, form)
        now = tools.clock()
        paid = await asked.once(tools, lambda session: confirm(session, said, now=now))
    except Refused as refused:
        return await ask_again(request, _confirming(request, payment, form), refused)
    return done(f"{HERE}/{paid.id}", "confirmed")


async def get_refund_page(request: web.Request) -> web.Response:
    """Say what sending back comes to."""
    return await ask(request, await _refunding(request, await _payment(request), {}))


async def post_refund_page(request: web.Request) -> web.Response:
    """Send back what is unspent of a top-up."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    payment, _ = await _payment(request), saying(request)
    try:
        reason = form.get("reason", "").strip()
        if not 0 < len(reason) <= _REASON_LETTERS or not reason.isprintable():
            raise Unfit({"reason": _("Say why, in one line.")})
        keys = keyed_form(request, who, form)
        await keys.noted(tools)
        asked = Asked(payment_id=payment.id, request_key=keys.key, by=who.id, reason=reason)
        provider = provider_named(request.app[PROVIDERS], payment.provider)
        await refund(tools.database, provider, asked, clock=tools.clock)
    except Refused as refused:
        return await ask_again(request, await _refunding(request, payment, form), refused)
    notice = "refund-waits" if payment.provider == BY_HAND else "refund"
    return done(f"{HERE}/{payment.id}", notice)


async def get_transferred_page(request: web.Request) -> web.Response:
    """Say what booking a refund as transferred comes to."""
    return await ask(request, await _transferring(request, {}))


async def post_transferred_page(request: web.Request) -> web.Response:
    """Say that a refund was transferred."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        keys = keyed_form(request, who, form)
        reference = _reference(request, form)
        said = Transferred(refund_id=_refund_in(request), reference=reference, by=who.id)
        await keys.once(tools, lambda session: transfer(session, said, now=tools.clock()))
    except Refused as refused:
        return await ask_again(request, await _transferring(request, form), refused)
    return done(HERE, "transferred")


async def _payment(request: web.Request) -> Payment:
    async with request.app[TOOLS].database.read() as session:
        return await payment_called(session, request.match_info["topup"])


def _refund_in(request: web.Request) -> UUID:
    return id_in(request.match_info["refund"], unknown_refund())


def _reference(request: web.Request, form: Mapping[str, str]) -> str:
    _, said = saying(request), form.get("reference", "").strip()
    if not 0 < len(said) <= _REFERENCE_LETTERS or not said.isprintable():
        raise Refused(
            "bad-form",
            _("Give the number that the transfer has on the bank's statement."),
            status=422,
        )
    return said


def _confirmation(
    request: web.Request, payment: Payment, form: Mapping[str, str], *, by: UUID | None
) -> Confirmation:
    """Read what was found on the statement.

    Raises:
        Refused: `bad-form`, 422; `not-yet`, 422.

    """
    _, now = saying(request), request.app[TOOLS].clock()
    wrong = Refused("bad-form", _("An amount is written as in 12.50."), status=422)
    amount = Money(micros=money_in(form.get("amount", ""), wrong), currency=payment.currency)
    return Confirmation(
        payment_id=payment.id,
        reference=_reference(request, form),
        amount=amount,
        by=by,
        at=_arrived(request, form.get("day", ""), now=now),
    )


def _arrived(request: web.Request, said: str, *, now: datetime) -> datetime:
    _ = saying(request)
    try:
        day = date.fromisoformat(said) if said else now.date()
    except ValueError:
        raise Refused("bad-form", _("A day is written as in 2026-11-30."), status=422) from None
    if day > now.date():
        raise Refused("not-yet", _("What arrives later cannot be confirmed now."), status=422)
    return min(now, datetime.combine(day, time(12), UTC))


def _confirming(request: web.Request, payment: Payment, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    said = said_in(request, form, "reference", "amount", "day")
    warnings = []
    wrong = Refused("bad-form", "", status=422)
    try:
        amount = money_in(said.get("amount", ""), wrong)
    except Refused:
        amount = 0
    if amount and amount != payment.price:
        price = say["money"](payment.price, payment.currency)
        warnings.append(_("The price was %(price)s: what arrived is another amount.", price=price))
    return Question(
        title=_("Confirm this transfer?"),
        button=_("Confirm it"),
        back=f"{HERE}/{payment.id}",
        facts=[
            (_("Arrived"), say["money"](amount, payment.currency)),
            (_("Its number at the bank"), said.get("reference", "")),
            (_("Ordered"), say["money"](payment.price, payment.currency)),
        ],
        warnings=warnings,
        happens=[
            _("The money is booked, its tax is due, and what was paid for is theirs at once."),
            _("The number of a transfer counts once: confirming it again changes nothing."),
            _("It is taken back by sending the money back, and in no other way."),
        ],
        said=said,
    )


async def _refunding(request: web.Request, payment: Payment, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    async with request.app[TOOLS].database.read() as session:
        unspent = await unspent_of(session, payment)
    by_hand = payment.provider == BY_HAND
    return Question(
        title=_("Send back what is unspent?"),
        button=_("Send it back"),
        back=f"{HERE}/{payment.id}",
        facts=[
            (_("Paid"), say["money"](payment.paid, payment.currency)),
            (_("Goes back"), say["money"](unspent, payment.currency)),
        ],
        happens=[
            _("The credit that is left of it is taken out of the wallet at once."),
            _("You transfer the money yourself, and say so among the refunds.")
            if by_hand
            else _("The provider is asked to send the money the way it came."),
            _("What was spent of it stays spent, and its artists stay paid."),
        ],
        said=said_in(request, form, "reason"),
        reason=_("Why it goes back"),
        is_final=True,
    )


async def _transferring(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    async with request.app[TOOLS].database.read() as session:
        row = await refund_named(session, _refund_in(request))
        payment = await payment_called(session, str(row.payment_id))
    said = said_in(request, form, "reference")
    return Question(
        title=_("Was this refund transferred?"),
        button=_("Yes, book it"),
        back=HERE,
        facts=[
            (_("Amount"), say["money"](row.amount, payment.currency)),
            (_("Its number at the bank"), said.get("reference", "")),
        ],
        happens=[_("It is booked that this money has left the bank. It is asked for no more.")],
        said=said,
    )
