"""Who uses the house: accounts, what they are to it, and by what they are known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from base.database import Instant
from catalog.models.base import Model
from catalog.roles import AccountKind

#: A name is twice as long at most, but for a few that fold to three letters each.
_LONGEST_KEY = 400
#: Compared letter by letter: a range of it is what begins alike.
_LETTERS = String(_LONGEST_KEY).with_variant(String(_LONGEST_KEY, collation="C"), "postgresql")


def name_key(name: str) -> str:
    """Answer a name as it is looked for, in which capitals make no difference."""
    return name.casefold()[:_LONGEST_KEY]


def _key_told(context: DefaultExecutionContext) -> str:
    told: dict[str, str] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return name_key(told["name"])


class Account(Model):
    """Who owns, is paid and acts: a person, or an artist or a label for whom persons act."""

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10), default=AccountKind.PERSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: How many events this owner has had: the number of the newest.
    events: Mapped[int] = mapped_column(default=0)
    #: Where they live (ISO 3166-1), as far as they said.
    country: Mapped[str | None] = mapped_column(String(2))
    #: Since then nobody knows who it was.
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Since then nobody acts for it, an artist or a label, and nobody hears its music.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Whether releases are looked at before they come out; null: as the setting says.
    is_reviewed: Mapped[bool | None]
    #: Its name as it is looked for; versions before this one wrote none.
    name_key: Mapped[str | None] = mapped_column(_LETTERS, index=True, default=_key_told)

    @validates("name")
    def _written(self, _: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class AccountRole(Model):
    """One of the roles of an account; that it is a listener needs no row.

    Nobody is known to have granted what was so before it was asked for, or at a terminal.
    """

    __tablename__ = "account_roles"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


class Token(Model):
    """What somebody is known by, of which only the SHA-256 digest is kept.

    Of one that is for players of OpenSubsonic the secret is kept as well, `sealed`: they show that
    they know it by a digest of it and of some salt. Without `scopes` it may all that its owner may.
    `acting_for` is the account that whoever is signed in by it acts for, until they say otherwise.
    """

    __tablename__ = "tokens"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: With blanks between them.
    scopes: Mapped[str | None] = mapped_column(String(1000))
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    #: To the minute.
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    authenticated_at: Mapped[datetime | None] = mapped_column(Instant)
    #: With blanks between them.
    factors: Mapped[str | None] = mapped_column(String(100))
    acting_for: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    sealed: Mapped[str | None] = mapped_column(String(400))


class Member(Model):
    """A person who acts for the account of an artist or a label."""

    __tablename__ = "members"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    capacity: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


class Invitation(Model):
    """Somebody is asked to act for an account: who has the mail address, or who has the link.

    Of the link only the digest of its secret is kept.
    """

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    invited_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    #: What became of it, when and by whom; nothing, while it waits.
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
