"""Ladders that several workers make: what each of them has made so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Split(Model):
    """The ladder of one master, until it is published: the rungs by name, and how they are cut.

    `plan` is a digest of all commands, see transcode.shares; `rounds` is how often some of it had
    to be made again, as it was lost.
    """

    __tablename__ = "splits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), unique=True)
    plan: Mapped[str] = mapped_column(String(64))
    rungs: Mapped[list[str]] = mapped_column(JSON)
    rounds: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class Piece(Model):
    """One command of a plan, by its number; once it is done it has files.

    `files` is a list of `[rung, storage_key, sha256, size_bytes]`.
    """

    __tablename__ = "pieces"

    split_id: Mapped[UUID] = mapped_column(ForeignKey("splits.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[list[list[Any]] | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
