"""What is to be said of a release, as the catalogue says it: the plan that a message comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from catalog.credit_roles import ArtistRole
from catalog.supplied_facts import Name
from ingest.ddex.canonical import DeliveredFile

#: A year, if one is said, and whose line it is.
Line = tuple[int | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who is named: what they are called here, and what they are known by."""

    name: str
    names: tuple[Name, ...]
    isni: str | None = None
    ipi: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """An artist as named on the front; `joined` stands behind the name."""

    who: Who
    role: ArtistRole
    joined: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What somebody did on a track."""

    who: Who
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTrack:
    """A recording where it stands on its release; `reference` is what deals know it by.

    `files` are its masters as the message names them, the first of which is taken; `codec` and
    `duration_s` are what they are told to be.
    """

    key: str
    names: tuple[Name, ...]
    reference: str
    disc: int = 1
    position: int = 1
    title: str
    artist: str
    fronts: tuple[Front, ...] = ()
    works: tuple[Work, ...] = ()
    isrc: str | None = None
    language: str | None = None
    explicit: str = "unknown"
    p_line: Line | None = None
    genres: tuple[str, ...] = ()
    duration_s: Fraction | None = None
    files: tuple[DeliveredFile, ...] = ()

    @property
    def codec(self) -> str:
        """What its file is told to be encoded with."""
        return self.files[0].codec if self.files else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRelease:
    """A release with all its tracks; `words` are columns of its row.

    `has_cover` where it lists a picture for its front, of which the files came or did not; `told`
    is what is kept and shown, though nothing is done with it.
    """

    names: tuple[Name, ...]
    reference: str
    title: str
    artist: str
    tracks: tuple[PlannedTrack, ...]
    words: Mapping[str, str | None] = field(default_factory=dict)
    fronts: tuple[Front, ...] = ()
    label: Who | None = None
    p_line: Line | None = None
    c_line: Line | None = None
    genres: tuple[str, ...] = ()
    has_cover: bool = False
    cover: tuple[DeliveredFile, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def everybody(self) -> tuple[Who, ...]:
        """All who are named as artists, or for what they did."""
        fronts = (*self.fronts, *(one for track in self.tracks for one in track.fronts))
        works = (one for track in self.tracks for one in track.works)
        return tuple(dict.fromkeys((*(one.who for one in fronts), *(one.who for one in works))))
