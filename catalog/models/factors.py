"""What people show besides a password, or instead of one: passkeys, codes of an app, and of paper.

Of codes that are written down there are digests only; what an app counts from is sealed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Authenticator(Model):
    """An app that shows codes (TOTP, RFC 6238), once a code of it was shown."""

    __tablename__ = "authenticators"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    #: What it counts from, for nobody but us to read.
    sealed: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime] = mapped_column(Instant)
    #: Of the code that was used last: none is good twice.
    last_step: Mapped[int] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime] = mapped_column(Instant)


class RecoveryCode(Model):
    """A code on paper, good for once, by which one comes in without the app and the passkeys."""

    __tablename__ = "recovery_codes"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Model):
    """A key that a device, or what syncs between them, keeps for a person (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: As the device names it.
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1_023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2_048))
    #: How often the device says that it signed; of those that do not count, zero.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    #: Whether it is copied between the devices of its owner.
    is_synced: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
