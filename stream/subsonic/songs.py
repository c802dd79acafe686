"""What players are told of songs, albums and artists (`Child`, `AlbumID3`, `ArtistID3`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from catalog.artists import Credited
from catalog.collection import Album, Performer, Song
from catalog.credit_roles import ArtistRole
from catalog.favourites import Mark
from catalog.genres import name_of
from catalog.pictures import PictureOf, Shown
from catalog.words import Explicit
from stream.subsonic.answers import Content, when
from stream.subsonic.ids import Named, Thing

NO_MARK = Mark()
_LOSSLESS, _LOSSY = ("flac", "audio/flac"), ("m4a", "audio/mp4")
#: What is streamed of a lossy master, in kilobits a second.
_LOSSY_KBPS = 256
_EXPLICIT = {Explicit.EXPLICIT: "explicit", Explicit.CLEANED: "clean", Explicit.NOT: ""}
_SHOWN = {Shown.RELEASE: Thing.ALBUM, Shown.TRACK: Thing.SONG, Shown.ARTIST: Thing.ARTIST}


def song_facts(song: Song, mark: Mark = NO_MARK, plays: int | None = None) -> Content:
    """Tell of a song; `plays` are how often whoever asks paid for it."""
    card = song.card
    suffix, mime = _LOSSLESS if song.is_lossless else _LOSSY
    main = _main(song.said.named)
    return {
        "id": str(Named(Thing.SONG, card.track_id)),
        "parent": _album_id(card.release_id),
        "isDir": False,
        "title": card.title,
        "album": card.release_title,
        "artist": card.artist,
        "track": song.position,
        "discNumber": song.disc,
        "year": year_of(song.released_on),
        "genre": _genre(song.said.genres),
        "genres": _genres(song.said.genres),
        "coverArt": cover_id(card.cover),
        "contentType": mime,
        "suffix": suffix,
        "duration": _seconds(card.duration_ms),
        "bitRate": None if song.is_lossless else _LOSSY_KBPS,
        "bitDepth": song.bit_depth,
        "samplingRate": song.sample_rate,
        "channelCount": song.channels,
        "path": f"{card.artist}/{card.release_title or card.title}/{card.title}.{suffix}",
        "isVideo": False,
        "type": "music",
        "mediaType": "song",
        "albumId": _album_id(card.release_id),
        "artistId": main,
        "artists": _artists(song.said.named),
        "displayArtist": card.artist,
        "displayAlbumArtist": song.album_artist,
        "contributors": [
            {"role": one.kind, "subRole": one.role, "artist": _artist(one.artist_id, one.name)}
            for one in song.said.done
        ],
        "isrc": [song.isrc] if song.isrc else [],
        "explicitStatus": _EXPLICIT.get(Explicit(song.explicit)),
        "created": when(card.created_at),
        "playCount": plays,
        **_marked(mark),
    }


def album_facts(album: Album, mark: Mark = NO_MARK) -> Content:
    """Tell of an album."""
    release = album.release
    created = release.published_at or release.created_at
    return {
        "id": _album_id(release.id) or "",
        "name": release.title,
        "artist": release.artist,
        "artistId": _main(album.said.named),
        "artists": _artists(album.said.named),
        "displayArtist": release.artist,
        "coverArt": _album_id(release.id) if release.artwork_id else None,
        "songCount": album.songs,
        "duration": _seconds(album.duration_ms) or 0,
        "created": when(created),
        "year": year_of(release.released_on),
        "genre": _genre(album.said.genres),
        "genres": _genres(album.said.genres),
        "recordLabels": [{"name": release.label}] if release.label else [],
        "musicBrainzId": None if release.mbid is None else str(release.mbid),
        "releaseTypes": [release.type] if release.type else [],
        "isCompilation": release.type == "compilation",
        "releaseDate": date_facts(release.released_on),
        "originalReleaseDate": date_facts(release.original_on),
        **_marked(mark),
    }


def folder_facts(album: Album, mark: Mark = NO_MARK) -> Content:
    """Tell of an album as a player does that knows folders only (`Child`)."""
    facts = album_facts(album, mark)
    kept = ("id", "artist", "artistId", "coverArt", "created", "year", "genre", "starred")
    return {
        **{name: facts.get(name) for name in (*kept, "userRating", "duration")},
        "parent": facts["artistId"],
        "isDir": True,
        "title": facts["name"],
        "album": facts["name"],
        "mediaType": "album",
    }


def artist_facts(artist: Performer, mark: Mark = NO_MARK) -> Content:
    """Tell of an artist."""
    return {
        "id": str(Named(Thing.ARTIST, artist.id)),
        "name": artist.name,
        "sortName": artist.sort_name,
        "coverArt": cover_id(artist.picture),
        "albumCount": artist.albums,
        **_marked(mark),
    }


def cover_id(picture: PictureOf | None) -> str | None:
    """Answer the name by which a player asks for a picture."""
    if picture is None or picture.kind not in _SHOWN:
        return None
    return str(Named(_SHOWN[picture.kind], picture.id))


def year_of(date: str | None) -> int | None:
    """Answer the year of a date as releases have them."""
    return int(date[:4]) if date and date[:4].isdigit() else None


def date_facts(date: str | None) -> Content:
    """Tell of a date as far as it is known (`ItemDate`)."""
    names = ("year", "month", "day")
    parts = date.split("-") if date else []
    return {name: int(part) for name, part in zip(names, parts, strict=False) if part.isdigit()}


def _marked(mark: Mark) -> Mapping[str, str | int | None]:
    return {"starred": _when(mark.since), "userRating": mark.stars}


def _when(instant: datetime | None) -> str | None:
    return None if instant is None else when(instant)


def _seconds(duration_ms: int | None) -> int | None:
    return None if duration_ms is None else round(duration_ms / 1000)


def _album_id(release_id: UUID | None) -> str | None:
    return None if release_id is None else str(Named(Thing.ALBUM, release_id))


def _genre(genres: list[str]) -> str | None:
    return name_of(genres[0]) if genres else None


def _genres(genres: list[str]) -> list[Content]:
    return [{"name": name_of(one)} for one in genres]


def _artists(named: Iterable[Credited]) -> list[Content]:
    return [_artist(one.artist_id, one.name) for one in named if one.is_confirmed]


def _artist(artist_id: UUID | None, name: str) -> Content:
    """Tell whom a name means; who has no page of their own goes by their name only."""
    number = name if artist_id is None else str(Named(Thing.ARTIST, artist_id))
    return {"id": number, "name": name}


def _main(named: Iterable[Credited]) -> str | None:
    main = (one for one in named if one.is_confirmed and one.role == ArtistRole.MAIN)
    first = next(main, None)
    return None if first is None else str(Named(Thing.ARTIST, first.artist_id))
