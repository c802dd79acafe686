"""Payouts for payees: where to, how much, when, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from aiohttp import web
from pydantic import Field

from accounting.bank_accounts import bank_account
from accounting.bank_details import enter_details, history_of
from accounting.owing import last_closing, standings
from accounting.payees import payees_of_account
from accounting.payout_rows import payouts_to
from accounting.payout_rules import policy_of
from accounting.payouts import Policy, Standing, reasons
from accounting.told import payees_for
from base.clock import Clock
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.models.payouts import BankDetails
from stream.api.asking import Sparse, asking, told
from stream.api.payout_documents import (
    DetailsHistory,
    EnterDetails,
    OwnPayouts,
    PayoutDocument,
    StandingDocument,
    details_document,
    payout_documents,
    reason_of,
)
from stream.identity.callers import caller
from stream.keys import TOOLS


class PayeeQuery(Sparse):
    """Of whom, if not of yourself."""

    payee: str = Field(default="", max_length=80)


_NEVER_KEPT = {"Cache-Control": "no-store"}
_MOST = 100


async def get_own_payouts(request: web.Request) -> web.Response:
    """Answer what the caller is owed and was paid."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        payees = await payees_for(session, who.id)
        body = OwnPayouts(
            standings=await standings_of(session, tools, payees),
            payouts=await paid_to(session, payees),
        )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def paid_to(session: Session, payees: Sequence[str]) -> list[PayoutDocument]:
    """Answer what payees were paid, the newest first."""
    return await payout_documents(session, await payouts_to(session, payees, limit=_MOST))


async def standings_of(
    session: Session, tools: Tools, payees: Sequence[str]
) -> list[StandingDocument]:
    """Answer what payees are owed as far as months are closed, and why they wait for it."""
    policy, now = policy_of(tools.settings), tools.clock()
    until = await last_closing(session)
    found = await standings(session, policy, until=until or now, now=now, payees=payees)
    return [_standing(one, policy, tools.clock) for one in found]


async def put_bank_details(request: web.Request) -> web.Response:
    """Enter bank details; those before stay known."""
    who, tools = await caller(request), request.app[TOOLS]
    said = await told(request, EnterDetails)
    account = bank_account(holder=said.holder, iban=said.iban, bic=said.bic)
    async with tools.database.begin() as session:
        payee_id = await payee_spoken_for(session, who, said.payee)
        await enter_details(session, payee_id, account, by=who.id, now=tools.clock())
        body = await details_of(session, tools, payee_id)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def get_bank_details(request: web.Request) -> web.Response:
    """Answer all bank details that a payee has entered, masked."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        payee_id = await payee_spoken_for(session, who, asking(request, PayeeQuery).payee)
        body = await details_of(session, tools, payee_id)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def details_of(session: Session, tools: Tools, payee_id: UUID) -> DetailsHistory:
    """Answer all bank details that a payee has entered, masked."""
    history = list(await history_of(session, payee_id))
    wait = timedelta(days=tools.settings.payout_details_days)
    return DetailsHistory(
        payee=str(payee_id),
        sentence=_sentence(history, wait),
        bank_details=[details_document(one, usable_from=one.entered_at + wait) for one in history],
    )


def _sentence(history: list[BankDetails], wait: timedelta) -> str:
    if not history:
        return "Nothing can be paid until bank details are entered."
    day = (history[0].entered_at + wait).date()
    return (
        f"Payouts go there from {day:%Y-%m-%d} on. If it was not you who entered this, "
        "enter your own now, and tell us."
    )


def _standing(one: Standing, policy: Policy, clock: Clock) -> StandingDocument:
    return StandingDocument(
        payee=one.payee,
        currency=one.currency,
        payable=one.payable,
        reserve=one.reserve,
        threshold=policy.threshold,
        waits=[reason_of(why) for why in reasons(one, policy, now=clock())],
    )


async def payee_spoken_for(session: Session, who: Caller, said: str) -> UUID:
    """Answer the payee that was named, if the caller speaks for them; or the caller.

    Raises:
        Refused: `payee-unknown`, 404.

    """
    for one in await payees_of_account(session, who.id):
        if said in {"", str(one.id)}:
            return one.id
    raise Refused("payee-unknown", "You speak for no such payee.", status=404)
