"""The documents of releases: what is taken and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.release_types import ReleaseType
from catalog.states import ArchiveState, ReleaseEvent, ReleaseState, TrackState
from catalog.words import Explicit
from stream.api.catalogue_documents import (
    CreditFacts,
    NameArtist,
    NamedFacts,
    RightsLine,
    SaidOfTrack,
    Short,
    Words,
)
from stream.api.paging import Paged
from stream.api.picture_documents import ArtworkFacts


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


class TrackOnRelease(BaseModel):
    """A track where it stands; duration in seconds.

    `sha256` is of its master as it was sent, and told to its owner.
    """

    track: str
    disc: int
    position: int
    title: str
    artist: str
    isrc: str | None
    artists: list[NamedFacts]
    credits: list[CreditFacts]
    genres: list[str]
    tags: list[str]
    language: str | None
    explicit: Explicit
    iswc: str | None
    mbid: str | None
    p_line: RightsLine | None
    artwork: str | None
    state: TrackState
    reason: str | None
    duration: float | None
    sha256: str | None


class ArchiveFacts(BaseModel):
    """An archive that was sent for the release."""

    id: str
    filename: str
    bytes: int
    state: ArchiveState


class ReleaseDocument(BaseModel):
    """A release; `archives`, `findings` and `may_publish` are told to its owner, null to others.

    Of one that is announced others are told no tracks.
    """

    id: str
    state: ReleaseState
    title: str
    artist: str
    label: str | None
    upc: str | None
    released_on: str | None
    type: ReleaseType | None
    artists: list[NamedFacts]
    label_id: str | None
    grid: str | None
    catalogue_number: str | None
    original_on: str | None
    language: str | None
    mbid: str | None
    group_mbid: str | None
    p_line: RightsLine | None
    c_line: RightsLine | None
    genres: list[str]
    tags: list[str]
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None
    publish_at: datetime | None
    publish_zone: str | None
    is_announced: bool
    reason: str | None
    artwork: ArtworkFacts | None
    tracks: list[TrackOnRelease]
    archives: list[ArchiveFacts] | None
    findings: list[ReleaseFinding] | None
    may_publish: bool | None


class ReleaseSummary(BaseModel):
    """A release in a list; `artwork` is the address of its cover, `?size=` asks for a size."""

    id: str
    state: ReleaseState
    title: str
    artist: str
    created_at: datetime
    published_at: datetime | None
    artwork: str | None


class ReleasesQuery(Paged):
    """Which of your releases: those that have each of what is said here."""

    title: str | None = Field(default=None, min_length=1, max_length=1000)
    upc: str | None = Field(default=None, pattern=r"^[0-9]{12,14}$")
    mbid: UUID | None = None


class ReleaseList(BaseModel):
    """Your releases, the newest first, and the cursor of those that follow."""

    releases: list[ReleaseSummary]
    next: str | None


class NewRelease(BaseModel):
    """Begin a draft; what is not said, the files that come for it will say."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Record", "artist": "Ada"}]}
    )

    title: Words | None = None
    artist: Words | None = None


class EditTrack(SaidOfTrack):
    """Write of a track on a release; as of any track, and its ISRC."""

    track: str = Field(max_length=64)
    isrc: Words | None = None


class EditRelease(BaseModel):
    """Write on a draft; what is left out stays as it is, and tags change nothing of the rest.

    `null` and empty words take away a label, UPC or date; a title and an artist there must be.
    `order` has the tracks of each disc, and every track once. Of a release that is out titles,
    artists, UPC, ISRCs, dates and order stay.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"title": "Record", "label": "Our Own", "upc": "4006381333931"}]
        },
    )

    title: Words | None = None
    artist: Words | None = None
    artists: list[NameArtist] | None = Field(default=None, min_length=1, max_length=50)
    label: Words | None = None
    label_id: UUID | None = None
    upc: Words | None = None
    released_on: Words | None = None
    type: ReleaseType | None = None
    grid: Words | None = None
    catalogue_number: Words | None = None
    original_on: Words | None = None
    language: Words | None = None
    mbid: Words | None = None
    group_mbid: Words | None = None
    p_line: RightsLine | None = None
    c_line: RightsLine | None = None
    genres: list[Short] | None = Field(default=None, max_length=10)
    tags: list[Short] | None = Field(default=None, max_length=30)
    tracks: list[EditTrack] = Field(default=[], max_length=1000)
    order: list[list[Annotated[str, Field(max_length=64)]]] | None = Field(
        default=None, max_length=100
    )


class Reason(BaseModel):
    """Why; told to those whom it concerns."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=1000)] | None = None


class PublishDate(BaseModel):
    """When a release comes out: a time on a clock in `zone`, or an instant with an offset.

    All may know of it before, and ask for it, unless it is not announced.
    """

    model_config = ConfigDict(extra="forbid")

    at: datetime
    zone: Annotated[str, Field(min_length=1, max_length=64)] = "UTC"
    is_announced: bool = True
    reason: Annotated[str, Field(max_length=1000)] | None = None


class SubmitRelease(BaseModel):
    """Ask that a release is looked at; it comes out then, or at a time as of `PublishDate`."""

    model_config = ConfigDict(extra="forbid")

    at: datetime | None = None
    zone: Annotated[str, Field(min_length=1, max_length=64)] = "UTC"
    is_announced: bool = True
    reason: Annotated[str, Field(max_length=1000)] | None = None


class MoveFacts(BaseModel):
    """What happened to a release; nobody did where it was time.

    `by` is told where it was its owner; who looks after all releases stays unnamed.
    """

    number: int
    event: ReleaseEvent
    state: ReleaseState
    by: str | None
    is_overseen: bool
    reason: str | None
    at: datetime


class MoveList(BaseModel):
    """What happened to a release, the oldest first."""

    items: list[MoveFacts]
    next: None = None
