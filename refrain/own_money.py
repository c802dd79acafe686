"""Our own money on the command line, and what is put right, in the name of a token's owner."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from accounting.adjustments import Line, Proposal, approve, propose
from accounting.journal import post
from accounting.ledger import Transaction
from accounting.own_money import Movement, settled, vat_paid
from accounting.payments.amounts import Money, parsed
from base.database import Session
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.callers import Caller
from catalog.models.payments import Adjustment
from refrain.output import say
from refrain.topups import midnight
from refrain.treasurers import treasurer


async def settle_provider(  # noqa: PLR0913 - what the bank and the provider tell
    settings: Settings,
    provider: str,
    reference: str,
    *,
    amount: Money,
    fee: Money,
    day: date,
    token: str,
) -> None:
    """Book what a provider paid out to us."""
    await _post(
        settings,
        token,
        lambda by: settled(provider, _movement(reference, amount, day, by), fee=fee.micros),
    )


async def pay_vat(  # noqa: PLR0913 - what the bank tells
    settings: Settings, country: str, reference: str, *, amount: Money, day: date, token: str
) -> None:
    """Book tax that was paid."""
    await _post(
        settings, token, lambda by: vat_paid(country.upper(), _movement(reference, amount, day, by))
    )


async def propose_adjustment(  # noqa: PLR0913 - what is put right has as many sides
    settings: Settings, lines: list[str], *, reason: str, key: str, day: date, token: str
) -> None:
    """Propose to put something right."""
    entries = tuple(_line(one) for one in lines)

    def proposed(session: Session, tools: Tools, who: Caller) -> Awaitable[Adjustment]:
        at, named = midnight(day), f"cli:{key}"[:60]
        proposal = Proposal(key=named, reason=reason, lines=entries, occurred_at=at, by=who.id)
        return propose(session, proposal, now=tools.clock())

    await _adjusted(settings, token, proposed)


async def approve_adjustment(settings: Settings, adjustment: UUID, *, token: str) -> None:
    """Book what somebody else proposed."""

    def approved(session: Session, tools: Tools, who: Caller) -> Awaitable[Adjustment]:
        return approve(session, adjustment, by=who.id, now=tools.clock())

    await _adjusted(settings, token, approved)


def _movement(reference: str, amount: Money, day: date, by: str) -> Movement:
    return Movement(reference=reference, amount=amount, at=midnight(day), by=by)


def _line(text: str) -> Line:
    """Read an entry as in `bank=-12.50 EUR`."""
    account, _, said = text.partition("=")
    amount, _, currency = said.strip().partition(" ")
    micros = parsed(amount.removeprefix("-"), currency or "EUR").micros
    sign = -1 if amount.startswith("-") else 1
    return Line(account=account.strip(), amount=sign * micros, currency=currency or "EUR")


async def _post(settings: Settings, token: str, txn: Callable[[str], Transaction]) -> None:
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        made = [txn(str(who.id))]
        [posted] = await tools.database.run(lambda session: post(session, made, now=tools.clock()))
    say(json.dumps({"transaction": posted.id, "new": posted.is_new}))


async def _adjusted(
    settings: Settings,
    token: str,
    act: Callable[[Session, Tools, Caller], Awaitable[Adjustment]],
) -> None:
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        row = await tools.database.run(lambda session: act(session, tools, who))
    say(json.dumps({"adjustment": str(row.id), "transaction": row.txn_id}))
