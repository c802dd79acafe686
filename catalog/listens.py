"""What was listened to, as services that keep such histories are told, or tell us.

Names are those that the service has or shall have; numbers are MusicBrainz', and of the industry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from base.errors import Refused, Unavailable

#: By which the same names always give the same number.
_NAMES = UUID("5f1c9d0e-7f0c-5b0e-9d0a-2f6b8f8d6a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """A track that was listened to, from `listened_at` on; without it, one that sounds now."""

    track: str
    artist: str
    release: str | None = None
    listened_at: datetime | None = None
    duration_ms: int | None = None
    number: int | None = None
    isrc: str | None = None
    recording_mbid: UUID | None = None
    release_mbid: UUID | None = None
    artist_mbids: tuple[UUID, ...] = ()
    #: Where it was heard, as a page of its own.
    origin_url: str | None = None


def number_of(*, track: str, artist: str, release: str | None) -> UUID:
    """Answer a number for what is known by names alone: whatever their case and their spaces."""
    names = (" ".join(one.casefold().split()) for one in (artist, track, release or ""))
    return uuid5(_NAMES, "\0".join(names))


class SignedOut(Refused):
    """A service no longer lets an account in: it has to be connected anew."""


class Later(Unavailable):
    """A service takes nothing now, and wants to be asked in `after_s` seconds at the earliest."""

    def __init__(self, sentence: str, *, after_s: int | None = None) -> None:
        """Say why."""
        super().__init__("service-unavailable", sentence)
        self.after_s = after_s
