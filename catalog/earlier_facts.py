"""What an earlier house told of people, music and plays, under the numbers that they had there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from catalog.folding import Email
from catalog.playlist_rules import Visibility
from catalog.release_types import ReleaseType
from catalog.roles import AccountKind, Role


class HeardAs(StrEnum):
    """What a play there was: paid for, or not; or all that was left was bought outright."""

    PAID = "paid"
    FREE = "free"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signed in there; `hash` only where our own sign-in can verify it."""

    id: UUID
    name: str
    email: Email | None
    is_confirmed: bool
    hash: str | None
    country: str | None
    role: Role | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An artist, a band or a label there, and who looked after it, as far as that is known."""

    id: UUID
    owner_id: UUID | None
    kind: AccountKind
    is_band: bool
    name: str
    bio: str | None
    country: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person who acted for a group there."""

    group_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A track there: what was paid for, whatever became of it; `file` and `cover` name files."""

    id: UUID
    owner_id: UUID
    number: int | None
    title: str
    artist: str | None
    file: str | None
    place: int | None
    composer: str | None
    cover: str | None
    is_free: bool
    is_public: bool
    is_deleted: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A release there; what was for all to hear is to be so here."""

    id: UUID
    owner_id: UUID
    title: str
    artist: str | None
    type: ReleaseType | None
    released_on: str | None
    cover: str | None
    is_public: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that somebody made there."""

    id: UUID
    owner_id: UUID
    title: str
    description: str
    visibility: Visibility
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A track on an album or a list, and where it stood."""

    on_id: UUID
    track_id: UUID
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A track that somebody liked there."""

    person_id: UUID
    track_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A play there; the number of its recording is that of its track."""

    id: UUID
    listener_id: UUID
    recording_id: UUID
    kind: HeardAs
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What somebody had to spend there, in millionths of a credit."""

    listener_id: UUID
    credits: int
