"""What is known of a track today, said in the fields of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Session
from base.loudness_tags import REPLAYGAIN_REFERENCE, r128, replaygain, replaygain_peak
from catalog.artists import Credited, artists_of
from catalog.artworks import images_of
from catalog.credit_roles import RoleKind
from catalog.facts import lyrics_of
from catalog.genres import name_of
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
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
    track, release = found.track, found.release
    lyrics = await lyrics_of(session, track.id)
    [said] = (await said_of_tracks(session, [track.id])).values()
    on_release = Said()
    if release is not None:
        [on_release] = (await said_of_releases(session, [release.id])).values()
    return About(
        isrc=(await session.get_one(Recording, track.recording_id)).isrc,
        genres=tuple(name_of(one) for one in said.genres or on_release.genres),
        composers=tuple(one.name for one in said.done if one.kind in _WROTE),
        lyrics=None if lyrics is None else lyrics.plain,
        mbids={
            **_mbids(track, release),
            Field.ARTIST_MBID: await _mbids_of(session, said.named),
            Field.ALBUM_ARTIST_MBID: await _mbids_of(session, on_release.named),
        },
        discs={} if release is None else await tracks_on_discs(session, release.id),
        cover=await _cover(session, track, release),
    )


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


async def _mbids_of(session: Session, named: Sequence[Credited]) -> list[UUID | None]:
    artists = await artists_of(session, {one.artist_id for one in named}) if named else {}
    return [artists[one.artist_id].mbid for one in named if one.artist_id in artists]


async def _cover(session: Session, track: Track, release: Release | None) -> ArtworkImage | None:
    """Answer what it is shown with, as a JPEG: its release's, or else its own."""
    for artwork_id in (release and release.artwork_id, track.artwork_id):
        images = await images_of(session, artwork_id) if artwork_id else []
        fit = [one for one in images if one.form == "jpeg" and one.size <= _COVER_PIXELS]
        if fit:
            return fit[-1]
    return None
