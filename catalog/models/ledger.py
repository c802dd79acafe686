"""Money: the journal, what it is projected to, and the terms; for the books' own modules only."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER


class LedgerAccount(Model):
    """An account by its number; see accounting.ledger."""

    __tablename__ = "ledger_accounts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class LedgerTxn(Model):
    """The head of a transaction, written after its entries: then it must balance."""

    __tablename__ = "ledger_txn"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    size: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    booked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    #: The one that it undoes, or 0; each is undone once.
    reverses: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index(
            "uq_ledger_txn_reverses",
            "reverses",
            unique=True,
            postgresql_where=text("reverses <> 0"),
            sqlite_where=text("reverses <> 0"),
        ),
    )


class LedgerEntry(Model):
    """What an account is debited or credited; of a wallet with the lot, and the credits of it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index(None, "account_id", "txn_id"),)

    txn_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_txn.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    #: 0 for what is no listener's.
    lot: Mapped[int] = mapped_column(BigInteger)
    credits: Mapped[int] = mapped_column(BigInteger)


class ChainLink(Model):
    """A transaction in the chain; see accounting.chain for what its hash covers."""

    __tablename__ = "ledger_chain"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    txn_id: Mapped[int] = mapped_column(ForeignKey("ledger_txn.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    chained_at: Mapped[datetime] = mapped_column(Instant, index=True)


class DayRoot(Model):
    """What was chained on a day (UTC): `size` links from `first` on, their Merkle root, the head.

    `head` is the hash of the last link of the chain on that day.
    """

    __tablename__ = "ledger_roots"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    head: Mapped[bytes] = mapped_column(LargeBinary(32))


class Period(Model):
    """A month of the books, half-open in its zone; once closed nothing is booked in it."""

    __tablename__ = "ledger_periods"

    name: Mapped[str] = mapped_column(String(7), primary_key=True)
    zone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime] = mapped_column(Instant, unique=True)
    ends_at: Mapped[datetime] = mapped_column(Instant, unique=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    #: SHA-256 over what was frozen.
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Terms(Model):
    """What a play costs from a time on, and who gets how much of it; never edited."""

    __tablename__ = "terms"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(Instant, unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    #: Milli-credits of each step; who has paid for all of them owns the track.
    prices: Mapped[list[int]] = mapped_column(JSON)
    #: What a credit is worth that nobody paid for.
    credit_value_micros: Mapped[int] = mapped_column(BigInteger)
    artist_ppm: Mapped[int]
    #: What promotional credit may come to for one payee in a month.
    promo_cap_micros: Mapped[int | None] = mapped_column(BigInteger)


class Wallet(Model):
    """What a listener may still spend, in millionths of a credit: the lock of all that is theirs.

    As the lots, a projection of the journal.
    """

    __tablename__ = "wallets"
    __table_args__ = (
        CheckConstraint("balance_micros >= 0", name="balance_not_negative"),
        CheckConstraint("promo_micros >= 0", name="promo_not_negative"),
    )

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    #: Paid for.
    balance_micros: Mapped[int] = mapped_column(BigInteger)
    #: Given.
    promo_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    frozen_at: Mapped[datetime | None] = mapped_column(Instant)
    frozen_reason: Mapped[str | None] = mapped_column(String(200))


class WalletFreeze(Model):
    """A reason for which nothing is spent from a wallet, and who says so, until it is lifted."""

    __tablename__ = "wallet_freezes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    #: No account, where it was done by itself or from the command line.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_by_name: Mapped[str | None] = mapped_column(String(200))
    lifted_why: Mapped[str | None] = mapped_column(String(200))


class CreditLot(Model):
    """Credits that came together at one price, and what is left of them.

    `amount` is what they are worth, in `currency`; `vat` the part of it that is tax once they are
    spent (nothing, where the tax was due when they were sold), for `country`.
    """

    __tablename__ = "credit_lots"
    __table_args__ = (
        CheckConstraint("credits_left >= 0 AND amount_left >= 0 AND vat_left >= 0", name="left"),
        Index(
            "ix_credit_lots_unspent",
            "listener_id",
            "acquired_at",
            postgresql_where=text("credits_left > 0"),
            sqlite_where=text("credits_left > 0"),
        ),
        Index(
            "ix_credit_lots_origin",
            "origin",
            postgresql_where=text("origin <> 0"),
            sqlite_where=text("origin <> 0"),
        ),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    acquired_at: Mapped[datetime] = mapped_column(Instant)
    #: The key of the transaction that it came with.
    source: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    country: Mapped[str | None] = mapped_column(String(2))
    credits: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    vat: Mapped[int] = mapped_column(BigInteger)
    credits_left: Mapped[int] = mapped_column(BigInteger)
    amount_left: Mapped[int] = mapped_column(BigInteger)
    vat_left: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The lot that it once was part of, of whomever; 0 for what was given on by nobody.
    origin: Mapped[int] = mapped_column(BigInteger, default=0)


class PromoSpent(Model):
    """What promotional credit came to for a payee in plays that were settled together."""

    __tablename__ = "promo_spent"
    __table_args__ = (Index(None, "payee_id", "at"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    amount: Mapped[int] = mapped_column(BigInteger)
