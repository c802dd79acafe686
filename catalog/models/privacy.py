"""What somebody asked for: all that is known of them, to be forgotten, or to close an artist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model

_WAITS = text("made_at IS NULL")


class PersonalExport(Model):
    """A file of all that is known of somebody: asked for, made by a job, and gone again soon."""

    __tablename__ = "personal_exports"
    __table_args__ = (
        Index(
            "ix_personal_exports_waits",
            "account_id",
            unique=True,
            postgresql_where=_WAITS,
            sqlite_where=_WAITS,
        ),
        Index(None, "account_id", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    #: From then on there is no file any more.
    expires_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    storage_key: Mapped[str | None] = mapped_column(String(200))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)


class Erasure(Model):
    """Somebody wants to be forgotten, and may think better of it until it is due."""

    __tablename__ = "erasures"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Closure(Model):
    """An artist or a label is closed: by whom and why, what it comes to, and when it was done.

    Nobody acts for it from the beginning; its music is withdrawn release by release.
    """

    __tablename__ = "closures"
    __table_args__ = (Index(None, "asked_by", "asked_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    #: The person who owned it.
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200))
    request_id: Mapped[str] = mapped_column(String(64))
    releases: Mapped[int]
    tracks: Mapped[int]
    drafts: Mapped[int]
    members: Mapped[int]
    done_at: Mapped[datetime | None] = mapped_column(Instant)
