"""Lists of tracks that people make, alone or together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Playlist(Model):
    """A list of tracks; `version` counts its changes, and who changes it locks its row.

    How many `tracks` there are and how long they last is written with each change.
    """

    __tablename__ = "playlists"
    __table_args__ = (
        Index(None, "owner_id", "created_at", "id"),
        Index(
            "ix_playlists_public",
            "changed_at",
            "id",
            postgresql_where=text("visibility = 'public'"),
            sqlite_where=text("visibility = 'public'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000))
    visibility: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    tracks: Mapped[int]
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class PlaylistEntry(Model):
    """A track where it stands on a list; it may stand there more than once.

    Ranks compare as bytes, see catalog.ranks. The row of a track stays when it is withdrawn.
    """

    __tablename__ = "playlist_entries"
    __table_args__ = (Index(None, "playlist_id", "rank", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    playlist_id: Mapped[UUID] = mapped_column(ForeignKey("playlists.id"))
    rank: Mapped[bytes] = mapped_column(LargeBinary(200))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class PlaylistMember(Model):
    """Somebody whom the owner lets see a list, or change what is on it."""

    __tablename__ = "playlist_members"
    __table_args__ = (Index(None, "account_id", "joined_at", "playlist_id"),)

    playlist_id: Mapped[UUID] = mapped_column(ForeignKey("playlists.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    capacity: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime] = mapped_column(Instant)


class PlaylistInvitation(Model):
    """Whoever has its code becomes a member; of the code the digest is kept alone."""

    __tablename__ = "playlist_invitations"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    playlist_id: Mapped[UUID] = mapped_column(ForeignKey("playlists.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
