"""Tracks as reports to others describe them: names and numbers, whatever is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from catalog.credit_roles import RoleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is credited, and the ISNI, where it is known."""

    name: str
    role: RoleKind
    isni: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDescribed:
    """A release as it is put out."""

    id: UUID
    title: str
    artist: str
    upc: str | None = None
    grid: str | None = None
    catalogue_number: str | None = None
    #: As in `catalog.release_types`.
    type: str | None = None
    label: str | None = None
    p_line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackDescribed:
    """A track, the recording that it publishes, and the release that it is on, if it is."""

    id: UUID
    recording_id: UUID
    title: str
    artist: str
    isrc: str | None = None
    iswc: str | None = None
    duration_ms: int | None = None
    release: ReleaseDescribed | None = None
    credits: tuple[Person, ...] = ()
