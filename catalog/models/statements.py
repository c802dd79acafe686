"""What is kept of a closed month: balances, statements and their lines; for the books' modules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER


class AccountBalance(Model):
    """What the entries of an account come to at the end of a period; none is nothing."""

    __tablename__ = "ledger_balances"

    period: Mapped[str] = mapped_column(ForeignKey("ledger_periods.name"), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    credits: Mapped[int] = mapped_column(BigInteger)


class StatementHead(Model):
    """What a payee was told of a period; amounts are from their side: what we owe is positive.

    `account_id` is that of what is payable to them. A later version differs by its corrections.
    """

    __tablename__ = "statements"
    __table_args__ = (Index(None, "account_id"),)

    period: Mapped[str] = mapped_column(ForeignKey("ledger_periods.name"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(String(1000))
    opening: Mapped[int] = mapped_column(BigInteger)
    closing: Mapped[int] = mapped_column(BigInteger)
    restated: Mapped[int] = mapped_column(BigInteger)
    reserve: Mapped[int] = mapped_column(BigInteger)
    advance: Mapped[int] = mapped_column(BigInteger)
    suspense: Mapped[int] = mapped_column(BigInteger)
    #: Who told it anew; the first version is of who closed the period.
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class StatementLine(Model):
    """A line of a statement; of a later version only corrections have any of their own."""

    __tablename__ = "statement_lines"
    __table_args__ = (Index(None, "period", "account_id"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    period: Mapped[str] = mapped_column(String(7))
    account_id: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    version: Mapped[int] = mapped_column(SmallInteger)
    section: Mapped[str] = mapped_column(String(20))
    recording_id: Mapped[UUID | None]
    step: Mapped[int] = mapped_column(SmallInteger)
    territory: Mapped[str] = mapped_column(String(2))
    month: Mapped[str] = mapped_column(String(7))
    number: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)


class SurplusParts(Model):
    """How a surplus is shared, from a time on, in millionths; never edited."""

    __tablename__ = "surplus_terms"

    valid_from: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    artists_ppm: Mapped[int]
    listeners_ppm: Mapped[int]
    workers_ppm: Mapped[int]


class SurplusProposal(Model):
    """What one person proposed to give of a year's surplus, until another gives it."""

    __tablename__ = "surplus_proposals"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    #: Who did the work, by their accounts, with the weight of each.
    worked: Mapped[dict[str, int]] = mapped_column(JSON)
    #: Of what each is given.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
