"""Whom income goes to: payees, what they agreed on, advances, and claims."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class PayeeKind(StrEnum):
    """What a payee is; an artist is an account, and has the same id."""

    ARTIST = "artist"
    LABEL = "label"
    GROUP = "group"
    MEMBER = "member"


class Payee(Model):
    """Somebody whom income goes to; `account_id` speaks for them, if anybody does yet."""

    __tablename__ = "payees"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    #: Two letters (ISO 3166-1).
    country: Mapped[str | None] = mapped_column(String(2))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: One that somebody makes is made once, however often it is asked for.
    key: Mapped[str | None] = mapped_column(String(200), unique=True)


class GroupMember(Model):
    """Who a group is: its share of a new sheet is put to its members, by these weights."""

    __tablename__ = "group_members"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("payees.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("payees.id"), primary_key=True)
    ppm: Mapped[int]


class SheetKind(StrEnum):
    """What is agreed: how it is divided, or what a label takes before."""

    SPLIT = "split"
    CONTRACT = "contract"


class SplitSheet(Model):
    """Shares as they were proposed: of one recording, or of all of an owner's without their own.

    Its shares never change; what is agreed anew is another sheet. `replaces_id` is the one that
    held when it was proposed, `key` what its proposal is known by when it comes twice.
    """

    __tablename__ = "split_sheets"
    __table_args__ = (Index(None, "owner_id", "recording_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recording_id: Mapped[UUID | None] = mapped_column(ForeignKey("recordings.id"), index=True)
    number: Mapped[int]
    valid_from: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    #: Since when it holds: not before all who were asked had accepted.
    in_force_from: Mapped[datetime | None] = mapped_column(Instant)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("split_sheets.id"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    key: Mapped[str] = mapped_column(String(200), unique=True)


class SplitShare(Model):
    """A payee's share of a sheet, and what they said to it; no payee is who is not known.

    What `is_asked` must be accepted before the sheet holds; other shares wait for their payees.
    """

    __tablename__ = "split_shares"
    __table_args__ = (CheckConstraint("ppm BETWEEN 0 AND 1000000", name="ppm"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("split_sheets.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    payee_id: Mapped[UUID | None] = mapped_column(ForeignKey("payees.id"), index=True)
    ppm: Mapped[int]
    #: The group as whose member it is theirs.
    through_id: Mapped[UUID | None] = mapped_column(ForeignKey("payees.id"))
    is_asked: Mapped[bool]
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)


class Advance(Model):
    """What a payee was given before it was earned, and what of their earnings pays it back.

    `recordings` are those whose earnings do; all, where none is named. It is given once another
    than who granted it approves it.
    """

    __tablename__ = "advances"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("approved_by <> granted_by", name="second_person"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("payees.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    recoup_ppm: Mapped[int]
    recordings: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(1000))
    granted_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    key: Mapped[str] = mapped_column(String(200), unique=True)


class Claim(Model):
    """Somebody says that a payee is theirs to speak for, or that what is unclaimed is a payee's.

    The latter names the recording that it was earned with.
    """

    __tablename__ = "claims"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("payees.id"), index=True)
    recording_id: Mapped[UUID | None] = mapped_column(ForeignKey("recordings.id"))
    claimed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    words: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(10), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(1000))
    key: Mapped[str] = mapped_column(String(200), unique=True)
