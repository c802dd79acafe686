"""The page of adjustments: proposed by one treasurer, booked when another approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from uuid import UUID

from aiohttp import web

from accounting.adjustments import Line, Proposal, approve, propose
from base.errors import Refused
from catalog.adjustments import adjustments, unknown_adjustment
from catalog.models.payments import Adjustment
from catalog.permissions import Permission
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, language_of, saying
from stream.pages.office.desk import (
    Question,
    ask,
    ask_again,
    desk_page,
    done,
    keyed_form,
    money_in,
    said_in,
)
from stream.pages.office.months import names_of

HERE = "/office/adjustments"
_FIELDS = ("reason", "day", "lines", "currency")
_PARTS = 2
_NOTICES = {
    "proposed": N_("It is written down. Nothing is booked until another treasurer approves it."),
    "approved": N_("It is booked."),
}


async def get_adjustments_page(request: web.Request) -> web.Response:
    """Show what was proposed lately, and what became of it."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = list(await adjustments(session))
        people = {one.proposed_by for one in found} | {one.approved_by for one in found}
        names = await names_of(session, people)
    context = {
        "waiting": [one for one in found if one.txn_id is None],
        "booked": [one for one in found if one.txn_id is not None],
        "names": names,
        "you": who.id,
        "may_keep": who.may(Permission.BOOKS_KEEP),
        "notice": notice_of(request, _NOTICES),
    }
    return await desk_page(request, "office/adjustments.html", context)


async def get_propose_page(request: web.Request) -> web.Response:
    """Say what a proposal comes to."""
    question = _proposing(request, {})
    try:
        _lines(request, request.query)
    except Refused as refused:
        return await ask_again(request, question, refused)
    return await ask(request, question)


async def post_propose_page(request: web.Request) -> web.Response:
    """Propose to put something right."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        asked = keyed_form(request, who, form)
        day, lines = _lines(request, form)
        proposal = Proposal(
            key=asked.key, reason=form["reason"][:500], lines=lines, occurred_at=day, by=who.id
        )
        await asked.once(tools, lambda session: propose(session, proposal, now=tools.clock()))
    except Refused as refused:
        return await ask_again(request, _proposing(request, form), refused)
    return done(HERE, "proposed")


async def get_approve_page(request: web.Request) -> web.Response:
    """Say what approving comes to."""
    return await ask(request, _approving(request, await _adjustment(request), {}))


async def post_approve_page(request: web.Request) -> web.Response:
    """Book what somebody else proposed."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    row = await _adjustment(request)
    try:
        asked = keyed_form(request, who, form)
        await asked.once(
            tools, lambda session: approve(session, row.id, by=who.id, now=tools.clock())
        )
    except Refused as refused:
        return await ask_again(request, _approving(request, row, form), refused)
    return done(HERE, "approved")


async def _adjustment(request: web.Request) -> Adjustment:
    wanted: UUID = id_in(request.match_info["adjustment"], unknown_adjustment())
    async with request.app[TOOLS].database.read() as session:
        found = await session.get(Adjustment, wanted)
    if found is None:
        raise unknown_adjustment()
    return found


def _lines(request: web.Request, form: Mapping[str, str]) -> tuple[datetime, tuple[Line, ...]]:
    """Read an account and an amount of each line, debits positive.

    Raises:
        Refused: `bad-form`, 422.

    """
    _ = saying(request)
    wrong = Refused(
        "bad-form",
        _("Say why and of which day it is, and write in each line an account and an amount."),
        status=422,
    )
    try:
        day = datetime.fromisoformat(form.get("day", "")).date()
    except ValueError:
        raise wrong from None
    written = [one.split() for one in form.get("lines", "").splitlines() if one.strip()]
    reason = form.get("reason", "").strip()
    if not written or not reason or any(len(one) != _PARTS for one in written):
        raise wrong
    currency = form.get("currency", "")
    lines = [
        Line(account=account, amount=_amount(said, wrong), currency=currency)
        for account, said in written
    ]
    return datetime.combine(day, time(), UTC), tuple(lines)


def _amount(text: str, wrong: Refused) -> int:
    amount = money_in(text.removeprefix("-"), wrong)
    return -amount if text.startswith("-") else amount


def _proposing(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    said = said_in(request, form, *_FIELDS)
    try:
        _day, lines = _lines(request, said)
        facts = [(one.account, say["money"](one.amount, one.currency)) for one in lines]
    except Refused:
        facts = []
    return Question(
        title=_("Propose this adjustment?"),
        button=_("Propose it"),
        back=HERE,
        facts=facts,
        happens=[
            _("It is written down as yours, and nothing is booked yet."),
            _("Another treasurer approves it, and by that it is booked in the open month."),
        ],
        said=said,
        reason=_("Why"),
    )


def _approving(request: web.Request, row: Adjustment, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    return Question(
        title=_("Approve this adjustment?"),
        button=_("Approve and book it"),
        back=HERE,
        facts=[
            (one["account"], say["money"](one["amount"], one["currency"])) for one in row.entries
        ],
        happens=[
            row.reason,
            _("It is booked at once, with both your names, and never changes."),
        ],
        said=said_in(request, form),
        is_final=True,
    )
