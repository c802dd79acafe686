"""Money: only accounting.books may import these tables."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Model


class Wallet(Model):
    """What a listener may still spend, in millionths of a credit."""

    __tablename__ = "wallets"
    __table_args__ = (CheckConstraint("balance_micros >= 0", name="balance_not_negative"),)

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    balance_micros: Mapped[int] = mapped_column(BigInteger)
