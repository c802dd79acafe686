"""Reports of sales as documents: who gets them, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_recipients import Place, Recipient, ReportForm, place_of
from catalog.report_states import ReportState
from stream.api.asking import MonthName
from stream.api.paging import Paged

#: A line without control characters: files and pages show it.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]+$"
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]


class PlaceDocument(BaseModel):
    """A server of SFTP, and the key that it must show, as `ssh-keyscan` prints it."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(max_length=255)
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(max_length=100)
    host_key: str = Field(max_length=1000)
    folder: str = Field(default=".", max_length=400)


class SaidOfRecipient(BaseModel):
    """Who gets reports of an account's music, or of all; how, and where.

    `template` says the columns of a `csv`; without a `place` reports wait to be fetched.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "account": "7d1f9c9e-6d0e-4c39-9c69-35d3a4f0a2de",
                    "name": "Kleinlaut Records",
                    "dpid": "PADPIDA2020010102Y",
                    "form": "financial",
                }
            ]
        },
    )

    account: Annotated[UUID | None, Field(strict=False)] = None
    name: _Name
    dpid: str = Field(max_length=40)
    form: Annotated[ReportForm, Field(strict=False)]
    template: dict[str, Any] | None = None
    place: PlaceDocument | None = None
    active: bool = True

    def recipient(self) -> Recipient:
        """Answer it as a value; how a template reads, `template_of` says.

        Raises:
            Refused: `report-place-unfit`, `report-recipient-unfit`, 422.

        """
        place = self.place
        return Recipient(
            account_id=self.account,
            name=self.name,
            dpid=self.dpid,
            form=self.form,
            template=self.template,
            place=None if place is None else Place(**place.model_dump()),
            is_active=self.active,
        )


class RecipientDocument(BaseModel):
    """Somebody who gets reports."""

    id: UUID
    account: UUID | None
    name: str
    dpid: str
    form: ReportForm
    template: dict[str, Any] | None
    place: PlaceDocument | None
    active: bool
    created_at: datetime
    changed_at: datetime


class RecipientList(BaseModel):
    """Some of those who get reports, the newest first."""

    items: list[RecipientDocument]
    next: str | None


class ReportsQuery(Paged):
    """Which reports: those of your music; who keeps the books may ask for `everybody`'s."""

    recipient: UUID | None = None
    state: ReportState | None = None
    everybody: bool = False


class ReportDocument(BaseModel):
    """A report of a month; `sums` are what it comes to, by which it was compared with the books.

    `replaces` is the number of the message that it takes the place of.
    """

    id: UUID
    recipient: UUID
    name: str
    form: ReportForm
    month: str
    number: int
    message_id: str
    replaces: str | None
    state: ReportState
    reason: str | None
    filename: str | None
    size_bytes: int | None
    sha256: str | None
    sums: dict[str, Any]
    asked_at: datetime
    made_at: datetime | None
    sent_at: datetime | None
    answered_at: datetime | None
    #: Where its file is, once it is made.
    href: str | None


class ReportList(BaseModel):
    """Some of the reports, the newest first."""

    items: list[ReportDocument]
    next: str | None


class AskForReport(BaseModel):
    """Ask for a report of a closed month: the first, or one that replaces the one before."""

    model_config = ConfigDict(extra="forbid")

    recipient: Annotated[UUID, Field(strict=False)]
    month: MonthName


class KeyDocument(BaseModel):
    """The key that we show servers: who gets reports by SFTP lets its owner in."""

    public: str
    fingerprint: str


def recipient_document(row: ReportRecipient) -> RecipientDocument:
    """Answer a recipient as a document."""
    return RecipientDocument(
        id=row.id,
        account=row.account_id,
        name=row.name,
        dpid=row.dpid,
        form=ReportForm(row.form),
        template=row.template,
        place=_place(place_of(row)),
        active=row.is_active,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _place(place: Place | None) -> PlaceDocument | None:
    if place is None:
        return None
    return PlaceDocument(
        host=place.host,
        port=place.port,
        user=place.user,
        host_key=place.host_key,
        folder=place.folder,
    )


def report_document(report: SalesReport, recipient: ReportRecipient) -> ReportDocument:
    """Answer a report as a document."""
    is_made = report.storage_key is not None
    return ReportDocument(
        id=report.id,
        recipient=recipient.id,
        name=recipient.name,
        form=ReportForm(recipient.form),
        month=f"{report.month:%Y-%m}",
        number=report.number,
        message_id=report.message_id,
        replaces=report.replaces,
        state=ReportState(report.state),
        reason=report.reason,
        filename=report.filename,
        size_bytes=report.size_bytes,
        sha256=report.sha256,
        sums=report.sums,
        asked_at=report.asked_at,
        made_at=report.made_at,
        sent_at=report.sent_at,
        answered_at=report.answered_at,
        href=f"/api/v1/reports/{report.id}/file" if is_made else None,
    )
