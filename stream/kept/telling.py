"""What is known of a track today, said in the fields of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Session
from base.loudness_tags import REPLAYGAIN_REFERENCE, r128, replaygain, replaygain_peak
from catalog.artists import Credited, artists_of, credits_on_releases, credits_on_tracks
from catalog.artworks import images_of
from catalog.credit_roles import RoleKind
from catalog.facts import lyrics_of, words_of_releases, words_of_tracks
from catalog.genres import name_of
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
from catalog.models.releases import ArtworkImage, Release, ReleaseTrack
from catalog.music import Published
from catalog.releases import credits_of, tracks_on_discs
from stream.kept.tags import Field, fields_of

Said = Iterator[tuple[Field, Iterable[object | None]]]
Mbids = Mapping[Field, Sequence[UUID]]

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
    credits_said = (await credits_of(session, [track.id]))[track.id]
    return About(
        isrc=(await session.get_one(Recording, track.recording_id)).isrc,
        genres=await _genres(session, track, release),
        composers=tuple(one.name for one in credits_said if one.kind in _WROTE),
        lyrics=None if lyrics is None else lyrics.plain,
        mbids=await _mbids(session, track, release),
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


def _of_track(track: Track, release: Release | None, known: About) -> Said:
    yield Field.TITLE, [track.title]
    yield Field.ARTIST, [track.artist]
    yield Field.COMPOSER, known.composers
    yield Field.ISRC, [known.isrc]
    yield Field.GENRE, known.genres
    yield Field.LANGUAGE, [track.language]
    yield Field.LYRICS, [known.lyrics]
    yield Field.COPYRIGHT, _lines(track, release)


def _of_release(release: Release) -> Said:
    out = release.published_at
    yield Field.ALBUM, [release.title]
    yield Field.ALBUM_ARTIST, [release.artist]
    yield Field.DATE, [release.released_on or (out and out.date().isoformat())]
    yield Field.ORIGINAL_DATE, [release.original_on]
    yield Field.BARCODE, [release.upc]
    yield Field.LABEL, [release.label]
    yield Field.CATALOGUE_NUMBER, [release.catalogue_number]
    yield Field.RELEASE_TYPE, [release.type]


def _of_place(place: ReleaseTrack, discs: Mapping[int, int]) -> Said:
    yield Field.TRACK, [place.position]
    yield Field.TRACKS, [max(place.position, discs.get(place.disc, 0))]
    yield Field.DISC, [place.disc]
    yield Field.DISCS, [max([place.disc, *discs])]


def _of_loudness(master: Master, rendition: Rendition) -> Said:
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


async def _genres(session: Session, track: Track, release: Release | None) -> tuple[str, ...]:
    slugs = (await words_of_tracks(session, [track.id]))[track.id].genres
    if not slugs and release is not None:
        slugs = (await words_of_releases(session, [release.id]))[release.id].genres
    return tuple(name_of(one) for one in slugs)


async def _mbids(session: Session, track: Track, release: Release | None) -> Mbids:
    named = (await credits_on_tracks(session, [track.id])).get(track.id, [])
    on_release: list[Credited] = []
    if release is not None:
        on_release = (await credits_on_releases(session, [release.id])).get(release.id, [])
    ids = {one.artist_id for one in (*named, *on_release)}
    artists = await artists_of(session, ids) if ids else {}

    def of(credited: Sequence[Credited]) -> list[UUID]:
        known = (artists[one.artist_id].mbid for one in credited if one.artist_id in artists)
        return [mbid for mbid in known if mbid is not None]

    said = {Field.ARTIST_MBID: of(named), Field.ALBUM_ARTIST_MBID: of(on_release)}
    whole = {Field.RECORDING_MBID: track.mbid}
    if release is not None:
        whole |= {Field.RELEASE_MBID: release.mbid, Field.GROUP_MBID: release.group_mbid}
    return said | {name: [mbid] for name, mbid in whole.items() if mbid is not None}


async def _cover(session: Session, track: Track, release: Release | None) -> ArtworkImage | None:
    """Answer what it is shown with, as a JPEG: its release's, or else its own."""
    for artwork_id in (release and release.artwork_id, track.artwork_id):
        images = await images_of(session, artwork_id) if artwork_id else []
        fit = [one for one in images if one.form == "jpeg" and one.size <= _COVER_PIXELS]
        if fit:
            return fit[-1]
    return None
