"""Files on their way in: what was promised, what is durable, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class UploadRow(Model):
    """One upload, by whichever protocol it comes; see catalog.uploads for the value.

    `kept` tells where its durable bytes lie, see base.storage.kept; it is null once nothing
    is left of them beside a master. `fence` counts its holders: who holds a lower one than the
    row writes nothing. `is_held` stays when a holder died, so the next one knows.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index(None, "state", "expires_at"),
        Index(None, "owner_id", "state"),
        Index(None, "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    filename: Mapped[str] = mapped_column(String(400))
    #: What the client says of it, as it said it. (`metadata` is SQLAlchemy's word.)
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    length_bytes: Mapped[int | None] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(20))
    is_partial: Mapped[bool]
    #: The partial uploads that it is joined from, in order.
    parts: Mapped[list[str]] = mapped_column(JSON)
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fence: Mapped[int] = mapped_column(BigInteger)
    is_held: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20))
    is_judged: Mapped[bool]
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    #: Why it was refused: code, sentence, status.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sha256: Mapped[str | None] = mapped_column(String(64))
    master_id: Mapped[UUID | None] = mapped_column(ForeignKey("masters.id"))
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"))
    #: The draft that it is for, or that an archive became; drafts may be deleted, hence no key.
    release_id: Mapped[UUID | None]
    #: The same bytes were here before.
    is_known: Mapped[bool]
    request_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    touched_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
