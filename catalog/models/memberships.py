"""Who the co-operative belongs to: memberships, what is due of them, and the register of shares."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER

#: An account is a member once at a time: what has not ended, in the words of SQL.
_GOES_ON = text("state IN ('applied', 'member', 'lapsed')")


class MemberTerms(Model):
    """What a class of members gives and is given from a time on; never edited.

    Amounts are micro-units: `dues` of a year, `share_value` of one share.
    """

    __tablename__ = "member_terms"

    class_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    dues: Mapped[int] = mapped_column(BigInteger)
    share_value: Mapped[int] = mapped_column(BigInteger)
    #: The least that a member holds.
    shares: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    #: catalog.membership.Admission
    admission: Mapped[str] = mapped_column(String(12))
    #: Of catalog.membership.Right.
    rights: Mapped[list[str]] = mapped_column(JSON)
    #: How long a member whose dues ran out is one all the same.
    grace_days: Mapped[int]
    is_open: Mapped[bool]


class Membership(Model):
    """An account as a member: from its application on, and after its end.

    `number` is given with the admission, and never to another.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "ix_memberships_goes_on",
            "account_id",
            unique=True,
            postgresql_where=_GOES_ON,
            sqlite_where=_GOES_ON,
        ),
        Index(None, "state", "paid_through"),
        Index(None, "applied_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    class_id: Mapped[str] = mapped_column(String(20))
    number: Mapped[int | None] = mapped_column(unique=True)
    #: As it stands in the register, which need not be the name of the account.
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(500))
    #: What the applicant said.
    words: Mapped[str | None] = mapped_column(String(2000))
    #: catalog.member_states.MemberState
    state: Mapped[str] = mapped_column(String(12))
    applied_at: Mapped[datetime] = mapped_column(Instant)
    admitted_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last day that dues are paid for; as the charges tell.
    paid_through: Mapped[date | None] = mapped_column(Date)
    #: On which day was last reminded of dues.
    reminded_on: Mapped[date | None] = mapped_column(Date)
    #: catalog.membership.Shown
    shown: Mapped[str] = mapped_column(String(8))


class MemberStep(Model):
    """What happened to a membership: by whom, where it was somebody, and why."""

    __tablename__ = "member_steps"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    #: catalog.member_states.MemberEvent
    event: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str | None] = mapped_column(String(500))


class MemberCharge(Model):
    """What a member pays at once: a year's dues, new shares, or both.

    The period is that which the dues are for, known once they are paid. What the money was taken
    back of is void.
    """

    __tablename__ = "member_charges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), unique=True)
    dues: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[int]
    share_value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    void_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def amount(self) -> int:
        """All of it, in micro-units."""
        return self.dues + self.shares * self.share_value


class ShareEntry(Model):
    """A line of the register of shares: those numbered `first` to `last`, from whom to whom.

    Never edited. Issued shares come from nobody, redeemed ones go to nobody; `value` is that of one
    share. What moved money names its transaction in the journal.
    """

    __tablename__ = "share_register"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    #: catalog.share_register.ShareKind
    kind: Mapped[str] = mapped_column(String(12))
    first: Mapped[int]
    last: Mapped[int] = mapped_column(index=True)
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("member_charges.id"), index=True)
    txn_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_txn.id"))
    #: What it is done once under, and which line of that it is.
    key: Mapped[str] = mapped_column(String(80), unique=True)
