"""What labels deliver: partners, deliveries, messages, and what these made of the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Partner(Model):
    """A sender of messages, by its DPID; what it delivers is music of `account_id`.

    `severities` weigh rules otherwise than the house does, `keys` are the public keys (as OpenSSH
    writes them) with which it may come by SFTP, `prefix` is where its deliveries lie in a bucket.
    """

    __tablename__ = "ddex_partners"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dpid: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: `active`, or `paused`: what it delivers waits.
    state: Mapped[str] = mapped_column(String(10))
    severities: Mapped[dict[str, str]] = mapped_column(JSON)
    keys: Mapped[list[str]] = mapped_column(JSON)
    prefix: Mapped[str | None] = mapped_column(String(200))
    #: Nobody, where it was done at a terminal.
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Model):
    """A folder of a partner: a batch, or a release by itself, by whichever way it came.

    `layout` is `batch` or `release`; `way` is `sftp`, `bucket`, `http` or `folder`. `is_unlisted`
    where its completion was marked by an empty file, that lists no messages; it `is_test` where the
    manifest says so of all that is in it.
    """

    __tablename__ = "ddex_deliveries"
    __table_args__ = (
        UniqueConstraint("partner_id", "name"),
        Index(None, "state", "seen_at"),
        Index(None, "seen_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_partners.id"))
    way: Mapped[str] = mapped_column(String(10))
    layout: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    #: `receiving`, `complete` (its messages are jobs by now), `done`, or `failed`.
    state: Mapped[str] = mapped_column(String(10))
    is_unlisted: Mapped[bool]
    is_test: Mapped[bool] = mapped_column(default=False)
    #: What was odd about it: code and sentence.
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SuppliedFile(Model):
    """A file of a delivery, stored; `path` is in the delivery, and a name to read.

    The same path with other bytes is another row. `digests` are what it comes to by each algorithm
    that messages name, by its name (`MD5`, `SHA-1`, `SHA-256`, …), in hexadecimal letters.
    """

    __tablename__ = "ddex_files"
    __table_args__ = (
        UniqueConstraint("delivery_id", "path", "sha256"),
        Index(None, "sha256", "partner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_deliveries.id"))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_partners.id"))
    path: Mapped[str] = mapped_column(String(1000))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    digests: Mapped[dict[str, str]] = mapped_column(JSON)
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    mark: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime] = mapped_column(Instant)


class ErnMessage(Model):
    """A message as it came, kept for ever: its bytes lie under `storage_key`, and never change.

    `sender` and `message_id` are what it says, and what it is known by: the same with other bytes
    is no other message, but a conflict. A file that is no message has none, and is known by its
    digest. `told_at` is when it says it was made, and orders it.
    """

    __tablename__ = "ddex_messages"
    __table_args__ = (
        # A number of another partner's message is no matter of this one's.
        UniqueConstraint("partner_id", "sender", "message_id"),
        Index(None, "partner_id", "received_at"),
        Index(None, "state", "received_at"),
        Index(None, "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_partners.id"))
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_deliveries.id"), index=True)
    path: Mapped[str] = mapped_column(String(1000))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    sender: Mapped[str | None] = mapped_column(String(40))
    message_id: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(30))
    version: Mapped[str | None] = mapped_column(String(10))
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    is_test: Mapped[bool]
    title: Mapped[str | None] = mapped_column(String(400))
    #: See `catalog.ern_states`.
    state: Mapped[str] = mapped_column(String(12))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Which release it told of, where it came so far.
    supplied_id: Mapped[UUID | None] = mapped_column(ForeignKey("ddex_releases.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When, and under which key, what became of it was answered.
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledgement_key: Mapped[str | None] = mapped_column(String(200))
    #: How often somebody asked that it is looked at: who does sees whether they have to again.
    asked: Mapped[int] = mapped_column(default=0)


class SuppliedRelease(Model):
    """A release as a partner tells of it, by whatever names; `told` is what it said last.

    `told_at` orders messages: an older one changes nothing. A purge `is_tombstone`: it stays by
    itself, so that what was sent before it, and comes after it, does not bring anything back;
    `purged_at` is when such a one was told that is newer than what is told of a release.
    """

    __tablename__ = "ddex_releases"
    __table_args__ = (Index(None, "partner_id", "told_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_partners.id"))
    #: None yet, or none any more.
    release_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.id"), index=True)
    title: Mapped[str] = mapped_column(String(400))
    told_at: Mapped[datetime] = mapped_column(Instant)
    message_id: Mapped[str] = mapped_column(String(200))
    is_tombstone: Mapped[bool] = mapped_column(default=False)
    purged_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The newest picture that came for it, and the message that it came with.
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("ddex_files.id"))
    cover_told_at: Mapped[datetime | None] = mapped_column(Instant)
    cover_message: Mapped[str | None] = mapped_column(String(200))
    #: When to look next whether it comes out or goes: none while nothing is to change by itself.
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    #: What is kept though nothing is done with it: prices, claims, uses that are not offered.
    told: Mapped[dict[str, Any]] = mapped_column(JSON)


class SuppliedName(Model):
    """A name that a partner's release goes by, of any kind (`GRid`, `ICPN`, `ProprietaryId`, …).

    That of one of its tracks has the key of the `track`.
    """

    __tablename__ = "ddex_release_names"
    __table_args__ = (Index(None, "kind", "value"),)

    supplied_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_releases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    namespace: Mapped[str] = mapped_column(String(60), primary_key=True)
    track: Mapped[str] = mapped_column(String(200), primary_key=True, default="")


class SuppliedTrack(Model):
    """A recording of a partner's release, by its ISRC or what else it is known by there.

    The file is the newest that came for it, with the message that is named.
    """

    __tablename__ = "ddex_tracks"
    __table_args__ = (Index(None, "key"),)

    supplied_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_releases.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("ddex_files.id"), index=True)
    file_told_at: Mapped[datetime | None] = mapped_column(Instant)
    file_message: Mapped[str | None] = mapped_column(String(200))


class SuppliedParty(Model):
    """Who is meant by a number of somebody, where messages name them: an artist, or a label.

    What a label calls its artists in its own namespace is of that partner alone. Who has no number
    is known by their name (`Name`), and only to those messages. `told_at` is when it was last told.
    """

    __tablename__ = "ddex_parties"

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("ddex_partners.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    namespace: Mapped[str] = mapped_column(String(60), primary_key=True)
    artist_id: Mapped[UUID | None] = mapped_column(ForeignKey("artists.id"), index=True)
    label_id: Mapped[UUID | None] = mapped_column(ForeignKey("labels.id"), index=True)
    told_at: Mapped[datetime] = mapped_column(Instant)
