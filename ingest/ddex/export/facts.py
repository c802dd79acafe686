"""What a message tells of a release, in the words of the catalogue: values, and no judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from catalog.credit_roles import ArtistRole, RoleKind
from catalog.release_types import ReleaseType
from catalog.words import Explicit


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody by name; `id` is our own number of them, where they have a page here."""

    name: str
    id: UUID | None = None
    isni: str | None = None
    ipi: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An artist as named on the front of a release or a track."""

    party: Party
    role: ArtistRole = ArtistRole.MAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """Who did what on a track; `word` is as it was said."""

    party: Party
    kind: RoleKind
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Whose the recording (P), or the work around it (C), is, and since which year."""

    owner: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A master as its owner sent it; `codec` and `container` as ffmpeg calls them, rate in hertz.

    `path` is where it lies beside the message, and `storage_key` where it comes from.
    """

    path: str
    storage_key: str
    sha256: str
    size_bytes: int
    container: str
    codec: str
    sample_rate: int
    channels: int
    bit_depth: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The picture of a release, a JPEG of `width` by `height` pixels; the rest as of a sound."""

    id: UUID
    path: str
    storage_key: str
    sha256: str
    size_bytes: int
    width: int
    height: int


class Model(StrEnum):
    """What music is to be had for."""

    PAID = "paid"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Where and when something is to be had; `ends_at` is None where no end is known.

    `territories` are countries as ISO 3166-1 writes them: those where it is, or where
    `is_all_but` holds, those where it is not.
    """

    model: Model
    territories: frozenset[str] = frozenset()
    is_all_but: bool = True
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track where it stands on its release; `offers` are for it alone."""

    id: UUID
    recording_id: UUID
    disc: int
    position: int
    title: str
    artist: str
    artists: Sequence[Named] = ()
    credits: Sequence[Did] = ()
    isrc: str | None = None
    iswc: str | None = None
    p_line: Line | None = None
    duration_s: Fraction | None = None
    explicit: Explicit = Explicit.UNKNOWN
    language: str | None = None
    genres: Sequence[str] = ()
    sound: Sound | None = None
    offers: Sequence[Offer] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release, its tracks in order; days as tags write them: `2026`, `2026-11`, `2026-11-24`.

    Where nothing is offered it was withdrawn, or never to be had.
    """

    id: UUID
    title: str
    artist: str
    kind: ReleaseType
    artists: Sequence[Named] = ()
    label: Party | None = None
    upc: str | None = None
    grid: str | None = None
    catalogue_number: str | None = None
    p_line: Line | None = None
    c_line: Line | None = None
    genres: Sequence[str] = ()
    released_on: str | None = None
    original_on: str | None = None
    language: str | None = None
    cover: Cover | None = None
    tracks: Sequence[Track] = ()
    offers: Sequence[Offer] = ()

    @property
    def is_offered(self) -> bool:
        """Whether any of it is to be had; of what is not, no files are sent."""
        return bool(self.offers) or any(one.offers for one in self.tracks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What each play of a track costs until it is owned, in order."""

    currency: str
    steps: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who tells whom, when, and under which number, which no other message ever has.

    `sender` and `recipient` are DPIDs.
    """

    message_id: str
    sender: str
    recipient: str
    created_at: datetime
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A release, and what it takes to tell somebody of it."""

    envelope: Envelope
    release: Release
    prices: Prices | None = None

    @property
    def files(self) -> Mapping[str, Sound | Cover]:
        """All that lies beside the message, by its path."""
        if not self.release.is_offered:
            return {}
        found: list[Sound | Cover] = [one.sound for one in self.release.tracks if one.sound]
        found += [self.release.cover] if self.release.cover else []
        return {one.path: one for one in found}
