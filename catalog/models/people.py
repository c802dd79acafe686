"""Who uses the house: accounts and the tokens they carry."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Role(StrEnum):
    """What an account may do; each kind also may what a listener may."""

    LISTENER = "listener"
    ARTIST = "artist"
    OPERATOR = "operator"
    TREASURER = "treasurer"


#: Who keeps the books, and sees those of all.
KEEPERS = (Role.TREASURER, Role.OPERATOR)


class Account(Model):
    """A person or a machine that acts in its own name."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: How many events this owner has had: the number of the newest.
    events: Mapped[int] = mapped_column(default=0)
    #: Where they live (ISO 3166-1), as far as they said.
    country: Mapped[str | None] = mapped_column(String(2))
    #: Since then nobody knows who it was.
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Whether releases are looked at before they come out; null: as the setting says.
    is_reviewed: Mapped[bool | None]


class Token(Model):
    """A bearer token, of which only the SHA-256 digest is kept."""

    __tablename__ = "tokens"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
