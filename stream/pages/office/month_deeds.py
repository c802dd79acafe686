"""What is done to months: closed for good, and told anew where later bookings changed them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import structlog
from aiohttp import web

from accounting.closing import close, outlook
from accounting.month_end import settle_month
from accounting.months import Month
from accounting.restating import Restating, restate
from base.errors import Refused
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of
from stream.pages.language import language_of, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.months import HERE, due_facts, in_the_way, month_in

log = structlog.get_logger()


async def get_close_page(request: web.Request) -> web.Response:
    """Say what closing a month comes to."""
    return await ask(request, await _closing(request, month_in(request), {}))


async def post_close_page(request: web.Request) -> web.Response:
    """Close a month."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    month = month_in(request)
    try:
        await keyed_form(request, who, form).noted(tools)
        closed = await close(
            tools.database,
            month.name,
            zone=month.zone,
            clock=tools.clock,
            settle=settle_month,
            by=who.id,
        )
    except Refused as refused:
        return await ask_again(request, await _closing(request, month, form), refused)
    log.info("month closed", month=month.name, by=str(who.id), digest=closed.digest.hex())
    return done(f"{HERE}/{month.name}", "closed")


async def get_restate_page(request: web.Request) -> web.Response:
    """Say what telling a month anew comes to."""
    return await ask(request, _restating(request, month_in(request), {}))


async def post_restate_page(request: web.Request) -> web.Response:
    """Tell statements of a month anew."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    month, _ = month_in(request), saying(request)
    said = said_in(request, form, "reason", "payee")
    try:
        why = said.get("reason", "")
        if not why or not why.isprintable():
            raise Unfit({"reason": _("Say why, in one line: payees read it.")})
        asked = Restating(period=month.name, why=why, payee_id=said.get("payee") or None)
        step = partial(restate, asked=asked, now=tools.clock(), by=who.id)
        made = await keyed_form(request, who, form).first(tools, step)
    except Refused as refused:
        return await ask_again(request, _restating(request, month, form), refused)
    log.info("month restated", month=month.name, by=str(who.id), statements=len(made or ()))
    return done(f"{HERE}/{month.name}", "restated")


async def _closing(request: web.Request, month: Month, form: Mapping[str, str]) -> Question:
    _, tools, say = saying(request), request.app[TOOLS], formats_of(language_of(request))
    now = tools.clock()
    facts: list[tuple[str, str]] = []
    async with tools.database.read() as session:
        found = await in_the_way(session, month, now=now)
        try:
            payees = (await outlook(session, month.name, zone=month.zone, now=now)).payees
            facts.append((_("Payees with a statement"), say["number"](payees)))
        except Refused:
            pass  # it is not its turn: who tries is told
    return Question(
        title=_("Close %(month)s?", month=say["month"](due_facts(month, now=now)["day"])),
        button=_("Close the month"),
        back=f"{HERE}/{month.name}",
        facts=facts,
        warnings=[f"{_(one['words'])} ({one['number']})" for one in found],
        happens=[
            _("Shares that were accepted are released into it, and advances are recouped."),
            _("Every payee gets a statement, which never changes."),
            _("Nobody can book anything in it any more: what comes late is of a later month."),
            _("What it owes can be paid out from then on."),
        ],
        said=said_in(request, form),
        is_final=True,
    )


def _restating(request: web.Request, month: Month, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    day = due_facts(month, now=request.app[TOOLS].clock())["day"]
    return Question(
        title=_("Tell %(month)s anew?", month=say["month"](day)),
        button=_("Tell it anew"),
        back=f"{HERE}/{month.name}",
        happens=[
            _("Each statement that later bookings changed gets a new version."),
            _("The first version stays as it is; the changes stand beside it, with your reason."),
            _("No balance changes: what was undone is booked in the month in which it was."),
        ],
        said=said_in(request, form, "reason", "payee"),
        reason=_("Why it is told anew"),
        reason_hint=_("Payees read this on their statement."),
    )
