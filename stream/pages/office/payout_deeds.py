"""What is done to payout runs: planned, approved, sent, settled, cancelled; asked before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.exporting import export
from accounting.paying import approve, cancel, draft
from accounting.payout_rules import policy_of, source_of
from accounting.transfers import settle_all
from base.errors import Refused
from catalog.callers import Caller
from catalog.restorations import held_by, resume
from stream.api.payout_documents import RunDocument
from stream.idempotency import Keyed
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of
from stream.pages.language import language_of, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.payouts import HERE, planned_now, run_called

_Asked = Callable[[web.Request, RunDocument, Mapping[str, str]], Question]


async def get_plan_page(request: web.Request) -> web.Response:
    """Say what a run comes to that is planned now."""
    return await ask(request, await _planning(request, {}))


async def post_plan_page(request: web.Request) -> web.Response:
    """Plan a run of all that can be paid."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        asked = keyed_form(request, who, form)
        policy, now = policy_of(tools.settings), tools.clock()
        step = partial(draft, policy=policy, key=asked.key, by=who.id, now=now)
        run = await asked.once(tools, step)
    except Refused as refused:
        return await ask_again(request, await _planning(request, form), refused)
    return done(f"{HERE}/{run.id}", "planned")


async def get_approve_page(request: web.Request) -> web.Response:
    """Say what approving a run comes to; who has to sign in again does so before."""
    who, run = await caller(request), await run_called(request)
    question = _approving(request, run, {})
    try:
        require_fresh(who, now=request.app[TOOLS].clock())
    except Refused as refused:
        return await ask_again(request, question, refused)
    return await ask(request, question)


async def post_approve_page(request: web.Request) -> web.Response:
    """Approve a run that somebody else planned."""

    async def work(who: Caller, run: RunDocument, asked: Keyed) -> None:
        tools = request.app[TOOLS]
        require_fresh(who, now=tools.clock())
        step = partial(approve, run_id=_id(run), by=who.id, now=tools.clock())
        await asked.first(tools, step)

    return await _do(request, work, _approving, notice="approved")


async def get_cancel_page(request: web.Request) -> web.Response:
    """Say what giving up a run comes to."""
    return await ask(request, _cancelling(request, await run_called(request), {}))


async def post_cancel_page(request: web.Request) -> web.Response:
    """Give up a run that was not sent."""

    async def work(who: Caller, run: RunDocument, asked: Keyed) -> None:
        tools = request.app[TOOLS]
        step = partial(cancel, run_id=_id(run), by=who.id, now=tools.clock())
        await asked.first(tools, step)

    return await _do(request, work, _cancelling, notice="cancelled")


async def get_file_page(request: web.Request) -> web.Response:
    """Say what making the file for the bank comes to."""
    return await ask(request, _sending(request, await run_called(request), {}))


async def post_file_page(request: web.Request) -> web.Response:
    """Make the file for the bank, which is fetched from the page of the run."""

    async def work(who: Caller, run: RunDocument, asked: Keyed) -> None:
        tools = request.app[TOOLS]
        source = source_of(tools.settings)
        await asked.noted(tools)
        await export(tools.database, _id(run), source=source, by=who.id, now=tools.clock())

    return await _do(request, work, _sending, notice="file")


async def get_settle_page(request: web.Request) -> web.Response:
    """Say what booking a run as paid comes to."""
    return await ask(request, _settling(request, await run_called(request), {}))


async def post_settle_page(request: web.Request) -> web.Response:
    """Book that all of a run has left the account."""

    async def work(who: Caller, run: RunDocument, asked: Keyed) -> None:
        tools = request.app[TOOLS]
        step = partial(settle_all, run_id=_id(run), by=who.id, now=tools.clock())
        await asked.first(tools, step)

    return await _do(request, work, _settling, notice="settled")


async def _do(
    request: web.Request,
    work: Callable[[Caller, RunDocument, Keyed], Awaitable[None]],
    question: _Asked,
    *,
    notice: str,
) -> web.Response:
    who, form, run = await caller(request), await form_of(request), await run_called(request)
    try:
        await work(who, run, keyed_form(request, who, form))
    except Refused as refused:
        return await ask_again(request, question(request, run, form), refused)
    return done(f"{HERE}/{run.run}", notice)


async def get_resume_page(request: web.Request) -> web.Response:
    """Say what letting money of a restored house leave comes to."""
    return await ask(request, await _resuming(request, {}))


async def post_resume_page(request: web.Request) -> web.Response:
    """Let money of a restored house leave: somebody has compared."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        require_fresh(who, now=tools.clock())
        said = form.get("reason", "")
        step = partial(resume, compared=said, by=who.id, now=tools.clock())
        await keyed_form(request, who, form).once(tools, step)
    except Refused as refused:
        return await ask_again(request, await _resuming(request, form), refused)
    return done(HERE, "resumed")


def _id(run: RunDocument) -> UUID:
    return UUID(run.run)


async def _planning(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say, tools = saying(request), formats_of(language_of(request)), request.app[TOOLS]
    async with tools.database.read() as session:
        ahead = await planned_now(session, tools)
    facts: list[tuple[str, str]] = []
    if ahead is not None:
        facts = [
            (_("Leaves the account"), say["money"](ahead["total"], ahead["currency"])),
            (_("Payees who are paid"), say["number"](ahead["payees"])),
            (_("Payees who wait"), say["number"](ahead["waiting"])),
            (_("Earned before"), say["day"](ahead["until"])),
        ]
    return Question(
        title=_("Plan a payout run?"),
        button=_("Plan it"),
        back=HERE,
        facts=facts,
        happens=[
            _("Whoever is owed enough by closed months is in it; all others are listed, with why."),
            _("No money moves and nothing is booked yet."),
            _("Another treasurer approves it. You cannot, as you planned it."),
        ],
        said=said_in(request, form),
    )


async def _resuming(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    async with request.app[TOOLS].database.read() as session:
        held = await held_by(session)
    facts = []
    if held is not None and held.restored_at is None:
        facts = [("PostgreSQL", _("It went back, failed over, or is another."))]
    elif held is not None:
        moments = ((_("Restored"), held.restored_at), (_("To what was known at"), held.rows_at))
        facts = [(name, say["moment"](at)) for name, at in moments if at is not None]
    return Question(
        title=_("Were the bank and the providers compared?"),
        button=_("Yes, let money leave"),
        back=HERE,
        facts=facts,
        happens=[
            _("Runs can be approved and sent again, and refunds go on their way."),
            _("What left after that moment and was not entered here leaves a second time."),
        ],
        said=said_in(request, form, "reason"),
        reason=_("What was compared with what"),
        reason_hint=_("As “bank until 27 November, and the provider's list”; it is kept."),
        is_final=True,
    )


def _facts(request: web.Request, run: RunDocument) -> list[tuple[str, str]]:
    _, say = saying(request), formats_of(language_of(request))
    return [
        (_("Leaves the account"), say["money"](run.total, run.currency)),
        (_("Payees"), say["number"](len(run.payouts))),
        (_("Planned"), say["moment"](run.drafted_at)),
    ]


def _approving(request: web.Request, run: RunDocument, form: Mapping[str, str]) -> Question:
    _ = saying(request)
    return Question(
        title=_("Approve this run?"),
        button=_("Approve it"),
        back=f"{HERE}/{run.run}",
        facts=_facts(request, run),
        happens=[
            _("It is planned once more: if anything changed since, it is refused as stale."),
            _("What is owed to each payee is booked as on its way."),
            _("The file for the bank can be made then; until it is, the run can be cancelled."),
        ],
        said=said_in(request, form),
    )


def _cancelling(request: web.Request, run: RunDocument, form: Mapping[str, str]) -> Question:
    _ = saying(request)
    return Question(
        title=_("Cancel this run?"),
        button=_("Cancel the run"),
        back=f"{HERE}/{run.run}",
        facts=_facts(request, run),
        happens=[
            _("Nobody is paid by it. What was booked of it is undone, and owed again."),
            _("It cannot be taken up again: plan another."),
        ],
        said=said_in(request, form),
        is_final=True,
    )


def _sending(request: web.Request, run: RunDocument, form: Mapping[str, str]) -> Question:
    _ = saying(request)
    return Question(
        title=_("Make the file for the bank?"),
        button=_("Make the file"),
        back=f"{HERE}/{run.run}",
        facts=_facts(request, run),
        happens=[
            _("Who was put on hold since, or has other bank details, is left out and owed again."),
            _("The file is made once and is the same each time it is fetched."),
            _("From then on the run counts as sent: only the bank can stop it."),
        ],
        said=said_in(request, form),
        is_final=True,
    )


def _settling(request: web.Request, run: RunDocument, form: Mapping[str, str]) -> Question:
    _ = saying(request)
    return Question(
        title=_("Has all of it left the account?"),
        button=_("Yes, book it"),
        back=f"{HERE}/{run.run}",
        facts=_facts(request, run),
        happens=[
            _("Every transfer of the run that did not come back is booked as paid."),
            _("Say so only with the bank's statement before you; better, hand the statement in."),
        ],
        said=said_in(request, form),
    )
