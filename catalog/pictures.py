"""Whose picture something is shown with: a track's is its release's, or else its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Shown(StrEnum):
    """What has pictures."""

    RELEASE = "release"
    TRACK = "track"
    ARTIST = "artist"
    LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOf:
    """What has the picture."""

    kind: Shown
    id: UUID


def picture_of(kind: Shown, subject_id: UUID, *, is_there: bool) -> PictureOf | None:
    """Answer the picture of something by itself, if it is there."""
    return PictureOf(kind=kind, id=subject_id) if is_there else None


def cover_of(
    track_id: UUID, *, has_own: bool, release_id: UUID | None, has_release_one: bool
) -> PictureOf | None:
    """Answer what a track is shown with, if there is anything."""
    if release_id is not None and has_release_one:
        return PictureOf(kind=Shown.RELEASE, id=release_id)
    return picture_of(Shown.TRACK, track_id, is_there=has_own)
