"""The documents of the interface: what is taken and what is answered."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from catalog.likeness import Alike
from catalog.models.plays import Grant
from catalog.states import PlayState, TrackState
from catalog.words import Explicit
from stream.api.catalogue_documents import CreditFacts, NamedFacts, RightsLine
from stream.api.picture_documents import ArtworkFacts


class Problem(BaseModel):
    """An error (RFC 9457); `detail` is a sentence for people, `type` is for programs."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class LoudnessReading(BaseModel):
    """EBU R 128 figures; null where the signal is too quiet or short to have them."""

    integrated_lufs: float | None
    range_lu: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    true_peak_dbtp: float | None


class WaveformLinks(BaseModel):
    """Where the peaks are, as the BBC's audiowaveform writes them.

    Those are the finest; `?zoom=` asks for another of `zooms`, in samples a pixel. `screen` is
    enough for one.
    """

    dat: str
    # Named like a method of the model, hence by alias.
    peaks_json: str = Field(serialization_alias="json")
    zooms: list[int]
    screen: str


class RenditionFacts(BaseModel):
    """One encoded form; bitrate in bits per second as measured.

    `download` is where its owners get it, if it is a file to keep: larger by its tags and cover.
    """

    rung: str
    codec: str
    bitrate: int
    bytes: int
    etag: str
    download: str | None


class DuplicateFacts(BaseModel):
    """Another track of the same sound; which one is told where the caller may know of it.

    Of the same recording, `errors` is how much differs, 0 to 1; it begins `offset` seconds later
    in this track.
    """

    kind: Alike
    text: str
    track: str | None
    errors: float
    offset: float


class TrackDocument(BaseModel):
    """A track; duration in seconds, samples at `sample_rate`. Plays are counted by `recording`.

    `release` is what it stands on; `duplicates` are told to its owner, and null to others.
    `artwork` is the address of what it is shown with: its release's cover, or else its own;
    `?size=` asks for a size. Who is named, credits, genres, tags, its own cover and whether there
    are lyrics, lists leave out.
    """

    id: str
    recording: str
    title: str
    artist: str
    state: TrackState
    reason: str | None
    created_at: datetime
    changed_at: datetime
    playable_at: datetime | None
    completed_at: datetime | None
    duration: float | None
    sample_rate: int | None
    channels: int | None
    samples: int | None
    loudness: LoudnessReading | None
    waveform: WaveformLinks | None
    renditions: list[RenditionFacts]
    release: str | None = None
    duplicates: list[DuplicateFacts] | None = None
    is_free: bool = False
    artwork: str | None = None
    own_artwork: ArtworkFacts | None = None
    language: str | None = None
    explicit: Explicit = Explicit.UNKNOWN
    iswc: str | None = None
    mbid: str | None = None
    p_line: RightsLine | None = None
    artists: list[NamedFacts] | None = None
    credits: list[CreditFacts] | None = None
    genres: list[str] | None = None
    tags: list[str] | None = None
    has_lyrics: bool | None = None


class PriceTrack(BaseModel):
    """Say whether plays of a track cost anything."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"is_free": True}]})

    is_free: bool


class TrackList(BaseModel):
    """What there is to hear, the newest first."""

    tracks: list[TrackDocument]
    next: str | None


class OpenPlay(BaseModel):
    """Ask for the media of a track; without credit for it for the preview, or for nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"track": "81f0a8b2-7c1d-4b57-9a55-0d5bb1f8a0aa"}]},
    )

    track: str = Field(min_length=1, max_length=64)
    preview: bool = True


class Progressive(BaseModel):
    """One file to play or seek in by byte range."""

    rung: str
    mime: str
    url: str


class PlayOpened(BaseModel):
    """The media of a session, and what it will cost once it counts; in milli-credits."""

    play: str
    hls: str
    dash: str
    progressive: list[Progressive]
    grant: Grant
    step: int
    price: int
    left_to_own: int
    balance: int
    #: Seals what is heard offline, see `POST /api/v1/plays/offline`.
    offline_key: str


class KeptBeat(BaseModel):
    """A heartbeat that a player kept, and when it was: since the play was opened."""

    model_config = ConfigDict(extra="forbid")

    at_s: float = Field(ge=0, le=10_000_000, allow_inf_nan=False)
    position_s: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)
    elapsed_s: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)


class OfflineReport(BaseModel):
    """What a player heard of a play while it was offline, in the order it was."""

    model_config = ConfigDict(extra="forbid")

    play: str = Field(max_length=64)
    beats: list[KeptBeat] = Field(min_length=1, max_length=1_000)


class ReportProgress(BaseModel):
    """Where the player stands, and how long it has been playing by its own clock."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"position_s": 5, "elapsed_s": 5}]}
    )

    position_s: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)
    elapsed_s: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)


class Evidence(BaseModel):
    """The figures behind a verdict, in milliseconds."""

    needed_ms: int
    delivered_ms: int
    reported_ms: int
    heard_ms: int
    passed_ms: int


class PlayVerdict(BaseModel):
    """What a session has come to; `step` and `price` are what was counted and charged."""

    play: str
    track: str
    grant: Grant
    verdict: PlayState
    reason: str
    evidence: Evidence
    step: int
    price: int
    next_price: int
    left_to_own: int
    owned: bool
    balance: int
