"""What was done in an office, by whom: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class NotedAct(Model):
    """An act: of which account, by which person, known by what; nobody, where at a terminal.

    `facts` name nobody but by the number of an account: what is forgotten must not stay here.
    """

    __tablename__ = "acts"
    __table_args__ = (
        Index(None, "act", "id"),
        Index(None, "person_id", "id"),
        Index(None, "subject", "id"),
        Index(None, "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    #: As `Credential.id`; it may be gone.
    credential_id: Mapped[UUID | None]
    subject: Mapped[str] = mapped_column(String(120))
    facts: Mapped[Mapping[str, object]] = mapped_column(JSON)
    #: The network that it came from, and in which request; nothing, where at a terminal.
    network: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    #: `done`, or the code of what it was refused with.
    outcome: Mapped[str] = mapped_column(String(60), server_default="done")
