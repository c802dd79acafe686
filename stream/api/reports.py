"""Reports of sales: who gets them, what became of them, and their files.

Who keeps the books says who gets which; whose music it is sees and fetches what was told of it.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import AwareDatetime

from accounting.dsr.asking import ask_anew
from accounting.dsr.templates import template_of
from accounting.months import month_named
from base.database import Session
from base.errors import Refused
from base.storage.port import Key
from base.ticket_secrets import ticket_secrets
from base.tools import Tools
from catalog.callers import Caller
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.permissions import Permission
from catalog.report_keys import report_key
from catalog.report_recipients import (
    Recipient,
    add_recipient,
    change_recipient,
    recipient_of,
    recipients,
    unknown_recipient,
)
from catalog.sales_reports import (
    Wanted,
    last_of_month,
    report_of,
    reports,
    send_again,
    unknown_report,
)
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.preconditions import require_match
from stream.api.report_documents import (
    AskForReport,
    KeyDocument,
    RecipientList,
    ReportList,
    ReportsQuery,
    SaidOfRecipient,
    recipient_document,
    report_document,
)
from stream.idempotency import at_most_once, keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

log = structlog.get_logger()

RECIPIENT_PLACES = Keyset("report-recipients", tuple[AwareDatetime, UUID])
REPORT_PLACES = Keyset("reports", tuple[AwareDatetime, UUID])


async def get_recipients(request: web.Request) -> web.Response:
    """Answer who gets reports."""
    asked = asking(request, Paged)
    after = RECIPIENT_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await recipients(session, after=after, limit=asked.limit + 1)
    page = RECIPIENT_PLACES.page(
        found, limit=asked.limit, place=lambda one: (one.created_at, one.id)
    )
    body = RecipientList(items=[recipient_document(one) for one in page.items], next=page.next)
    return answered(request, body, cache=NEVER_KEPT)


async def post_recipient(request: web.Request) -> web.Response:
    """Have somebody told of what is sold, from the month on that is closed next."""
    who, tools = await caller(request), request.app[TOOLS]
    said, asked = said_of(await told(request, SaidOfRecipient)), await keyed(request, who)
    step = partial(add_recipient, said=said, by=who, key=asked.key, now=tools.clock())
    row = await asked.once(tools, step)
    return answered(request, recipient_document(row), status=201, cache=NEVER_KEPT)


async def get_recipient(request: web.Request) -> web.Response:
    """Answer one who gets reports."""
    async with request.app[TOOLS].database.read() as session:
        row = await recipient_of(session, _recipient_in(request))
    return answered(request, recipient_document(row), cache=NEVER_KEPT)


async def put_recipient(request: web.Request) -> web.Response:
    """Tell somebody otherwise from now on."""
    who, tools = await caller(request), request.app[TOOLS]
    said, recipient_id = said_of(await told(request, SaidOfRecipient)), _recipient_in(request)

    async def change(session: Session) -> ReportRecipient:
        row = await recipient_of(session, recipient_id, is_locked=True)
        await require_match(request, lambda: recipient_document(row))
        return await change_recipient(session, recipient_id, said, who, now=tools.clock())

    await at_most_once(request, who, change)
    return await get_recipient(request)


def said_of(body: SaidOfRecipient) -> Recipient:
    """Answer what is said of a recipient, if reports can be made by it.

    Raises:
        Refused: `report-place-unfit`, `report-recipient-unfit`, `report-template-unfit`, 422.

    """
    said = body.recipient()
    if said.template is not None:
        template_of(said.template)
    return said


async def get_reports(request: web.Request) -> web.Response:
    """Answer reports of the caller's music; of everybody's to who keeps the books."""
    who, asked = await caller(request), asking(request, ReportsQuery)
    wanted = Wanted(
        recipient_id=asked.recipient,
        accounts=None if _sees_all(who, asked) else [who.id],
        state=asked.state,
    )
    after = REPORT_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await reports(session, wanted, after=after, limit=asked.limit + 1)
    page = REPORT_PLACES.page(
        found, limit=asked.limit, place=lambda one: (one[0].asked_at, one[0].id)
    )
    body = ReportList(items=[report_document(*one) for one in page.items], next=page.next)
    return answered(request, body, cache=NEVER_KEPT)


async def post_report(request: web.Request) -> web.Response:
    """Ask for a report of a closed month."""
    who, tools = await caller(request), request.app[TOOLS]
    said = await told(request, AskForReport)
    month = month_named(said.month, tools.settings.books_zone).first_day
    step = partial(ask_anew, recipient_id=said.recipient, month=month, by=who, now=tools.clock())
    await at_most_once(request, who, step)
    return await _last(request, tools, said.recipient, month)


async def _last(
    request: web.Request, tools: Tools, recipient_id: UUID, month: date
) -> web.Response:
    async with tools.database.read() as session:
        row = await last_of_month(session, recipient_id, month)
        recipient = await recipient_of(session, recipient_id)
    if row is None:
        raise unknown_report()
    return answered(request, report_document(row, recipient), status=201, cache=NEVER_KEPT)


async def get_report(request: web.Request) -> web.Response:
    """Answer a report."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        report, recipient = await seen_by(session, who, _report_in(request))
    return answered(request, report_document(report, recipient), cache=NEVER_KEPT)


async def get_report_file(request: web.Request) -> web.StreamResponse:
    """Answer the file of a report."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        report, _ = await seen_by(session, who, _report_in(request))
    return await report_file(request, report)


async def report_file(request: web.Request, report: SalesReport) -> web.StreamResponse:
    """Answer the bytes of a report, as they were sent or wait to be.

    Raises:
        Refused: `report-still-due`, 409.

    """
    if report.storage_key is None:
        raise Refused("report-still-due", "This report is still to be made.", status=409)
    response = web.StreamResponse(headers={"Cache-Control": NEVER_KEPT})
    response.content_type = "application/octet-stream"
    response.content_length = report.size_bytes
    # Our own name for it, of letters, digits, hyphens, points and underscores.
    response.headers["Content-Disposition"] = f'attachment; filename="{report.filename}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    await response.prepare(request)
    if request.method != "HEAD":
        async for part in request.app[TOOLS].storage.read(Key(report.storage_key)):
            await response.write(part)
    await response.write_eof()
    return response


async def post_sending(request: web.Request) -> web.Response:
    """Send a report once more; one that could not be made is made first."""
    who, tools = await caller(request), request.app[TOOLS]
    report_id = _report_in(request)
    step = partial(send_again, report_id=report_id, by=who, now=tools.clock())
    await at_most_once(request, who, step)
    async with tools.database.read() as session:
        report, recipient = await seen_by(session, who, report_id)
    return answered(request, report_document(report, recipient), cache=NEVER_KEPT)


async def get_key(request: web.Request) -> web.Response:
    """Answer the public key that we show servers."""
    tools = request.app[TOOLS]
    secret = ticket_secrets(tools.settings)[0]
    key = await tools.database.run(
        lambda session: report_key(session, secret=secret, now=tools.clock())
    )
    return answered(request, KeyDocument(public=key.public, fingerprint=key.id), cache=NEVER_KEPT)


async def seen_by(
    session: Session, who: Caller, report_id: UUID
) -> tuple[SalesReport, ReportRecipient]:
    """Answer a report to whose music it is of, and to who keeps the books; to nobody else.

    Raises:
        Refused: `report-unknown`, 404.

    """
    report = await report_of(session, report_id)
    recipient = await recipient_of(session, report.recipient_id)
    if recipient.account_id != who.id and not who.may(Permission.BOOKS_READ):
        raise unknown_report()
    return report, recipient


def _sees_all(who: Caller, asked: ReportsQuery) -> bool:
    if not asked.everybody:
        return False
    if not who.may(Permission.BOOKS_READ):
        raise Refused(
            "not-allowed",
            "Reports are for whose music they are of, and for who keeps the books.",
            status=403,
        )
    return True


def _recipient_in(request: web.Request) -> UUID:
    return id_in(request.match_info["recipient"], unknown_recipient())


def _report_in(request: web.Request) -> UUID:
    return id_in(request.match_info["report"], unknown_report())
