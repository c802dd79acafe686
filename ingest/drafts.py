"""Drafts: how they stand, and what their owners write on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounting.sheets import others_hold
from base.database import Session
from base.errors import Refused
from catalog.artists import find_label, label_of, name_on_release, put_label
from catalog.artworks import artworks_by_id
from catalog.callers import Caller
from catalog.facts import (
    write_c_line,
    write_p_line,
    write_release_genres,
    write_release_tags,
)
from catalog.findings import Finding, parse_finding
from catalog.likeness import Duplicate, duplicates_of
from catalog.models.music import Track
from catalog.models.releases import Archive, Artwork, Release
from catalog.music import write_isrc
from catalog.releases import (
    Standing,
    archives_of,
    concerns,
    release_of,
    require_draft,
    standing_on,
    standings_on,
)
from catalog.states import ArchiveState, ArtworkState, ReleaseState, TrackState
from ingest import alike
from ingest.crediting import line_of, named_in
from ingest.describing import ARTIST, ISRC, ORDER
from ingest.fields import read_field
from ingest.readiness import (
    ArtworkStanding,
    DraftStanding,
    TrackStanding,
    errors_in,
    findings_of,
)
from ingest.saying import (
    Said,
    read_genres,
    read_line,
    read_named,
    read_tags,
    tell_of_music,
    value_of,
)
from ingest.words import TITLE_LETTERS

_OUT = (ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)
#: What can be said of a release that is out; what else it is called stays.
_OPEN = frozenset(
    {
        *("label", "type", "grid", "catalogue_number", "original_on", "language"),
        *("mbid", "group_mbid", "explicit", "iswc"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEdit:
    """What an owner writes of a track on a release."""

    track_id: UUID
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an owner writes of a release; `order` has the tracks of each disc, all of them."""

    said: Said = field(default_factory=Said)
    tracks: Sequence[TrackEdit] = ()
    order: Sequence[Sequence[UUID]] | None = None
    #: The label, where it is said which one it is; its name is a word.
    label_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may be said of a release that is out."""
        words = {*self.said.words, *(name for one in self.tracks for name in one.said.words)}
        named = [self.said.artists, *(one.said.artists for one in self.tracks)]
        return self.order is None and words <= _OPEN and all(one is None for one in named)


async def draft_findings(session: Session, release: Release) -> list[Finding]:
    """Answer what is to be said of a draft, the worst first."""
    return (await findings_of_drafts(session, [release]))[release.id]


async def findings_of_drafts(
    session: Session, releases: Sequence[Release]
) -> dict[UUID, list[Finding]]:
    """Answer what is to be said of each draft: as many statements, however many there are."""
    if not releases:
        return {}
    ids = [one.id for one in releases]
    standing, archives = await standings_on(session, ids), await archives_of(session, *ids)
    covers = {one.artwork_id for one in releases if one.artwork_id}
    artworks = await artworks_by_id(session, covers)
    tracks = [one.track for each in standing.values() for one in each]
    duplicates = await duplicates_of(session, tracks)
    return {
        release.id: findings_of(
            DraftStanding(
                title=release.title,
                tracks=[_standing(one, duplicates[one.track.id]) for one in standing[release.id]],
                archives=[_archive(one) for one in archives if one.release_id == release.id],
                artwork=_cover(artworks[release.artwork_id]) if release.artwork_id else None,
            )
        )
        for release in releases
    }


def _archive(archive: Archive) -> tuple[ArchiveState, list[Finding]]:
    return ArchiveState(archive.state), [parse_finding(found) for found in archive.findings]


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

    Of a release that is out what it is called stays, and the rest can be said.

    Raises:
        Refused: `release-unknown` 404, `release-published` or `recording-shared` 409;
            `word-unfit`, `order-incomplete` or `track-elsewhere`, 422.

    """
    release = await release_of(session, release_id, lock=True)
    if not (change.is_open and concerns(release, caller) and release.state in _OUT):
        require_draft(release, caller)
    await _tell_of_release(session, release, change, now=now)
    standing = {one.track.id: one for one in await standing_on(session, release.id)}
    for one in change.tracks:
        await _edit_track(session, _on(standing, one.track_id), one.said, now=now)
    if change.order is not None:
        _reorder(standing, change.order)
    said = [*change.said.names, *([ORDER] if change.order is not None else [])]
    release.edited = sorted({*release.edited, *said})
    release.changed_at = now
    return release


async def _tell_of_release(
    session: Session, release: Release, change: Edit, *, now: datetime
) -> None:
    said = change.said
    words = {name: read_field(name, text) for name, text in said.words.items()}
    for name, word in words.items():
        setattr(release, name, value_of(name, word))
    if said.artists is not None or ARTIST in words:
        named = read_named(said.artists) if said.artists is not None else named_in(words[ARTIST])
        if ARTIST not in words and named:
            release.artist = line_of(named)[:TITLE_LETTERS]
        await name_on_release(session, release.id, named, owner_id=release.owner_id, now=now)
    if said.p_line is not None:
        write_p_line(release, read_line(said.p_line))
    if said.c_line is not None:
        write_c_line(release, read_line(said.c_line))
    if said.genres is not None:
        await write_release_genres(session, release.id, read_genres(said.genres))
    if said.tags is not None:
        await write_release_tags(session, release.id, read_tags(said.tags))
    if "label" in words or change.label_id is not None:
        await _put_out_by(session, release, change.label_id, now=now)


async def _put_out_by(
    session: Session, release: Release, label_id: UUID | None, *, now: datetime
) -> None:
    owner_id = release.owner_id
    if label_id is not None:
        label = await label_of(session, label_id)
        release.label = release.label or label.name
        release.edited = [*release.edited, "label"]
    elif release.label:
        label = await find_label(session, release.label, owner_id=owner_id, now=now)
    else:
        label = None
    await put_label(session, release.id, label, owner_id=owner_id, now=now)


async def require_ready(session: Session, release: Release) -> None:
    """Refuse a draft that cannot come out as it is.

    Masters are not locked: of those that were heard to the end none is rejected any more.

    Raises:
        Refused: `release-unready`, 409: there are errors among its findings.

    """
    errors = errors_in(await draft_findings(session, release))
    if errors:
        sentences = [f"{one.about}: {one.text}" if one.about else one.text for one in errors]
        raise Refused("release-unready", " ".join(sentences[:10]), status=409)


def _standing(one: Standing, duplicates: Sequence[Duplicate]) -> TrackStanding:
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


async def _edit_track(session: Session, standing: Standing, said: Said, *, now: datetime) -> None:
    await tell_of_music(session, standing.track, said, now=now)
    if ISRC in said.words:
        isrc = read_field(ISRC, said.words[ISRC])
        await _join(session, standing.track, isrc, now=now)
    standing.place.edited = sorted({*standing.place.edited, *said.names})


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
