"""What to tell the owner of a track of others that sound the same, and what not to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from catalog.findings import Finding, Severity
from catalog.likeness import Alike, Duplicate

_WORDS = {
    Alike.FILE: "This very file",
    Alike.AUDIO: "The same audio, sample for sample,",
    Alike.RECORDING: "The same recording, in another form,",
}


def findings_of(duplicates: Iterable[Duplicate], owner_id: UUID) -> list[Finding]:
    """Answer a finding for each; whose track it is stays untold unless all can hear it."""
    return [_finding(one, owner_id) for one in duplicates]


def _finding(duplicate: Duplicate, owner_id: UUID) -> Finding:
    track, words = duplicate.track, _WORDS[duplicate.kind]
    if track.owner_id == owner_id:
        text = f"{words} is also your track “{track.title}”."
        return _warning(duplicate, text, "Delete one of them, unless both are wanted.")
    if duplicate.is_audible:
        text = f"{words} is also “{track.title}” by {track.artist}, of another account."
    else:
        text = f"{words} was also sent by another account."
    return _warning(duplicate, text, "Make sure that the rights are yours.")


def _warning(duplicate: Duplicate, text: str, advice: str) -> Finding:
    return Finding(code=str(duplicate.kind), severity=Severity.WARNING, text=text, advice=advice)
