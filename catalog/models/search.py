"""What is searched: what everything is called, folded, and the words of it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER

#: Text that is compared letter by letter, as SQLite does: a range of it is what begins alike.
_LETTERS = String(400).with_variant(String(400, collation="C"), "postgresql")
_INITIAL = String(1).with_variant(String(1, collation="C"), "postgresql")
_WORD = String(60).with_variant(String(60, collation="C"), "postgresql")
#: Where a document stands that is not for all to find.
HIDDEN = -1


class SearchKind(StrEnum):
    """What can be found."""

    TRACK = "track"
    RELEASE = "release"
    ARTIST = "artist"
    LABEL = "label"
    PLAYLIST = "playlist"


class SearchDocument(Model):
    """One thing that can be found; all of it can be made anew from what it is about.

    `key` is its title folded and `by_key` whose it is, `words` is everything by which it is found,
    and the mark of its kind and tier. `popularity` is how often it was played lately; the most
    popular are in tier 0, ten times as many in the next, and so on, see catalog.tiers.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index(None, "kind", "tier", "key"),
        Index(
            "ix_search_documents_hidden",
            "owner_id",
            postgresql_where=text("tier < 0"),
            sqlite_where=text("tier < 0"),
        ),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(400))
    credited: Mapped[str | None] = mapped_column(String(400))
    key: Mapped[str] = mapped_column(_LETTERS)
    by_key: Mapped[str] = mapped_column(_LETTERS)
    words: Mapped[str] = mapped_column(Text)
    tier: Mapped[int] = mapped_column(SmallInteger)
    popularity: Mapped[int] = mapped_column(default=0)


class SearchWord(Model):
    """A word that is written somewhere, and in how many documents.

    Of those with the same `initial` the index has the most written first.
    """

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "initial", "documents"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    word: Mapped[str] = mapped_column(_WORD, unique=True)
    initial: Mapped[str] = mapped_column(_INITIAL)
    documents: Mapped[int]


class SearchStale(Model):
    """Something was written whose document may be another now: triggers tell so."""

    __tablename__ = "search_stale"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID]
