"""Files on this machine: their bytes' SHA-256, and each taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.findings import Finding
from refrain.imports.wanted import Song, note


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """How many bytes a file has, and their digest."""

    size: int
    sha256: str


def bytes_of(path: Path) -> Bytes:
    """Read a file to its end.

    Raises:
        OSError: it is not there, or may not be read.

    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Bytes(size=file.tell(), sha256=digest)


def once(songs: Sequence[Song]) -> tuple[list[Song], list[Finding]]:
    """Answer songs without those whose bytes came before: they are one track."""
    taken: dict[str, Song] = {}
    findings = []
    for song in songs:
        first = taken.setdefault(song.sha256, song)
        if first is not song:
            text = f"It has the same bytes as {first.about}, and is one track with it."
            findings.append(note("same-bytes", song.about, text))
    return list(taken.values()), findings
