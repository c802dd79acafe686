"""What listeners and labels see of what was delivered, without numbers or times of ours.

Two catalogues are the same when these are. What is not heard any more does not count: a track that
was listed once is kept for its owners, and is not there at all where its message came too late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from base.database import Session
from catalog.ern_messages import order_examined
from catalog.masters import finish_tracks, move_tracks
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.ddex import (
    SuppliedFile,
    SuppliedName,
    SuppliedParty,
    SuppliedRelease,
    SuppliedTrack,
)
from catalog.models.deals import Deal
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.releases import Artwork, Credit, Release, ReleaseTrack
from catalog.models.words import ReleaseGenre
from catalog.music import AUDIBLE
from catalog.states import HIDDEN, ArtworkState, ReleaseState, TrackEvent, TrackState
from workers.holding import Holding

_COLUMNS = (
    *("title", "artist", "label", "upc", "grid", "catalogue_number", "released_on", "original_on"),
    *("type", "language", "p_year", "p_owner", "c_year", "c_owner"),
)


async def examine(holding: Holding) -> None:
    """Let all masters and pictures be as if they had been looked into, and were sound."""
    now = holding.tools.clock()
    async with holding.tools.database.begin() as session:
        masters = await session.scalars(select(Master).where(Master.pcm_sha256.is_(None)))
        for master in list(masters):
            await order_examined(session, master.sha256, request_id="test", now=now)
            master.samples, master.sample_rate, master.codec = 3 * 44_100, 44_100, "flac"
            master.pcm_sha256 = master.sha256
            await move_tracks(session, master.id, TrackEvent.EXAMINE, now=now)
            await move_tracks(session, master.id, TrackEvent.PUBLISH, now=now)
            await finish_tracks(session, master.id, now=now, reviews=False)
        pictures = select(Artwork).where(Artwork.state == ArtworkState.RECEIVED)
        for picture in list(await session.scalars(pictures)):
            await order_examined(session, picture.sha256, request_id="test", now=now)
            picture.state, picture.width, picture.height = ArtworkState.READY, 3000, 3000


async def projected(session: Session, *, now: datetime, partner_id: UUID) -> list[dict[str, Any]]:
    """Answer all that is known of releases that a partner delivered, each by its names."""
    rows = await session.scalars(
        select(SuppliedRelease).where(
            SuppliedRelease.is_tombstone.is_(False), SuppliedRelease.partner_id == partner_id
        )
    )
    found = [await _release(session, row, now) for row in list(rows)]
    return sorted(found, key=lambda one: sorted(one["names"]))


async def strays(session: Session) -> list[str]:
    """Answer what can be heard though no release of a partner lists it."""
    listed = select(SuppliedRelease.release_id).where(SuppliedRelease.release_id.is_not(None))
    query = (
        select(Track.title)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .where(Track.state.in_(AUDIBLE))
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .where(Release.id.is_(None) | Release.state.not_in(HIDDEN))
        .where(Release.id.is_(None) | Release.id.not_in(listed))
    )
    return list(await session.scalars(query))


async def _release(session: Session, row: SuppliedRelease, now: datetime) -> dict[str, Any]:
    names = await session.scalars(select(SuppliedName).where(SuppliedName.supplied_id == row.id))
    known = list(names)
    release = await session.get(Release, row.release_id) if row.release_id else None
    is_there = row.purged_at is None and release is not None
    return {
        "names": {(one.kind, one.value, one.namespace) for one in known if not one.track},
        "tracks named": {(one.kind, one.value, one.track) for one in known if one.track},
        "told": (row.told_at, row.message_id, row.purged_at),
        "kept": row.told if is_there else None,
        "release": await _said(session, release, now) if release and is_there else None,
        "is out": release is not None and release.state == ReleaseState.PUBLISHED,
    }


async def _said(session: Session, release: Release, now: datetime) -> dict[str, Any]:
    genres = select(ReleaseGenre.genre).where(ReleaseGenre.release_id == release.id)
    label = (
        select(Label)
        .join(ReleaseLabel, ReleaseLabel.label_id == Label.id)
        .where(ReleaseLabel.release_id == release.id)
    )
    cover = await session.get(Artwork, release.artwork_id) if release.artwork_id else None
    shown = (await session.scalars(label)).first()
    return {
        **{name: getattr(release, name) for name in _COLUMNS},
        "state": release.state,
        "genres": list(await session.scalars(genres.order_by(ReleaseGenre.number))),
        "artists": await _fronts(session, ReleaseArtist, ReleaseArtist.release_id == release.id),
        "label": (shown.name, await _known(session, SuppliedParty.label_id == shown.id))
        if shown
        else None,
        "cover": cover.sha256 if cover else None,
        "tracks": await _tracks(session, release, now),
        "deals": await _deals(session, Deal.release_id == release.id, now),
    }


async def _tracks(session: Session, release: Release, now: datetime) -> list[dict[str, Any]]:
    query = (
        select(ReleaseTrack, Track, Recording, SuppliedTrack, SuppliedFile)
        .join(Track, Track.id == ReleaseTrack.track_id)
        .join(Recording, Recording.id == Track.recording_id)
        .join(SuppliedTrack, SuppliedTrack.track_id == Track.id)
        .outerjoin(SuppliedFile, SuppliedFile.id == SuppliedTrack.file_id)
        .where(ReleaseTrack.release_id == release.id)
        .order_by(ReleaseTrack.disc, ReleaseTrack.position)
    )
    return [
        {
            "key": supplied.key,
            "isrc": recording.isrc,
            "title": track.title,
            "artist": track.artist,
            "place": (place.disc, place.position),
            "file": file.sha256 if file else None,
            "is heard": track.state in AUDIBLE,
            "is hurt": track.state == TrackState.REJECTED,
            "artists": await _fronts(session, TrackArtist, TrackArtist.track_id == track.id),
            "credits": await _credits(session, track),
            "deals": await _deals(session, Deal.track_id == track.id, now),
        }
        for place, track, recording, supplied, file in (await session.execute(query)).all()
    ]


async def _fronts(
    session: Session, model: type[ReleaseArtist | TrackArtist], about: ColumnElement[bool]
) -> list[Any]:
    query = select(model, Artist).join(Artist, Artist.id == model.artist_id).where(about)
    return [
        (
            named.name,
            named.role,
            named.joined,
            artist.name,
            await _known(session, SuppliedParty.artist_id == artist.id),
        )
        for named, artist in (await session.execute(query.order_by(model.number))).all()
    ]


async def _credits(session: Session, track: Track) -> list[Any]:
    query = select(Credit).where(Credit.track_id == track.id).order_by(Credit.number)
    return [
        (
            one.role,
            one.name,
            one.kind,
            await _known(session, SuppliedParty.artist_id == one.artist_id),
        )
        for one in list(await session.scalars(query))
    ]


async def _known(session: Session, about: ColumnElement[bool]) -> frozenset[tuple[str, str, str]]:
    rows = await session.scalars(select(SuppliedParty).where(about))
    return frozenset((one.kind, one.value, one.namespace) for one in rows)


async def _deals(session: Session, about: ColumnElement[bool], now: datetime) -> list[Any]:
    query = select(Deal).where(about, (Deal.ends_at.is_(None)) | (Deal.ends_at > now))
    return sorted(
        (
            one.model,
            str(one.territories),
            str(one.excluded),
            str(max(one.starts_at, now)),
            str(one.ends_at),
            str(one.starts_on),
            str(one.ends_on),
            str(one.uses),
        )
        for one in await session.scalars(query)
    )
