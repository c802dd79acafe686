"""The pages of payouts: the runs, who is paid what in each and why others wait, and who is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.owing import last_closing, standings
from accounting.payout_holds import holds
from accounting.payout_rows import run_of, runs
from accounting.payout_rules import policy_of
from accounting.payouts import Plan, Why, payee_id_of, plan
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.models.payouts import PayoutHold
from catalog.payout_states import PayoutState, RunState
from catalog.permissions import Permission
from catalog.restorations import held_by
from stream.api.payout_documents import (
    PayoutDocument,
    RunDocument,
    RunFacts,
    WaitingDocument,
    run_document,
    run_facts,
)
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import notice_of
from stream.pages.language import N_, saying
from stream.pages.office.months import names_of
from stream.pages.office.showing import office_page
from stream.pages.office.treasury_words import PAYOUTS, RETURNS, RUNS, WAITS

HERE = "/office/payouts"
_MOST = 100
NOTICES = {
    "planned": N_("The run is planned. Another treasurer approves it: you cannot yourself."),
    "approved": N_("The run is approved: its money is under way. Make the file for the bank now."),
    "cancelled": N_("The run is cancelled. What was booked of it is undone, and owed again."),
    "file": N_("The file is made. Fetch it, and give it to the bank; it is the same each time."),
    "settled": N_("It is booked: all of it has left the account, but for what came back."),
    "left": N_("It is booked: this transfer has left the account."),
    "return-said": N_(
        "That is written down. It is owed again once another treasurer says the same."
    ),
    "returned": N_("It came back, and is owed to its payee again."),
    "resumed": N_("Money may leave again: runs can be approved and sent, and refunds go out."),
    "held": N_("They are not paid until somebody lifts the hold."),
    "lifted": N_("The hold is lifted: they are in the next run again."),
}


async def get_payouts_page(request: web.Request) -> web.Response:
    """Show all runs, what could be paid now, and whose payouts are held."""
    return await show_payouts(request, notice=notice_of(request, NOTICES))


async def show_payouts(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    taken: Mapping[str, Any] | None = None,
) -> web.Response:
    """Show the same, with what became of what was sent."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = [run_facts(one) for one in await runs(session, limit=_MOST)]
        ahead = await planned_now(session, tools)
        held = list(await holds(session))
        ids = {payee_id_of(one.payee) for one in held} | {one.placed_by for one in held}
        names = await names_of(session, ids)
        restored = await held_by(session)
    context = {
        "restored": restored,
        "runs": [_run(one) for one in found],
        "is_open": any(one.state == RunState.DRAFT for one in found),
        "ahead": ahead,
        "holds": [_hold(one, names) for one in held],
        "may_keep": who.may(Permission.PAYOUTS_KEEP),
        "said": {"payee": request.query.get("payee", "")},
        "taken": taken,
        "notice": notice,
    }
    return await office_page(request, "office/payouts.html", context, refused=refused)


async def get_run_page(request: web.Request) -> web.Response:
    """Show a run: who is paid what, who is not, and why."""
    who, _ = await caller(request), saying(request)
    async with request.app[TOOLS].database.read() as session:
        run = await run_document(session, await run_of(session, run_in(request)))
        ids = {payee_id_of(one.payee) for one in run.payouts}
        people = {UUID(one) for one in (run.drafted_by, run.approved_by) if one}
        names = await names_of(session, ids | people)
    context = {
        "run": run,
        "state": RUNS[RunState(run.state)],
        "drafted_by": names.get(UUID(run.drafted_by)),
        "approved_by": names.get(UUID(run.approved_by)) if run.approved_by else None,
        "payouts": [_payout(one, names, who) for one in run.payouts],
        "waiting": [_waits(one) for one in run.waiting],
        "is_own": run.drafted_by == str(who.id),
        "is_settled": all(one.state != PayoutState.BOOKED for one in run.payouts),
        "returns": [(code, _(words)) for code, words in RETURNS.items()],
        "may_keep": who.may(Permission.PAYOUTS_KEEP),
        "notice": notice_of(request, NOTICES),
    }
    return await office_page(request, "office/payout_run.html", context)


async def planned_now(session: Session, tools: Tools) -> dict[str, Any] | None:
    """Answer what a run would come to that is planned now; nothing where no month is closed."""
    until = await last_closing(session)
    if until is None:
        return None
    policy, now = policy_of(tools.settings), tools.clock()
    found: Plan = plan(await standings(session, policy, until=until, now=now), policy, now=now)
    return {
        "until": until,
        "currency": policy.currency,
        "total": found.total,
        "payees": len(found.payouts),
        "waiting": len(found.waiting),
        "threshold": policy.threshold,
    }


def run_in(request: web.Request) -> UUID:
    """Answer the run of the path."""
    unknown = Refused("run-unknown", "There is no such payout run.", status=404)
    return id_in(request.match_info["run"], unknown)


async def run_called(request: web.Request) -> RunDocument:
    """Answer the run of the path, with all that is in it.

    Raises:
        Refused: `run-unknown`, 404.

    """
    async with request.app[TOOLS].database.read() as session:
        return await run_document(session, await run_of(session, run_in(request)))


def _run(one: RunFacts) -> dict[str, Any]:
    words, mark = RUNS[RunState(one.state)]
    drafted: datetime = one.drafted_at
    return {"id": one.run, "words": words, "mark": mark, "until": one.until, "drafted": drafted}


def _payout(one: PayoutDocument, names: Mapping[UUID, str], who: Caller) -> dict[str, Any]:
    payee_id = payee_id_of(one.payee)
    words, mark = PAYOUTS[PayoutState(one.state)]
    return {
        "id": one.payout,
        "payee": one.payee,
        "name": (names.get(payee_id) if payee_id else None) or one.holder,
        "holder": one.holder,
        "iban": one.iban,
        "amount": one.amount,
        "held": one.held,
        "released": one.released,
        "words": words,
        "mark": mark,
        "is_sent": one.state in {PayoutState.BOOKED, PayoutState.SETTLED},
        "is_on_its_way": one.state == PayoutState.BOOKED,
        "reason": one.reason,
        "said_by_you": one.return_said_by == str(who.id),
        "said_by_other": one.return_said_by not in {None, str(who.id)},
    }


def _waits(one: WaitingDocument) -> dict[str, Any]:
    return {
        "payee": one.payee,
        "name": one.name or one.payee,
        "currency": one.currency,
        "payable": one.payable,
        "why": [WAITS[Why(why)] for why in one.why],
    }


def _hold(one: PayoutHold, names: Mapping[UUID, str]) -> dict[str, Any]:
    payee_id = payee_id_of(one.payee)
    return {
        "id": str(one.id),
        "payee": one.payee,
        "name": (names.get(payee_id) if payee_id else None) or one.payee,
        "reason": one.reason,
        "by": names.get(one.placed_by),
        "at": one.placed_at,
    }
