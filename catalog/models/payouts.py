"""Money on its way to payees: their bank details, runs, and what became of each transfer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model

#: Whom an account `payable:…` is for: the id of a payee, or `member:` and an account's.
PAYEE = String(80)


class BankDetails(Model):
    """Where a payee wants money sent, from a time on until the next row; none is ever changed."""

    __tablename__ = "bank_details"
    __table_args__ = (Index(None, "payee_id", "entered_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payee_id: Mapped[UUID]
    holder: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(String(34))
    bic: Mapped[str | None] = mapped_column(String(11))
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class PayoutHold(Model):
    """A reason why a payee is not paid, until somebody lifts it."""

    __tablename__ = "payout_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payee: Mapped[str] = mapped_column(PAYEE, index=True)
    reason: Mapped[str] = mapped_column(String(200))
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class PayoutRun(Model):
    """All that is paid at once: planned by one, approved by another, and sent to the bank.

    What was owed before `until` is paid, by the rules in `policy`; `waiting` tells who is not, and
    why. One is planned at a time in a currency: what is planned is not planned again.
    """

    __tablename__ = "payout_runs"
    __table_args__ = (
        Index(
            "uq_payout_runs_draft",
            "currency",
            unique=True,
            postgresql_where=text("state = 'draft'"),
            sqlite_where=text("state = 'draft'"),
        ),
        CheckConstraint("approved_by <> drafted_by", name="second_person"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: It is planned once: whoever says so again with the same key finds the same.
    key: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    until: Mapped[datetime] = mapped_column(Instant)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    waiting: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant, index=True)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    exported_at: Mapped[datetime | None] = mapped_column(Instant)
    executes_on: Mapped[date | None] = mapped_column(Date)


class PayoutFile(Model):
    """What was sent to the bank, as long as the books are kept."""

    __tablename__ = "payout_files"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("payout_runs.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Payout(Model):
    """What a payee gets in a run, in whole cents; `held` goes to the reserve, `released` leaves it.

    `txn_id` is the transaction that booked it, `reserve_txn_id` that of the reserve, if it changed;
    `fee` is what the bank took when it came back. `return_said_by` is who said that it did, alone;
    `credited_at` is when a bank's entry said so.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("run_id", "payee"),
        CheckConstraint("amount > 0 AND held >= 0 AND released >= 0 AND fee >= 0", name="amounts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("payout_runs.id"))
    payee: Mapped[str] = mapped_column(PAYEE, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    released: Mapped[int] = mapped_column(BigInteger)
    details_id: Mapped[UUID] = mapped_column(ForeignKey("bank_details.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    txn_id: Mapped[int | None] = mapped_column(BigInteger)
    reserve_txn_id: Mapped[int | None] = mapped_column(BigInteger)
    booked_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    return_said_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    credited_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(4))
    fee: Mapped[int] = mapped_column(BigInteger, default=0)
