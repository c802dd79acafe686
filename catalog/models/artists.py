"""Who makes music and who puts it out: artists, labels, and where they are named."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Artist(Model):
    """Somebody who is named on music; `account_id` looks after what is told of them, if one does.

    `edited` names what was written by hand: what files and messages say changes it no more.
    """

    __tablename__ = "artists"
    __table_args__ = (Index(None, "account_id", "name"), Index(None, "sort_name", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    bio: Mapped[str | None] = mapped_column(Text)
    #: Two letters (ISO 3166-1).
    country: Mapped[str | None] = mapped_column(String(2))
    isni: Mapped[str | None] = mapped_column(String(16), index=True)
    ipi: Mapped[str | None] = mapped_column(String(11), index=True)
    mbid: Mapped[UUID | None] = mapped_column(index=True)
    links: Mapped[list[str]] = mapped_column(JSON)
    artwork_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("artworks.id", ondelete="SET NULL"), index=True
    )
    edited: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ArtistRequest(Model):
    """Somebody asked to be an artist here, under a name, and agreed to what that means.

    Nobody decided what the rule of the house allowed.
    """

    __tablename__ = "artist_requests"
    __table_args__ = (Index(None, "state", "made_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(1000))


class Label(Model):
    """Who puts music out; as an artist."""

    __tablename__ = "labels"
    __table_args__ = (Index(None, "account_id", "name"), Index(None, "sort_name", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200))
    bio: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    isni: Mapped[str | None] = mapped_column(String(16), index=True)
    mbid: Mapped[UUID | None] = mapped_column(index=True)
    links: Mapped[list[str]] = mapped_column(JSON)
    artwork_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("artworks.id", ondelete="SET NULL"), index=True
    )
    edited: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Named:
    """An artist as named on something, in order; `joined` is what stands behind the name.

    One of another account's is only named until that account says that it is so: `confirmed_at`.
    """

    number: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[UUID] = mapped_column(ForeignKey("artists.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    joined: Mapped[str] = mapped_column(String(40))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class ReleaseArtist(Named, Model):
    """An artist as named on a release."""

    __tablename__ = "release_artists"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)


class TrackArtist(Named, Model):
    """An artist as named on a track."""

    __tablename__ = "track_artists"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)


class ReleaseLabel(Model):
    """The label that puts a release out; the release has its name, as it is printed."""

    __tablename__ = "release_labels"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    label_id: Mapped[UUID] = mapped_column(ForeignKey("labels.id"), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
