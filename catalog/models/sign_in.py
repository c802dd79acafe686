"""How people are known: their address, their password, where they signed in, and what was mailed.

Of secrets there are digests only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Purpose(StrEnum):
    """What a link in a mail is for."""

    VERIFY = "verify"
    RESET = "reset"
    CHANGE = "change"
    SET_UP = "set-up"


class EmailAddress(Model):
    """The address that an account says is its own; many may say so, and one has shown it."""

    __tablename__ = "email_addresses"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), index=True)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


_HAS_SHOWN = EmailAddress.verified_at.is_not(None)
Index(
    "uq_email_addresses_folded",
    EmailAddress.folded,
    unique=True,
    postgresql_where=_HAS_SHOWN,
    sqlite_where=_HAS_SHOWN,
)


class Password(Model):
    """A password as argon2id, with its own parameters, keeps it."""

    __tablename__ = "passwords"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(255))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class SignIn(Model):
    """Where a session began; the session itself is the token of the same id."""

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    device: Mapped[str] = mapped_column(String(100))
    #: So much of it as tells networks apart, and no more.
    address: Mapped[str] = mapped_column(String(64))
    country: Mapped[str | None] = mapped_column(String(2))
    made_at: Mapped[datetime] = mapped_column(Instant)


class AccountLink(Model):
    """A link that was mailed, good for one purpose, once, and not for long."""

    __tablename__ = "account_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    #: To whom it was sent, in the form that is written to.
    address: Mapped[str | None] = mapped_column(String(254))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: How often a wrong code was typed in.
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Mail(Model):
    """A mail to be sent, by the job of its id; what it tells is forgotten once it was."""

    __tablename__ = "mails"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(254))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why it will never be.
    trouble: Mapped[str | None] = mapped_column(String(1000))
