"""What other sites and search engines are told of a page: Open Graph, Twitter, oEmbed, JSON-LD.

It takes values and answers values; `templates/parts/meta.html` prints them. What is marked up is
what the page shows: schema.org's MusicRecording, MusicAlbum and MusicGroup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

_SITE = "Refrain"
_COVER_PX = 640
_MOST_WORDS = 200
#: An inline frame as it is offered to others: wide as there is room, and so high.
FRAME_WIDTH, TRACK_HEIGHT, RELEASE_HEIGHT = 480, 176, 420
#: In a script element nothing may end it, nor begin another.
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

JsonLd = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFacts:
    """A track, as far as a page of it is told of."""

    id: str
    title: str
    artist: str
    duration_s: float | None = None
    isrc: str | None = None
    release_id: str | None = None
    release_title: str | None = None
    has_cover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """A release, as far as a page of it is told of."""

    id: str
    title: str
    artist: str
    released_on: str | None = None
    upc: str | None = None
    label: str | None = None
    has_cover: bool = False
    tracks: Sequence[TrackFacts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistFacts:
    """An artist, as far as a page of theirs is told of."""

    id: str
    name: str
    bio: str | None = None
    is_group: bool = False
    mbid: str | None = None
    links: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What stands in the head of a page.

    `properties` are of Open Graph, `names` of Twitter and others; `oembed` is where the page is
    told of as an embed, for those that there is one of; `json_ld` is safe inside of a script.
    """

    url: str
    properties: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    oembed: str | None
    json_ld: str


def track_meta(origin: str, track: TrackFacts) -> Meta:
    """Answer what is told of the page of a track."""
    url, player = f"{origin}/tracks/{track.id}", f"{origin}/embed/tracks/{track.id}"
    cover = _cover_of_track(origin, track)
    of_music = [
        *([] if track.duration_s is None else [("music:duration", str(int(track.duration_s)))]),
        *_if("music:album", track.release_id and f"{origin}/releases/{track.release_id}"),
        ("og:audio", f"{player}/preview.mp4"),
        ("og:audio:type", "audio/mp4"),
    ]
    return Meta(
        url=url,
        properties=(*_open_graph("music.song", url, track.title, track.artist, cover), *of_music),
        names=_twitter(track.title, track.artist, cover, player=player, height=TRACK_HEIGHT),
        oembed=_oembed(origin, url),
        json_ld=_printed(_context(recording(origin, track))),
    )


def release_meta(origin: str, release: ReleaseFacts) -> Meta:
    """Answer what is told of the page of a release."""
    url, player = f"{origin}/releases/{release.id}", f"{origin}/embed/releases/{release.id}"
    cover = _cover(origin, release.id) if release.has_cover else None
    songs = [("music:song", f"{origin}/tracks/{one.id}") for one in release.tracks]
    dated = _if("music:release_date", release.released_on)
    og = _open_graph("music.album", url, release.title, release.artist, cover)
    return Meta(
        url=url,
        properties=(*og, *dated, *songs),
        names=_twitter(release.title, release.artist, cover, player=player, height=RELEASE_HEIGHT),
        oembed=_oembed(origin, url),
        json_ld=_printed(_context(album(origin, release))),
    )


def artist_meta(origin: str, artist: ArtistFacts) -> Meta:
    """Answer what is told of the page of an artist."""
    url, words = f"{origin}/artists/{artist.id}", _short(artist.bio or artist.name)
    return Meta(
        url=url,
        properties=_open_graph("profile", url, artist.name, words, None),
        names=_twitter(artist.name, words, None, player=None, height=0),
        oembed=None,
        json_ld=_printed(_context(group(origin, artist))),
    )


def recording(origin: str, track: TrackFacts) -> JsonLd:
    """Answer a track as schema.org has it."""
    url = f"{origin}/tracks/{track.id}"
    on = None
    if track.release_id:
        on = {
            "@type": "MusicAlbum",
            "name": track.release_title,
            "url": f"{origin}/releases/{track.release_id}",
        }
    preview = {
        "@type": "AudioObject",
        "contentUrl": f"{origin}/embed/tracks/{track.id}/preview.mp4",
        "encodingFormat": "audio/mp4",
        "embedUrl": f"{origin}/embed/tracks/{track.id}",
    }
    return _told(
        {
            "@type": "MusicRecording",
            "@id": url,
            "url": url,
            "name": track.title,
            "byArtist": {"@type": "MusicGroup", "name": track.artist},
            "duration": None if track.duration_s is None else duration(track.duration_s),
            "isrcCode": track.isrc,
            "inAlbum": on and _told(on),
            "image": _cover_of_track(origin, track),
            "audio": preview,
        }
    )


def album(origin: str, release: ReleaseFacts) -> JsonLd:
    """Answer a release as schema.org has it."""
    url = f"{origin}/releases/{release.id}"
    label = {"@type": "Organization", "name": release.label} if release.label else None
    return _told(
        {
            "@type": "MusicAlbum",
            "@id": url,
            "url": url,
            "name": release.title,
            "byArtist": {"@type": "MusicGroup", "name": release.artist},
            "datePublished": release.released_on,
            "gtin": release.upc,
            "recordLabel": label,
            "image": _cover(origin, release.id) if release.has_cover else None,
            "numTracks": len(release.tracks),
            "track": [recording(origin, one) for one in release.tracks],
        }
    )


def group(origin: str, artist: ArtistFacts) -> JsonLd:
    """Answer an artist as schema.org has it."""
    url = f"{origin}/artists/{artist.id}"
    same = [*artist.links]
    if artist.mbid:
        same.append(f"https://musicbrainz.org/artist/{artist.mbid}")
    return _told(
        {
            "@type": "MusicGroup" if artist.is_group else ["MusicGroup", "Person"],
            "@id": url,
            "url": url,
            "name": artist.name,
            "description": artist.bio,
            "sameAs": same or None,
        }
    )


def duration(seconds: float) -> str:
    """Write a length as ISO 8601 does."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{rest}S"


def _open_graph(
    kind: str, url: str, title: str, words: str, cover: str | None
) -> tuple[tuple[str, str], ...]:
    return (
        ("og:site_name", _SITE),
        ("og:type", kind),
        ("og:url", url),
        ("og:title", title),
        ("og:description", words),
        *_if("og:image", cover),
    )


def _twitter(
    title: str, words: str, cover: str | None, *, player: str | None, height: int
) -> tuple[tuple[str, str], ...]:
    frame = (
        ("twitter:player", player),
        ("twitter:player:width", str(FRAME_WIDTH)),
        ("twitter:player:height", str(height)),
    )
    return (
        ("description", words),
        ("twitter:card", "player" if player else "summary"),
        ("twitter:title", title),
        ("twitter:description", words),
        *_if("twitter:image", cover),
        *((name, value) for name, value in frame if player and value),
    )


def _if(name: str, value: str | None) -> list[tuple[str, str]]:
    return [(name, value)] if value else []


def _oembed(origin: str, url: str) -> str:
    return f"{origin}/oembed?format=json&url={quote(url, safe='')}"


def _cover_of_track(origin: str, track: TrackFacts) -> str | None:
    return _cover(origin, track.release_id) if track.release_id and track.has_cover else None


def _cover(origin: str, release_id: str) -> str:
    return f"{origin}/api/v1/releases/{release_id}/artwork/{_COVER_PX}.jpeg"


def _short(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 1].rstrip()}…"


def _context(told: JsonLd) -> JsonLd:
    return {"@context": "https://schema.org", **told}


def _told(said: Mapping[str, object]) -> JsonLd:
    return {name: value for name, value in said.items() if value is not None}


def _printed(told: JsonLd) -> str:
    return json.dumps(told, ensure_ascii=False).translate(_UNSAFE)
