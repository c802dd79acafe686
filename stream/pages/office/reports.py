"""The page of reports of sales: who is told what was sold, and what became of each report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.permissions import Permission
from catalog.report_keys import kept_report_key
from catalog.report_recipients import ReportForm, recipients
from catalog.report_states import ReportState
from catalog.sales_reports import Wanted, reports
from stream.api.paging import Keyset
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import notice_of
from stream.pages.language import N_
from stream.pages.office.months import names_of
from stream.pages.office.showing import office_page
from stream.pages.office.treasury_words import FORMS, REPORTS

HERE = "/office/reports"
_PLACES = Keyset("office-reports", tuple[AwareDatetime, UUID])
_ON_PAGE = 50
#: As many as there may be: they are few, and seen together.
_RECIPIENTS = 500
NOTICES = {
    "asked": N_("It is asked for, and will be made and sent in a moment."),
    "sent": N_("It goes out once more, in a moment."),
}


async def get_reports_page(request: web.Request) -> web.Response:
    """Show who gets reports, our key, and the reports, the newest first."""
    who, tools = await caller(request), request.app[TOOLS]
    after = _PLACES.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        told = await recipients(session, limit=_RECIPIENTS)
        found = await reports(session, Wanted(), after=after, limit=_ON_PAGE + 1)
        names = await names_of(session, {one.account_id for one in told})
        key = await kept_report_key(session)
    page = _PLACES.page(found, limit=_ON_PAGE, place=_place)
    context = {
        "recipients": [recipient_facts(one, names) for one in told],
        "reports": [report_facts(*one) for one in page.items],
        "next": page.next,
        "key": None if key is None else key.public,
        "may_keep": who.may(Permission.BOOKS_KEEP),
        "notice": notice_of(request, NOTICES),
    }
    return await office_page(request, "office/reports.html", context)


def recipient_facts(one: ReportRecipient, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer what pages say of who gets reports."""
    return {
        "id": str(one.id),
        "name": one.name,
        "dpid": one.dpid,
        "form": FORMS[ReportForm(one.form)],
        "of": names.get(one.account_id) if one.account_id else None,
        "where": f"{one.user}@{one.host}" if one.host else None,
        "is_active": one.is_active,
    }


def report_facts(report: SalesReport, recipient: ReportRecipient) -> dict[str, Any]:
    """Answer what pages say of a report."""
    words, mark = REPORTS[ReportState(report.state)]
    is_made, is_due = report.storage_key is not None, report.state == ReportState.DUE
    return {
        "id": str(report.id),
        "day": report.month,
        "number": report.number,
        "name": recipient.name,
        "form": FORMS[ReportForm(recipient.form)],
        "words": words,
        "mark": mark,
        "reason": report.reason,
        "at": report.answered_at or report.sent_at or report.made_at or report.asked_at,
        "file": f"/api/v1/reports/{report.id}/file" if is_made else None,
        # What goes nowhere is fetched; what could not be made is made before it is sent.
        "is_sendable": not is_due and (recipient.host is not None or not is_made),
    }


def _place(one: tuple[SalesReport, ReportRecipient]) -> tuple[datetime, UUID]:
    return one[0].asked_at, one[0].id
