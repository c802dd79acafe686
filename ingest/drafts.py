"""Drafts: how they stand, what their owners write on them, and that they are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.sheets import others_hold
from base.database import Session
from base.errors import Refused
from catalog.artworks import artwork_of
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, tell
from catalog.findings import Finding, parse_finding
from catalog.likeness import duplicates_of
from catalog.models.music import Track
from catalog.models.releases import Artwork, Release
from catalog.music import Naming, rename, write_isrc
from catalog.releases import (
    Standing,
    archives_of,
    lock_draft,
    move_release,
    standing_on,
    write_credits,
)
from catalog.states import ArchiveState, ArtworkState, ReleaseEvent, TrackState
from ingest import alike
from ingest.describing import ARTIST, CREDITS, ISRC, ORDER, TITLE
from ingest.fields import read_field, read_needed
from ingest.readiness import (
    ArtworkStanding,
    DraftStanding,
    TrackStanding,
    errors_in,
    findings_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEdit:
    """What an owner writes of a track; what is None stays as it is."""

    track_id: UUID
    title: str | None = None
    artist: str | None = None
    isrc: str | None = None
    credits: Sequence[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an owner writes of a release; `order` has the tracks of each disc, all of them."""

    words: Mapping[str, str]
    tracks: Sequence[TrackEdit] = ()
    order: Sequence[Sequence[UUID]] | None = None


async def draft_findings(session: Session, release: Release) -> list[Finding]:
    """Answer what is to be said of a draft, the worst first."""
    standing = await standing_on(session, release.id)
    archives = await archives_of(session, release.id)
    artwork = await artwork_of(session, release.artwork_id)
    return findings_of(
        DraftStanding(
            title=release.title,
            tracks=[await _standing(session, one) for one in standing],
            archives=[
                (ArchiveState(one.state), [parse_finding(found) for found in one.findings])
                for one in archives
            ],
            artwork=_cover(artwork) if artwork else None,
        )
    )


def _cover(artwork: Artwork) -> ArtworkStanding:
    return ArtworkStanding(
        state=ArtworkState(artwork.state),
        reason=artwork.reason,
        width=artwork.width,
        height=artwork.height,
    )


async def edit(
    session: Session, release_id: UUID, caller: Caller, change: Edit, *, now: datetime
) -> Release:
    """Write on a draft what its owner says; tags change none of it any more.

    Raises:
        Refused: `release-unknown` 404, `release-published` or `recording-shared` 409;
            `word-unfit`, `order-incomplete` or `track-elsewhere`, 422.

    """
    release = await lock_draft(session, release_id, caller)
    for name, text in change.words.items():
        setattr(release, name, read_field(name, text))
    standing = {one.track.id: one for one in await standing_on(session, release.id)}
    for one in change.tracks:
        await _edit_track(session, _on(standing, one.track_id), one, now=now)
    if change.order is not None:
        _reorder(standing, change.order)
    said = [*change.words, *([ORDER] if change.order is not None else [])]
    release.edited = sorted({*release.edited, *said})
    release.changed_at = now
    return release


async def publish(
    session: Session, release_id: UUID, caller: Caller, *, request_id: str, now: datetime
) -> Release:
    """Let all hear a draft.

    Masters are not locked: of those that were heard to the end none is rejected any more.

    Raises:
        Refused: `release-unknown` 404, `release-published` 409; `release-unready` 409: there are
            errors among its findings.

    """
    release = await lock_draft(session, release_id, caller)
    errors = errors_in(await draft_findings(session, release))
    if errors:
        sentences = [f"{one.about}: {one.text}" if one.about else one.text for one in errors]
        raise Refused("release-unready", " ".join(sentences[:10]), status=409)
    move_release(release, ReleaseEvent.PUBLISH, now=now)
    event = NewEvent(
        owner_id=release.owner_id,
        kind=EventKind.RELEASE_PUBLISHED,
        request_id=request_id,
        data={"release": str(release.id), "title": release.title},
    )
    await tell(session, event, now=now)
    return release


async def _standing(session: Session, one: Standing) -> TrackStanding:
    duplicates = await duplicates_of(session, one.track)
    return TrackStanding(
        id=str(one.track.id),
        title=one.track.title,
        path=one.track.path or one.master.filename,
        state=TrackState(one.track.state),
        reason=one.track.reason,
        is_measured=one.master.pcm_sha256 is not None,
        isrc=one.recording.isrc,
        findings=one.master.findings or (),
        alike=alike.findings_of(duplicates, one.track.owner_id),
    )


async def _edit_track(
    session: Session, standing: Standing, change: TrackEdit, *, now: datetime
) -> None:
    said = {TITLE: change.title, ARTIST: change.artist, ISRC: change.isrc}
    words = {name: read_field(name, text) for name, text in said.items() if text is not None}
    await rename(session, standing.track, Naming(title=words.get(TITLE), artist=words.get(ARTIST)))
    if ISRC in words:
        await _join(session, standing.track, words[ISRC], now=now)
    if change.credits is not None:
        await write_credits(session, standing.track.id, _credits(change.credits))
        words[CREDITS] = None
    standing.place.edited = sorted({*standing.place.edited, *words})


async def _join(session: Session, track: Track, isrc: str | None, *, now: datetime) -> None:
    """Make a track one of the recording of an ISRC, unless others would lose their shares by it."""
    before = track.recording_id
    await write_isrc(session, track, isrc)
    is_another = track.recording_id != before
    if is_another and await others_hold(session, before, track.owner_id, now=now):
        raise Refused(
            "recording-shared",
            "Others have accepted shares of this track, and another ISRC makes it another "
            "recording, which they have none of: please agree with them on that first.",
            status=409,
        )


def _credits(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(read_needed("role", role), read_needed("name", name)) for role, name in said]


def _on(standing: Mapping[UUID, Standing], track_id: UUID) -> Standing:
    if track_id not in standing:
        raise Refused(
            "track-elsewhere", f"The track {track_id} is not on this release.", status=422
        )
    return standing[track_id]


def _reorder(standing: Mapping[UUID, Standing], order: Sequence[Sequence[UUID]]) -> None:
    said = [track_id for disc in order for track_id in disc]
    if sorted(said) != sorted(standing):
        raise Refused(
            "order-incomplete", "An order has every track of the release once.", status=422
        )
    for disc, track_ids in enumerate(order, 1):
        for position, track_id in enumerate(track_ids, 1):
            place = standing[track_id].place
            place.disc, place.position = disc, position
