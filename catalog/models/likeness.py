"""Which masters sound alike: what they are looked up by, and what was found."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Model


class FingerprintTerm(Model):
    """A term of a master's fingerprint, see transcode.matching."""

    __tablename__ = "fingerprint_terms"
    # There are 64 for each master, and nothing beside the key: SQLite would keep it twice.
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), primary_key=True, index=True)


class Likeness(Model):
    """Two masters of the same sound, the later one first.

    Of the same recording, `errors` tells how many of their bits differ, 0 to 1, and `offset_s`
    how much later `other` begins in `master`.
    """

    __tablename__ = "likenesses"

    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    errors: Mapped[float]
    offset_s: Mapped[float]
