"""Top-ups on the command line: what treasurers confirm, give, and decide from a day on."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import TypeVar
from uuid import UUID, uuid4

from accounting.clawing import Bearer
from accounting.confirming import Confirmation, confirm
from accounting.grants import MICROS_PER_CREDIT, Grant, give
from accounting.journal import post
from accounting.payments.amounts import Money, parsed
from accounting.rates import import_rates
from accounting.topup_booking import invoiced_fee
from accounting.vat import VatMode
from base.clock import Clock
from base.database import Session
from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payments import TopupProduct, TopupTerms, VatRate
from catalog.payments import add_dated, payment_called
from refrain.output import say

T = TypeVar("T")
#: Millionths of the net price in a hundredth of it.
_PPM_OF_PERCENT = 10_000


async def rates_from(settings: Settings, text: str) -> None:
    """Import the European Central Bank's rates."""
    new = await _done(settings, lambda session, clock: import_rates(session, text, now=clock()))
    say(json.dumps({"new": new}))


async def confirm_transfer(
    settings: Settings, topup: str, amount: Money, *, reference: str
) -> None:
    """Take a transfer that arrived for paid."""

    async def work(session: Session, clock: Clock) -> dict[str, object]:
        found = await payment_called(session, topup)
        said = Confirmation(
            payment_id=found.id, reference=reference, amount=amount, by=None, at=clock()
        )
        paid = await confirm(session, said, now=clock())
        return {"topup": str(paid.id), "state": paid.state, "credits": paid.credits}

    say(json.dumps(await _done(settings, work)))


async def give_credits(
    settings: Settings, account: str, credits_: str, *, reason: str, key: str
) -> None:
    """Give credits to an account."""
    grant = Grant(
        listener_id=_uuid(account),
        key=f"cli:{key or uuid4()}",
        credits=parsed(credits_, "XXX").micros,
        reason=reason,
    )

    async def work(session: Session, clock: Clock) -> int:
        most = settings.grant_credits * MICROS_PER_CREDIT
        return (await give(session, grant, now=clock(), most=most)).id

    say(json.dumps({"transaction": await _done(settings, work)}))


async def book_fee(
    settings: Settings, provider: str, reference: str, *, amount: Money, day: date
) -> None:
    """Book what a provider's invoice says that it kept."""

    async def work(session: Session, clock: Clock) -> bool:
        at = midnight(day)
        fee = invoiced_fee(provider, reference=reference, amount=amount, at=at)
        [posted] = await post(session, [fee], now=clock())
        return posted.is_new

    say(json.dumps({"new": await _done(settings, work)}))


async def set_vat(settings: Settings, country: str, percent: str, since: date) -> None:
    """Set a country's standard rate of tax from a day on."""
    ppm = parsed(percent, "XXX").micros * _PPM_OF_PERCENT // 1_000_000
    row = VatRate(country=country.upper(), valid_from=since, ppm=ppm)
    await _add(settings, row, Act.VAT_SET, row.country)


async def set_product(settings: Settings, row: TopupProduct) -> None:
    """Sell a pack, at a price, or no longer, from a day on."""
    await _add(settings, row, Act.PRICE_SET, row.id)


async def set_terms(settings: Settings, *, vat: VatMode, chargebacks: Bearer, since: date) -> None:
    """Decide when tax is due and who bears chargebacks, from a day on."""
    row = TopupTerms(valid_from=midnight(since), vat_mode=vat, chargebacks=chargebacks)
    await _add(settings, row, Act.TOPUP_TERMS_SET, row.valid_from.isoformat())


async def _add(
    settings: Settings, row: VatRate | TopupProduct | TopupTerms, act: Act, subject: str
) -> None:
    """Write down what holds from a day on, and that it was said at a terminal."""

    async def work(session: Session, clock: Clock) -> None:
        await add_dated(session, row)
        facts = {"valid_from": row.valid_from.isoformat()}
        await note_act(session, None, act, subject, now=clock(), facts=facts)

    await _done(settings, work)


def midnight(day: date) -> datetime:
    """Answer the beginning of a day (UTC)."""
    return datetime.combine(day, time(), UTC)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("account-unknown", f"{text} is not the id of an account.") from None


async def _done(settings: Settings, work: Callable[[Session, Clock], Awaitable[T]]) -> T:
    """Do something in one transaction."""
    async with open_tools(settings) as tools:
        return await tools.database.run(lambda session: work(session, tools.clock))
