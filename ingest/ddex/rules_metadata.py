"""Titles, artists, days and lengths: what a listener would miss, and what cannot be so."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.findings import Severity
from ingest.ddex.canonical import Message, Release, Resource, ResourceKind
from ingest.ddex.findings import NOWHERE, MessageFinding, Status, found_at
from ingest.ddex.words import ARTIST_ROLES


def of_metadata(message: Message) -> Iterator[MessageFinding]:
    """Find what is missing of the release that is told of, and of its recordings."""
    main = message.main_release
    if main is None:
        yield _finding(
            None,
            "main-release-missing",
            Status.METADATA_MISSING,
            "The message has no main release: nothing says what the tracks belong to.",
        )
    else:
        yield from _of_release(message, main)
    for resource in message.resources:
        if resource.kind is ResourceKind.SOUND_RECORDING:
            yield from _of_recording(message, resource)


def _of_release(message: Message, release: Release) -> Iterator[MessageFinding]:
    if not release.titles:
        text = f"Release {release.reference} has no title."
        yield _finding(release, "title-missing", Status.METADATA_MISSING, text)
    if not _has_artist(message, release):
        text = f"Release {release.reference} has no artist with a name."
        yield _finding(release, "artist-missing", Status.ARTIST_MISSING, text)
    if not any(not item.link for item in release.items):
        text = f"Release {release.reference} holds no resource: it has no tracks."
        yield _finding(release, "no-tracks", Status.METADATA_MISSING, text)
    first, now = release.first_released_on, release.released_on
    if first is not None and now is not None and first > now:
        yield _finding(
            release,
            "original-date-later",
            Status.ORIGINAL_DATE_LATER,
            f"It first came out on {first}, which is after {now}, when it comes out.",
            Severity.WARNING,
        )


def _of_recording(message: Message, recording: Resource) -> Iterator[MessageFinding]:
    name = recording.reference
    if not recording.titles:
        text = f"Recording {name} has no title."
        yield _finding(recording, "title-missing", Status.METADATA_MISSING, text)
    if not _has_artist(message, recording):
        text = f"Recording {name} has no artist with a name."
        yield _finding(recording, "artist-missing", Status.ARTIST_MISSING, text)
    if recording.duration_s is None:
        text = f"Recording {name} does not say how long it is, as in PT3M28S."
        yield _finding(
            recording, "duration-missing", Status.METADATA_MISSING, text, Severity.WARNING
        )
    # As what somebody is shown comes first; what they did besides is told in other words.
    roles = {role for credit in recording.artists for role in credit.roles[:1]}
    unknown = sorted(roles - ARTIST_ROLES) if message.version.has_party_list else []
    if unknown:
        text = f"What an artist of {name} did is told in no word of DDEX: {', '.join(unknown)}."
        yield _finding(
            recording, "role-unknown", Status.ARTIST_ROLE_UNKNOWN, text, Severity.WARNING
        )


def _has_artist(message: Message, of: Release | Resource) -> bool:
    named = (
        credit.names or (credit.party in message.parties and message.parties[credit.party].name)
        for credit in of.artists
    )
    return bool(of.display_artist) or any(named)


def _finding(
    of: Release | Resource | None,
    rule: str,
    status: Status,
    text: str,
    severity: Severity = Severity.ERROR,
) -> MessageFinding:
    return found_at(of.place if of else NOWHERE, rule, status, text, severity)
