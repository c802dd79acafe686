"""What is done about reports of sales: one is asked for, or sent once more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.months import month_named
from base.errors import Refused
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_recipients import recipient_of, unknown_recipient
from catalog.sales_reports import ask_anew, last_of_month, report_of, send_again, unknown_report
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of
from stream.pages.language import language_of, saying, told_in
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.reports import HERE


async def get_ask_page(request: web.Request) -> web.Response:
    """Say what asking for a report comes to."""
    return await ask(request, await _asking(request, {}))


async def post_ask_page(request: web.Request) -> web.Response:
    """Ask for a report of a closed month."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    recipient_id = id_in(request.match_info["recipient"], unknown_recipient())
    question = await _asking(request, form)
    try:
        month = month_named(
            said_in(request, form, "month").get("month", ""), tools.settings.books_zone
        )
        step = partial(
            ask_anew,
            recipient_id=recipient_id,
            month=month.first_day,
            by=who,
            now=tools.clock(),
        )
        await keyed_form(request, who, form).first(tools, step)
    except Refused as refused:
        return await ask_again(request, question, refused)
    return done(HERE, "asked")


async def get_send_page(request: web.Request) -> web.Response:
    """Say what sending a report once more comes to."""
    return await ask(request, await _sending(request, {}))


async def post_send_page(request: web.Request) -> web.Response:
    """Send a report once more."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    report, _ = await _report(request)
    try:
        step = partial(send_again, report_id=report.id, by=who, now=tools.clock())
        await keyed_form(request, who, form).first(tools, step)
    except Refused as refused:
        return await ask_again(request, await _sending(request, form), refused)
    return done(HERE, "sent")


async def _asking(request: web.Request, form: Mapping[str, str]) -> Question:
    _, tools, say = saying(request), request.app[TOOLS], formats_of(language_of(request))
    recipient_id = id_in(request.match_info["recipient"], unknown_recipient())
    said = said_in(request, form, "month")
    async with tools.database.read() as session:
        recipient = await recipient_of(session, recipient_id)
        try:
            day = month_named(said.get("month", ""), tools.settings.books_zone).first_day
        except Refused:
            day = None  # who asks for what is no month is told when they say yes
        last = None if day is None else await last_of_month(session, recipient_id, day)
    happens = [_("It is made from the closed month, and compared with its statements.")]
    if last is not None:
        happens.append(
            _("It replaces number %(number)s, which stays as it is.", number=last.number)
        )
    if recipient.host is not None:
        happens.append(_("It is sent to %(host)s.", host=recipient.host))
    return Question(
        title=_("A report for %(name)s?", name=recipient.name),
        button=_("Make it"),
        back=HERE,
        facts=[] if day is None else [(_("Month"), say["month"](day))],
        happens=happens,
        said=said,
    )


async def _sending(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    report, recipient = await _report(request)
    is_made = report.storage_key is not None
    happens = [
        _("The same file goes out once more, under the same number.")
        if is_made
        else _("It is made once more, and then sent.")
    ]
    return Question(
        title=_("Send the report to %(name)s once more?", name=recipient.name),
        button=_("Send it"),
        back=HERE,
        facts=[
            (_("Month"), say["month"](report.month)),
            (_("Number"), say["number"](report.number)),
        ],
        warnings=[told_in(request, report.reason)[0]] if report.reason else [],
        happens=happens,
        said=said_in(request, form),
    )


async def _report(request: web.Request) -> tuple[SalesReport, ReportRecipient]:
    report_id: UUID = id_in(request.match_info["report"], unknown_report())
    async with request.app[TOOLS].database.read() as session:
        report = await report_of(session, report_id)
        return report, await recipient_of(session, report.recipient_id)
