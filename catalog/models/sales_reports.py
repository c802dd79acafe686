"""Reports of sales to labels and societies: who gets which, and what was sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class ReportRecipient(Model):
    """Who is told of the plays and sales of an account's music (none: of all), and how.

    `form` is `basic-audio`, `financial` or `csv`, `template` the columns of the latter. It is sent
    by SFTP where there is a `host`; `host_key` is the one that it must show (as OpenSSH writes it).
    """

    __tablename__ = "report_recipients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    dpid: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(20))
    template: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_active: Mapped[bool]
    host: Mapped[str | None] = mapped_column(String(255))
    port: Mapped[int | None] = mapped_column(Integer)
    user: Mapped[str | None] = mapped_column(String(100))
    host_key: Mapped[str | None] = mapped_column(String(1000))
    folder: Mapped[str | None] = mapped_column(String(400))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class SalesReport(Model):
    """A report of a month to a recipient; the first has number 1, restatements those after it.

    `message_id` is never used again, and `replaces` is that of the report before. `sums` are what
    its foot and summaries say, by which it was compared with the books.
    """

    __tablename__ = "sales_reports"
    __table_args__ = (
        UniqueConstraint("recipient_id", "month", "number"),
        Index(None, "asked_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("report_recipients.id"))
    #: Its first day.
    month: Mapped[date]
    number: Mapped[int]
    message_id: Mapped[str] = mapped_column(String(100), unique=True)
    replaces: Mapped[str | None] = mapped_column(String(100))
    #: See `catalog.report_states`.
    state: Mapped[str] = mapped_column(String(12))
    #: Why it failed or was refused, or what the last try to send it ended with.
    reason: Mapped[str | None] = mapped_column(String(1000))
    #: None as long as it is not made.
    filename: Mapped[str | None] = mapped_column(String(300))
    storage_key: Mapped[str | None] = mapped_column(String(200), index=True)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    sums: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Files that answered it when it was sent before, and what another would differ by.
    answered_before: Mapped[dict[str, str]] = mapped_column(JSON)
    #: Since when it is to be made; its head tells this as the time at which it was.
    asked_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Its bytes are with the recipient, though nobody may have told them yet.
    uploaded_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class ReportKey(Model):
    """The key that we show who gets reports by SFTP; its private part is sealed."""

    __tablename__ = "report_keys"

    #: Its fingerprint, as OpenSSH writes it.
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[str] = mapped_column(String(1000))
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
