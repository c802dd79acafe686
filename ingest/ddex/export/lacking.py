"""What a release lacks to be told of: found before anything is written.

An error keeps a message from being written; a warning says what stands in for what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.findings import Severity
from ingest.ddex.export.elements import plain
from ingest.ddex.export.facts import Release, Track
from ingest.ddex.findings import MessageFinding, Status


def lacking(release: Release) -> tuple[MessageFinding, ...]:
    """Answer all that is missing, the errors first."""
    found = [*_of_release(release), *_of_tracks(release)]
    return tuple(sorted(found, key=lambda one: one.severity is not Severity.ERROR))


def _of_release(release: Release) -> Iterator[MessageFinding]:
    if not plain(release.title):
        yield _finding("title-missing", "The release has no title: give it one.")
    if not _is_named(release):
        yield _finding(
            "artist-missing", "The release names no artist: name one.", Status.ARTIST_MISSING
        )
    if not release.tracks:
        text = "The release has no track that is to be had: there is nothing to tell of."
        yield _finding("no-tracks", text)
    if not release.genres:
        yield _finding("genre-missing", "The release is of no genre: say of which it is.")
    if not release.upc and not release.grid:
        text = "The release has no UPC and no GRid: it goes by our own number of it."
        yield _finding("release-id-missing", text, severity=Severity.WARNING)
    if release.label is None:
        text = f"No label puts the release out: “{release.artist}” is told as the one that does."
        yield _finding("label-missing", text, severity=Severity.WARNING)
    if release.cover is None:
        text = "The release has no cover that can be shown: it goes without."
        yield _finding("cover-missing", text, Status.RESOURCE_MISSING, Severity.WARNING)


def _of_tracks(release: Release) -> Iterator[MessageFinding]:
    isrcs = [one.isrc for one in release.tracks]
    for track in release.tracks:
        yield from _of_track(track)
        if track.p_line is None and release.p_line is None:
            text = f"“{track.title}” does not say whose the recording is (P): say it."
            yield _finding("p-line-missing", text, severity=Severity.WARNING)
    for isrc in sorted({one for one in isrcs if one and isrcs.count(one) > 1}):
        text = f"Several tracks have the ISRC {isrc}: each recording has its own."
        yield _finding("duplicate-isrc", text, Status.IDENTIFIER_INVALID)


def _of_track(track: Track) -> Iterator[MessageFinding]:
    name = f"“{track.title}”"
    if not plain(track.title):
        yield _finding("title-missing", f"Track {track.position} has no title: give it one.")
    if not _is_named(track):
        text = f"{name} names no artist: name one."
        yield _finding("artist-missing", text, Status.ARTIST_MISSING)
    if not track.isrc:
        text = f"{name} has no ISRC, by which all who play it know it: give it one."
        yield _finding("isrc-missing", text)
    if track.sound is None or track.duration_s is None:
        text = f"{name} was not examined yet: nobody can say how long it is."
        yield _finding("not-examined", text, Status.RESOURCE_MISSING)


def _is_named(of: Release | Track) -> bool:
    return bool(plain(of.artist)) and any(plain(one.party.name) for one in of.artists)


def _finding(
    rule: str,
    text: str,
    status: Status = Status.METADATA_MISSING,
    severity: Severity = Severity.ERROR,
) -> MessageFinding:
    return MessageFinding(rule=rule, status=status, severity=severity, text=text)
