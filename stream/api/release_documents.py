"""The documents of releases: what is taken and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog.states import ArchiveState, ArtworkState, ReleaseState, TrackState

Words = Annotated[str, Field(max_length=1000)]


class ReleaseFinding(BaseModel):
    """One thing to know of a draft; `about` names the file or track. Errors block publishing.

    `track` is the id of the track that it is about, if it is about one.
    """

    code: str
    severity: Literal["error", "warning", "note"]
    about: str | None
    track: str | None
    text: str
    advice: str


class CreditFacts(BaseModel):
    """Who did what."""

    model_config = ConfigDict(extra="forbid")

    role: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=1000)


class TrackOnRelease(BaseModel):
    """A track where it stands; duration in seconds."""

    track: str
    disc: int
    position: int
    title: str
    artist: str
    isrc: str | None
    credits: list[CreditFacts]
    state: TrackState
    reason: str | None
    duration: float | None


class ArtworkImageFacts(BaseModel):
    """One image; `size` is what its longer side may measure."""

    size: int
    form: str
    width: int
    height: int
    bytes: int
    url: str


class ArtworkFacts(BaseModel):
    """The cover: its own width and height in pixels, and the images that were made of it."""

    state: ArtworkState
    reason: str | None
    width: int | None
    height: int | None
    url: str
    images: list[ArtworkImageFacts]


class ArchiveFacts(BaseModel):
    """An archive that was sent for the release."""

    id: str
    filename: str
    bytes: int
    state: ArchiveState


class ReleaseDocument(BaseModel):
    """A release; `archives`, `findings` and `may_publish` are told to its owner, null to others."""

    id: str
    state: ReleaseState
    title: str
    artist: str
    label: str | None
    upc: str | None
    released_on: str | None
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None
    artwork: ArtworkFacts | None
    tracks: list[TrackOnRelease]
    archives: list[ArchiveFacts] | None
    findings: list[ReleaseFinding] | None
    may_publish: bool | None


class ReleaseSummary(BaseModel):
    """A release in a list."""

    id: str
    state: ReleaseState
    title: str
    artist: str
    created_at: datetime
    published_at: datetime | None


class ReleaseList(BaseModel):
    """Your releases, the newest first, and the cursor of those that follow."""

    releases: list[ReleaseSummary]
    next: str | None


class NewRelease(BaseModel):
    """Begin a draft; what is not said, the files that come for it will say."""

    model_config = ConfigDict(extra="forbid")

    title: Words | None = None
    artist: Words | None = None


class EditTrack(BaseModel):
    """Write of a track; what is left out stays as it is, no or an empty ISRC takes it away."""

    model_config = ConfigDict(extra="forbid")

    track: str = Field(max_length=64)
    title: Words | None = None
    artist: Words | None = None
    isrc: Words | None = None
    credits: list[CreditFacts] | None = Field(default=None, max_length=100)


class EditRelease(BaseModel):
    """Write on a draft; what is left out stays as it is, and tags change nothing of the rest.

    `null` and empty words take away a label, UPC or date; a title and an artist there must be.
    `order` has the tracks of each disc, and every track once.
    """

    model_config = ConfigDict(extra="forbid")

    title: Words | None = None
    artist: Words | None = None
    label: Words | None = None
    upc: Words | None = None
    released_on: Words | None = None
    tracks: list[EditTrack] = Field(default=[], max_length=1000)
    order: list[list[Annotated[str, Field(max_length=64)]]] | None = Field(
        default=None, max_length=100
    )
