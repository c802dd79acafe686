"""Reports of sales, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.openapi import Route
from stream.api.openapi_parameters import ID
from stream.api.paging import Paged
from stream.api.report_documents import (
    AskForReport,
    KeyDocument,
    RecipientDocument,
    RecipientList,
    ReportDocument,
    ReportList,
    ReportsQuery,
    SaidOfRecipient,
)
from stream.api.reports import (
    get_key,
    get_recipient,
    get_recipients,
    get_report,
    get_report_file,
    get_reports,
    post_recipient,
    post_report,
    post_sending,
    put_recipient,
)

_REPORTS = "/api/v1/reports"
_RECIPIENTS = f"{_REPORTS}/recipients"
_RECIPIENT = f"{_RECIPIENTS}/{{recipient:{ID}}}"
_REPORT = f"{_REPORTS}/{{report:{ID}}}"


def report_routes() -> list[Route]:
    """Answer every operation on reports of sales."""
    return [*_recipients(), *_reports()]


def _recipients() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_RECIPIENTS,
            handler=get_recipients,
            needs=Permission.BOOKS_READ,
            summary="Who is told of plays and sales, the newest first.",
            query=Paged,
            answers={200: RecipientList},
            problems=(401, 403, 422),
        ),
        Route(
            method="POST",
            path=_RECIPIENTS,
            handler=post_recipient,
            needs=Permission.BOOKS_KEEP,
            summary="Have somebody told, from the month that is closed next. `Idempotency-Key`.",
            body=SaidOfRecipient,
            answers={201: RecipientDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="GET",
            path=_RECIPIENT,
            handler=get_recipient,
            needs=Permission.BOOKS_READ,
            summary="One who is told.",
            answers={200: RecipientDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="PUT",
            path=_RECIPIENT,
            handler=put_recipient,
            needs=Permission.BOOKS_KEEP,
            summary="Tell somebody otherwise from now on.",
            body=SaidOfRecipient,
            answers={200: RecipientDocument},
            hears_key=True,
            is_conditional=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="GET",
            path=f"{_REPORTS}/key",
            handler=get_key,
            needs=Permission.BOOKS_READ,
            summary="The public key with which we come to who gets reports by SFTP.",
            answers={200: KeyDocument},
            problems=(401, 403),
            name="get_report_key",
        ),
    ]


def _reports() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_REPORTS,
            handler=get_reports,
            needs=Permission.EARNINGS_READ,
            summary="Reports of your music, the newest first; who keeps the books may ask for all.",
            query=ReportsQuery,
            answers={200: ReportList},
            problems=(401, 403, 422),
        ),
        Route(
            method="POST",
            path=_REPORTS,
            handler=post_report,
            needs=Permission.BOOKS_KEEP,
            summary="Ask for a report of a closed month, which replaces the one before.",
            body=AskForReport,
            answers={201: ReportDocument},
            hears_key=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="GET",
            path=_REPORT,
            handler=get_report,
            needs=Permission.EARNINGS_READ,
            summary="A report, and what became of it.",
            answers={200: ReportDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path=f"{_REPORT}/file",
            handler=get_report_file,
            needs=Permission.EARNINGS_READ,
            summary="The file of a report, as it is sent.",
            answers={200: "application/octet-stream"},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path=f"{_REPORT}/sending",
            handler=post_sending,
            needs=Permission.BOOKS_KEEP,
            summary="Send a report once more; one that could not be made is made first.",
            answers={200: ReportDocument},
            hears_key=True,
            problems=(400, 401, 403, 404, 409),
        ),
    ]
