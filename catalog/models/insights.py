"""What plays and earnings come to by day for whom they are paid to: for artists to look at."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Model


class DayOfWays(Model):
    """How often a track was played on a day (UTC) in one way, see accounting.ways.

    `territory` is empty where it is not known.
    """

    __tablename__ = "plays_by_way"
    __table_args__ = (Index(None, "payee_id", "day"),)

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    territory: Mapped[str] = mapped_column(String(2), primary_key=True)
    number: Mapped[int]


class DayOfListeners(Model):
    """Who heard an account's music on a day, as a sketch that names nobody; see accounting.sketch.

    Of all together, and of each territory, by its code; see accounting.hearers.
    """

    __tablename__ = "listeners_by_day"

    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    territory: Mapped[str] = mapped_column(String(2), primary_key=True)
    sketch: Mapped[bytes] = mapped_column(LargeBinary)


class DayOfEarnings(Model):
    """What came to an account of the books on a day (UTC), by what it was for.

    `recording_id` is of no bits where it is for none, `step` 0 where it was no play. Amounts are
    from the payee's side.
    """

    __tablename__ = "earnings_by_day"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    section: Mapped[str] = mapped_column(String(20), primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
