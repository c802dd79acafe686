"""What keeps a release from being published, and what its owner should know before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.findings import Finding, Severity
from catalog.states import ArchiveState, ArtworkState, TrackState
from ingest.missing import still_missing

#: Stores want 3000, and look poor below this.
_SMALL_SIDE = 1_400
#: How far from square a cover may be that is called square.
_SQUARE = 0.02
UNTITLED = "Untitled"
_UNHEARD = frozenset({TrackState.RECEIVED, TrackState.EXAMINING})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStanding:
    """A track of a draft; `findings` are those of its master, `alike` what sounds the same.

    `path` is what it was sent as. `is_measured` when all of its master was heard: until then an
    error may still be found.
    """

    id: str
    title: str
    path: str
    state: TrackState
    reason: str | None
    is_measured: bool
    isrc: str | None
    findings: Sequence[Mapping[str, Any]]
    alike: Sequence[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkStanding:
    """The cover of a draft."""

    state: ArtworkState
    reason: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStanding:
    """All of a draft that matters to whether it can be published."""

    title: str
    tracks: Sequence[TrackStanding]
    archives: Sequence[tuple[ArchiveState, Sequence[Finding]]]
    artwork: ArtworkStanding | None


def findings_of(draft: DraftStanding) -> list[Finding]:
    """Answer what is to be said of a draft, the worst first."""
    sent = [track.path for track in draft.tracks]
    found = [*_of_release(draft), *_of_archives(draft, sent), *_of_artwork(draft.artwork)]
    for track in draft.tracks:
        found += [replace(one, track=track.id) for one in _of_track(track)]
    ranks = list(Severity)
    return sorted(found, key=lambda one: -ranks.index(one.severity))


def errors_in(findings: Sequence[Finding]) -> list[Finding]:
    """Answer what keeps a release from being published."""
    return [one for one in findings if one.severity is Severity.ERROR]


def _of_release(draft: DraftStanding) -> Iterator[Finding]:
    if not draft.tracks:
        yield _error("no-tracks", "The release has no tracks.", "Send masters for it.")
    if draft.title.strip() in {"", UNTITLED}:
        yield _error("no-title", "The release has no title.", "Give it one.")
    isrcs = [track.isrc for track in draft.tracks if track.isrc]
    for isrc in sorted({one for one in isrcs if isrcs.count(one) > 1}):
        text = f"Several tracks have the ISRC {isrc}; plays of them count as plays of one."
        yield _warning("same-isrc", text, "Give each recording its own.")


def _of_archives(draft: DraftStanding, sent: list[str]) -> Iterator[Finding]:
    for state, findings in draft.archives:
        if state is ArchiveState.RECEIVED and not findings:
            text = "The archive is still being unpacked."
            yield _error("still-unpacking", text, "It takes a moment.")
        if state is ArchiveState.RECEIVED:
            yield from findings  # it was set aside
        elif state is ArchiveState.UNPACKED:
            yield from still_missing(findings, sent)
        else:
            yield from map(_warned, findings)  # nothing of it is there, which cannot be overlooked


def _of_artwork(artwork: ArtworkStanding | None) -> Iterator[Finding]:
    if artwork is None:
        yield _warning("no-artwork", "The release has no cover.", "Send one, 3000 by 3000 pixels.")
    elif artwork.state is ArtworkState.REJECTED:
        text = artwork.reason or "The cover cannot be shown."
        yield _error("artwork-rejected", text, "Send another one.")
    elif artwork.state is ArtworkState.RECEIVED:
        yield _error("artwork-unmade", "The cover is still being made.", "It takes a moment.")
    else:
        yield from _of_shape(artwork.width or 0, artwork.height or 0)


def _of_shape(width: int, height: int) -> Iterator[Finding]:
    if min(width, height) < _SMALL_SIDE:
        text = f"The cover measures {width} by {height} pixels, and looks coarse where it is large."
        yield _warning("artwork-small", text, "Send one of 3000 by 3000 pixels.")
    if abs(width - height) > _SQUARE * max(width, height):
        yield _warning("artwork-not-square", "The cover is not square.", "Crop it to a square.")


def _of_track(track: TrackStanding) -> Iterator[Finding]:
    yield from _of_state(track)
    for one in track.findings:
        yield Finding(
            code=one["code"],
            severity=Severity(one["severity"]),
            text=one["text"],
            advice=one["advice"],
            about=track.title,
        )
    for alike in track.alike:
        yield _about(alike, track.title, alike.severity)


def _of_state(track: TrackStanding) -> Iterator[Finding]:
    if track.state is TrackState.REJECTED:
        if not track.findings:
            text = track.reason or "The file cannot be used."
            yield _error("track-rejected", text, "Delete the track, or send it anew.", track.title)
    elif track.reason:
        yield _error("set-aside", track.reason, "", track.title)
    elif track.state in _UNHEARD or not track.is_measured:
        text = "The track is still being examined."
        yield _error("not-examined", text, "It takes a moment.", track.title)


def _warned(one: Finding) -> Finding:
    severity = min(one.severity, Severity.WARNING, key=list(Severity).index)
    return _about(one, one.about, severity)


def _about(finding: Finding, about: str | None, severity: Severity) -> Finding:
    return Finding(
        code=finding.code,
        severity=severity,
        text=finding.text,
        advice=finding.advice,
        about=about,
    )


def _error(code: str, text: str, advice: str, about: str | None = None) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, text=text, advice=advice, about=about)


def _warning(code: str, text: str, advice: str) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, text=text, advice=advice)
