"""What is known of a track today, said in the fields of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Session
from base.loudness_tags import REPLAYGAIN_REFERENCE, r128, replaygain, replaygain_peak
from catalog.artists import Credited, artists_of
from catalog.artworks import artworks_of
from catalog.credit_roles import RoleKind
from catalog.facts import lyrics_by_track
from catalog.genres import name_of
from catalog.keepable_files import isrcs_of
from catalog.models.artists import Artist
from catalog.models.files import Master, Rendition
from catalog.models.music import Track
from catalog.models.releases import ArtworkImage, Release, ReleaseTrack
from catalog.music import Published
from catalog.releases import tracks_on_discs
from catalog.said import Said, said_of_releases, said_of_tracks
from stream.kept.tags import Field, fields_of

Values = Iterator[tuple[Field, Iterable[object | None]]]
Mbids = Mapping[Field, Sequence[UUID | None]]

#: Covers of this size or below: a file is sent again whenever one is changed.
_COVER_PIXELS = 1_280
_WROTE = frozenset({RoleKind.COMPOSER, RoleKind.WRITER})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the catalogue knows beside the track itself; `discs` by how many tracks each has."""

    isrc: str | None
    genres: tuple[str, ...]
    composers: tuple[str, ...]
    lyrics: str | None
    mbids: Mbids
    discs: Mapping[int, int]
    cover: ArtworkImage | None


async def about(session: Session, found: Published) -> About:
    """Answer what is known of a track today."""
    return (await about_all(session, [found]))[found.track.id]


async def about_all(session: Session, found: Sequence[Published]) -> dict[UUID, About]:
    """Answer what is known of tracks today, in as many statements as of one."""
    tracks = {one.track.id: one.track for one in found}
    releases = {one.release.id: one.release for one in found if one.release is not None}
    lyrics = await lyrics_by_track(session, tracks)
    isrcs = await isrcs_of(session, {one.recording_id for one in tracks.values()})
    said = await said_of_tracks(session, tracks)
    on_releases = await said_of_releases(session, releases)
    discs = await tracks_on_discs(session, releases)
    covers = await _covers(session, [*tracks.values(), *releases.values()])
    named = [who for one in (*said.values(), *on_releases.values()) for who in one.named]
    artists = await artists_of(session, {one.artist_id for one in named}) if named else {}

    def of_one(one: Published) -> About:
        track, release = one.track, one.release
        on_release = Said() if release is None else on_releases[release.id]
        of_track = said[track.id]
        shown = (None if release is None else release.artwork_id, track.artwork_id)
        return About(
            isrc=isrcs[track.recording_id],
            genres=tuple(name_of(genre) for genre in of_track.genres or on_release.genres),
            composers=tuple(who.name for who in of_track.done if who.kind in _WROTE),
            lyrics=lyrics.get(track.id),
            mbids={
                **_mbids(track, release),
                Field.ARTIST_MBID: _mbids_of(artists, of_track.named),
                Field.ALBUM_ARTIST_MBID: _mbids_of(artists, on_release.named),
            },
            discs={} if release is None else discs[release.id],
            cover=next((covers[key] for key in shown if key in covers), None),
        )

    return {one.track.id: of_one(one) for one in found}


def said_of(found: Published, rendition: Rendition, known: About) -> dict[Field, tuple[str, ...]]:
    """Say it."""
    track, release, place = found.track, found.release, found.place
    said = [*_of_track(track, release, known), *_of_loudness(found.master, rendition)]
    if release is not None:
        said += _of_release(release)
    if place is not None:
        said += _of_place(place, known.discs)
    return fields_of([*said, *known.mbids.items()])


def _of_track(track: Track, release: Release | None, known: About) -> Values:
    yield Field.TITLE, [track.title]
    yield Field.ARTIST, [track.artist]
    yield Field.COMPOSER, known.composers
    yield Field.ISRC, [known.isrc]
    yield Field.GENRE, known.genres
    yield Field.LANGUAGE, [track.language]
    yield Field.LYRICS, [known.lyrics]
    yield Field.COPYRIGHT, _lines(track, release)


def _of_release(release: Release) -> Values:
    out = release.published_at
    yield Field.ALBUM, [release.title]
    yield Field.ALBUM_ARTIST, [release.artist]
    yield Field.DATE, [release.released_on or (out and out.date().isoformat())]
    yield Field.ORIGINAL_DATE, [release.original_on]
    yield Field.BARCODE, [release.upc]
    yield Field.LABEL, [release.label]
    yield Field.CATALOGUE_NUMBER, [release.catalogue_number]
    yield Field.RELEASE_TYPE, [release.type]


def _of_place(place: ReleaseTrack, discs: Mapping[int, int]) -> Values:
    yield Field.TRACK, [place.position]
    yield Field.TRACKS, [max(place.position, discs.get(place.disc, 0))]
    yield Field.DISC, [place.disc]
    yield Field.DISCS, [max([place.disc, *discs])]


def _of_loudness(master: Master, rendition: Rendition) -> Values:
    """Say the loudness of the master and the gain of the rendition, and its own peak."""
    certificate = rendition.certificate
    lufs, peak = master.integrated_lufs, certificate.get("loudness", {}).get("true_peak_dbtp")
    if lufs is not None:
        lufs += certificate.get("gain_db", 0.0)
        yield Field.TRACK_GAIN, [replaygain(lufs)]
        yield Field.R128_TRACK_GAIN, [r128(lufs)]
        yield Field.REFERENCE, [REPLAYGAIN_REFERENCE]
    if peak is not None:
        yield Field.TRACK_PEAK, [replaygain_peak(peak)]


def _lines(track: Track, release: Release | None) -> list[str]:
    """Answer whose the recording is, and whose all around it."""
    recording = track if track.p_owner or release is None else release
    lines = [("℗", recording.p_year, recording.p_owner)]
    if release is not None:
        lines.append(("©", release.c_year, release.c_owner))
    return [f"{sign} {year or ''} {owner}" for sign, year, owner in lines if owner]


def _mbids(track: Track, release: Release | None) -> Mbids:
    numbers = {Field.RECORDING_MBID: [track.mbid]}
    if release is not None:
        numbers |= {Field.RELEASE_MBID: [release.mbid], Field.GROUP_MBID: [release.group_mbid]}
    return numbers


def _mbids_of(artists: Mapping[UUID, Artist], named: Sequence[Credited]) -> list[UUID | None]:
    return [artists[one.artist_id].mbid for one in named if one.artist_id in artists]


async def _covers(
    session: Session, shown: Sequence[Track | Release]
) -> dict[UUID | None, ArtworkImage]:
    """Answer by their artworks the JPEGs that things are shown with."""
    wanted = {one.artwork_id for one in shown if one.artwork_id is not None}
    found: dict[UUID | None, ArtworkImage] = {}
    for key, (_, images) in (await artworks_of(session, wanted)).items():
        fit = [one for one in images if one.form == "jpeg" and one.size <= _COVER_PIXELS]
        if fit:
            found[key] = fit[-1]
    return found
