"""What the head of a page tells of a track, a release or an artist, of what is known of it."""

from __future__ import annotations

from catalog.artists import ArtistKind
from catalog.music import Published
from catalog.states import ArtworkState
from stream.api.artists import ArtistDocument
from stream.api.release_documents import ReleaseDocument
from stream.pages.meta import ArtistFacts, ReleaseFacts, TrackFacts


def track_facts(found: Published, *, isrc: str | None = None) -> TrackFacts:
    """Answer what is told of a track."""
    release_id = None if found.place is None else str(found.place.release_id)
    return TrackFacts(
        id=str(found.track.id),
        title=found.track.title,
        artist=found.track.artist,
        duration_s=found.duration_s,
        isrc=isrc,
        release_id=release_id,
    )


def release_facts(release: ReleaseDocument) -> ReleaseFacts:
    """Answer what is told of a release, and of its tracks."""
    has_cover = release.artwork is not None and release.artwork.state is ArtworkState.READY
    return ReleaseFacts(
        id=release.id,
        title=release.title,
        artist=release.artist,
        released_on=release.released_on,
        upc=release.upc,
        label=release.label,
        has_cover=has_cover,
        tracks=[
            TrackFacts(
                id=one.track,
                title=one.title,
                artist=one.artist,
                duration_s=one.duration,
                isrc=one.isrc,
                release_id=release.id,
                release_title=release.title,
                has_cover=has_cover,
            )
            for one in release.tracks
        ],
    )


def artist_facts(artist: ArtistDocument) -> ArtistFacts:
    """Answer what is told of an artist."""
    return ArtistFacts(
        id=artist.id,
        name=artist.name,
        bio=artist.bio,
        is_group=artist.kind is ArtistKind.GROUP,
        mbid=artist.mbid,
        links=artist.links,
    )
