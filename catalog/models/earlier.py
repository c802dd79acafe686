"""What came over from the house before this one: plays, counters, credit, numbers of addresses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class EarlierPerson(Model):
    """Somebody of that house who had signed up here already, and whose account that is.

    `number` is what they were there. Written once: a later export comes to the same account,
    whatever became of the address by which it was known.
    """

    __tablename__ = "earlier_people"

    number: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)


class EarlierPlay(Model):
    """What somebody heard or bought there, by its number there; never edited.

    `kind` is as in `catalog.earlier_facts`. What was charged for it is in the books of that house.
    """

    __tablename__ = "earlier_plays"
    __table_args__ = (Index(None, "listener_id", "recording_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), index=True)
    kind: Mapped[str] = mapped_column(String(6))
    occurred_at: Mapped[datetime] = mapped_column(Instant)


class EarlierCounter(Model):
    """How often a listener had paid for a recording there, and since when it was theirs.

    Where a counter of ours goes on from; it is held against this, as it is against plays.
    """

    __tablename__ = "earlier_counters"
    __table_args__ = (CheckConstraint("plays >= 0", name="plays_not_negative"),)

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(
        ForeignKey("recordings.id"), primary_key=True, index=True
    )
    plays: Mapped[int]
    owned_at: Mapped[datetime | None] = mapped_column(Instant)


class EarlierCredit(Model):
    """What a listener had to spend there when it was last brought, in millionths of a credit.

    `times` counts the transactions that brought it.
    """

    __tablename__ = "earlier_credits"
    __table_args__ = (CheckConstraint("credits >= 0", name="credits_not_negative"),)

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    credits: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int]


class EarlierNumber(Model):
    """A number by which addresses of that house named something; `kind` as in catalog.liking."""

    __tablename__ = "earlier_numbers"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[UUID]
