"""What was bought outright, for oneself or as a gift; see accounting.buying."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Purchase(Model):
    """All steps of a recording that a listener had not paid for yet, paid at once.

    Never edited; it was refunded if its transaction was reversed.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        Index(None, "payer_id", "key"),
        Index(None, "listener_id", "recording_id"),
        Index(None, "recording_id", "bought_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The request that it came of, and what that asked for.
    key: Mapped[str] = mapped_column(String(120))
    asked: Mapped[str] = mapped_column(String(60))
    #: Who owns it from then on.
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    #: Whose wallet paid: the listener's, or that of a gift.
    payer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"))
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    first_step: Mapped[int]
    last_step: Mapped[int]
    price_millicredits: Mapped[int]
    bought_at: Mapped[datetime] = mapped_column(Instant)
    txn_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_txn.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms.id"))
    territory: Mapped[str | None] = mapped_column(String(2))
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey("deals.id"))


class Gift(Model):
    """A track for whoever has its code: credit waits in a wallet of its own until it is taken.

    Its id is that of the account whose wallet that is. `ended_at` is when it was accepted, taken
    back or ran out; accepted, it names who has it now.
    """

    __tablename__ = "gifts"

    id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
