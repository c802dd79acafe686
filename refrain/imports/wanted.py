"""What an import is to bring: drafts with their songs, and what was found while reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.findings import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A file of a release, where it stands there, and what is to be written of it.

    `about` is how people are told of it: a line of a sheet, or a path.
    """

    path: Path
    about: str
    size_bytes: int
    sha256: str
    disc: int
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A release that is to be there; `words` are those of the interface, `songs` in order.

    A sheet says how all stands (`is_said`); of files only what they bring does.
    """

    title: str
    artist: str
    words: Mapping[str, str]
    songs: Sequence[Song]
    cover: Path | None = None
    is_said: bool = False

    @property
    def name(self) -> str:
        """Answer what people call it."""
        return f"{self.artist}: {self.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that was read."""

    releases: Sequence[Wanted]
    findings: Sequence[Finding]


def fault(code: str, about: str, text: str, advice: str = "") -> Finding:
    """Answer what keeps something from being imported."""
    return Finding(code=code, severity=Severity.ERROR, about=about, text=text, advice=advice)


def note(code: str, about: str, text: str, advice: str = "") -> Finding:
    """Answer what is worth knowing, and keeps nothing back."""
    return Finding(code=code, severity=Severity.NOTE, about=about, text=text, advice=advice)
