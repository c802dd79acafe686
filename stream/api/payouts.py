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
        ids = [one.id for one in await payees_of_account(session, who.id)]
        payees = [*map(str, ids), f"member:{who.id}"]
        body = OwnPayouts(
            standings=await standings_of(session, tools, payees),
            payouts=await payout_documents(session, await payouts_to(session, payees, limit=_MOST)),
        )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


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
        payee_id = await _payee_of(session, who, said.payee)
        await enter_details(session, payee_id, account, by=who.id, now=tools.clock())
        history = await history_of(session, payee_id)
    return _history(request, payee_id, list(history))


async def get_bank_details(request: web.Request) -> web.Response:
    """Answer all bank details that a payee has entered, masked."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        payee_id = await _payee_of(session, who, asking(request, PayeeQuery).payee)
        history = await history_of(session, payee_id)
    return _history(request, payee_id, list(history))


def _history(request: web.Request, payee_id: UUID, history: list[BankDetails]) -> web.Response:
    wait = timedelta(days=request.app[TOOLS].settings.payout_details_days)
    body = DetailsHistory(
        payee=str(payee_id),
        sentence=_sentence(history, wait),
        bank_details=[details_document(one, usable_from=one.entered_at + wait) for one in history],
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


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


async def _payee_of(session: Session, who: Caller, said: str) -> UUID:
    """Answer the payee that was named, if the caller speaks for them; or the caller."""
    for one in await payees_of_account(session, who.id):
        if said in {"", str(one.id)}:
            return one.id
    raise Refused("payee-unknown", "You speak for no such payee.", status=404)
