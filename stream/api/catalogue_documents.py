"""The documents of what is said of music: who is named, who did what, lines, numbers, words."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.artists import Credited
from catalog.credit_roles import ArtistRole, Did, Named, RoleKind
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.said import Done
from catalog.words import Explicit
from ingest.saying import Said

Words = Annotated[str, Field(max_length=1000)]
Short = Annotated[str, Field(max_length=100)]


class NamedFacts(BaseModel):
    """An artist as named on a track or a release; `joined` stands behind the name.

    One that is not confirmed is another account's, which has not said yes.
    """

    artist: str
    name: str
    role: ArtistRole
    joined: str
    is_confirmed: bool


class NameArtist(BaseModel):
    """Name an artist: by id, else by MusicBrainz' id, ISNI, IPI or the name among your own.

    Of another account's, that account is asked.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    artist: UUID | None = None
    role: ArtistRole = ArtistRole.MAIN
    joined: Annotated[str, Field(max_length=40)] = ""
    mbid: Short | None = None
    isni: Short | None = None
    ipi: Short | None = None

    def named(self) -> Named:
        """Answer it as a value."""
        return Named(
            name=self.name,
            role=self.role,
            joined=self.joined,
            mbid=self.mbid,
            isni=self.isni,
            ipi=self.ipi,
            artist_id=self.artist,
        )


class CreditFacts(BaseModel):
    """Who did what; `kind` is what the role is one of, and told alone."""

    model_config = ConfigDict(extra="forbid")

    role: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=1000)
    kind: RoleKind | None = None
    ipi: Short | None = None
    isni: Short | None = None
    artist: UUID | None = None

    def did(self) -> Did:
        """Answer it as a value."""
        return Did(
            role=self.role, name=self.name, ipi=self.ipi, isni=self.isni, artist_id=self.artist
        )


class RightsLine(BaseModel):
    """A line of rights: a year, and whose it is; without an owner it is taken away."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=1850, le=2199)] | None = None
    owner: Annotated[str, Field(max_length=200)] = ""

    def line(self) -> tuple[int | None, str]:
        """Answer it as a value."""
        return self.year, self.owner


class SaidOfTrack(BaseModel):
    """Write of a track; what is left out stays, and `null`, an empty word or list takes away.

    `artists` name the artists one by one, and their names make `artist`, unless that is told too.
    `genres` are those of `GET /api/v1/genres`; `tags` are free.
    """

    model_config = ConfigDict(extra="forbid")

    title: Words | None = None
    artist: Words | None = None
    artists: list[NameArtist] | None = Field(default=None, min_length=1, max_length=50)
    credits: list[CreditFacts] | None = Field(default=None, max_length=100)
    genres: list[Short] | None = Field(default=None, max_length=10)
    tags: list[Short] | None = Field(default=None, max_length=30)
    language: Words | None = None
    explicit: Explicit | None = None
    iswc: Words | None = None
    mbid: Words | None = None
    p_line: RightsLine | None = None


def line_facts(year: int | None, owner: str | None) -> RightsLine | None:
    """Answer a line of rights, if there is one."""
    return RightsLine(year=year, owner=owner) if owner else None


def named_facts(named: list[Credited]) -> list[NamedFacts]:
    """Answer who is named."""
    return [
        NamedFacts(
            artist=str(one.artist_id),
            name=one.name,
            role=one.role,
            joined=one.joined,
            is_confirmed=one.is_confirmed,
        )
        for one in named
    ]


def credit_facts(done: list[Done]) -> list[CreditFacts]:
    """Answer who did what."""
    return [
        CreditFacts(
            role=one.role,
            name=one.name,
            kind=one.kind,
            ipi=one.ipi,
            isni=one.isni,
            artist=one.artist_id,
        )
        for one in done
    ]


def words_in(body: BaseModel, names: tuple[str, ...]) -> dict[str, str]:
    """Answer the words that a body says, nothing as an empty one."""
    said = (name for name in names if name in body.model_fields_set)
    return {name: getattr(body, name) or "" for name in said}


def line_in(body: BaseModel, name: str) -> tuple[int | None, str] | None:
    """Answer the line that a body says; null takes it away."""
    if name not in body.model_fields_set:
        return None
    line: RightsLine | None = getattr(body, name)
    return (None, "") if line is None else line.line()


def mbid_facts(about: Track | Release) -> str | None:
    """Answer MusicBrainz' id."""
    return str(about.mbid) if about.mbid else None


def list_in(body: BaseModel, name: str) -> list[str] | None:
    """Answer the list that a body says; null takes all away."""
    if name not in body.model_fields_set:
        return None
    found: list[str] | None = getattr(body, name)
    return found or []


def said_of(body: SaidOfTrack) -> Said:
    """Answer what a body says of a track."""
    words = words_in(body, ("title", "artist", "language", "iswc", "mbid"))
    if body.explicit is not None:
        words["explicit"] = body.explicit
    return Said(
        words=words,
        artists=None if body.artists is None else [one.named() for one in body.artists],
        credits=None if body.credits is None else [one.did() for one in body.credits],
        genres=list_in(body, "genres"),
        tags=list_in(body, "tags"),
        p_line=line_in(body, "p_line"),
    )
