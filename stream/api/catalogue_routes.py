"""Artists, labels, genres, lyrics and versions, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api import artists, discographies, lyrics, versions
from stream.api.coming_out_routes import coming_out_routes
from stream.api.openapi import Route
from stream.api.paging import Paged

_ARTISTS, _LABELS = "/api/v1/artists", "/api/v1/labels"
_ARTIST, _LABEL = f"{_ARTISTS}/{{artist}}", f"{_LABELS}/{{label}}"
_TRACK = "/api/v1/tracks/{track}"


def catalogue_routes() -> list[Route]:
    """Answer every operation on what the catalogue says beside releases and tracks."""
    return [
        *_artists(),
        *_of_artist(),
        *_put_out(),
        *_labels(),
        *_lyrics(),
        *_versions(),
        *coming_out_routes(),
    ]


def _artists() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/genres",
            handler=artists.get_genres,
            needs=Permission.CATALOGUE_READ,
            summary="All genres: which there are, and which are kinds of others.",
            answers={200: artists.GenreList},
            problems=(),
        ),
        Route(
            method="GET",
            path=_ARTISTS,
            handler=artists.get_artists,
            query=Paged,
            needs=Permission.MUSIC_READ,
            summary="The artists that you look after.",
            answers={200: artists.ArtistList},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path=_ARTISTS,
            handler=artists.post_artist,
            needs=Permission.MUSIC_WRITE,
            summary="Make an artist that you look after; files that name one make it, too.",
            body=artists.WriteArtist,
            answers={201: artists.ArtistDocument},
            problems=(401, 403, 422),
        ),
    ]


def _of_artist() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_ARTIST,
            handler=artists.get_artist,
            needs=Permission.CATALOGUE_READ,
            summary="An artist.",
            answers={200: artists.ArtistDocument},
            problems=(404,),
        ),
        Route(
            method="PATCH",
            path=_ARTIST,
            handler=artists.patch_artist,
            needs=Permission.MUSIC_WRITE,
            summary="Write of your artist: names, a text, links, numbers.",
            body=artists.WriteArtist,
            is_conditional=True,
            answers={200: artists.ArtistDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=_ARTIST,
            handler=artists.remove_artist,
            needs=Permission.MUSIC_WRITE,
            summary="Delete your artist whom nothing names.",
            answers={204: "text/plain"},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
    ]


def _put_out() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_ARTIST}/releases",
            handler=discographies.get_artist_releases,
            query=Paged,
            needs=Permission.CATALOGUE_READ,
            summary="What an artist has put out, the newest first.",
            answers={200: discographies.Discography},
            problems=(404,),
        ),
        Route(
            method="GET",
            path=f"{_ARTIST}/tracks",
            handler=discographies.get_artist_tracks,
            query=Paged,
            needs=Permission.CATALOGUE_READ,
            summary="Tracks that name an artist, the newest first.",
            answers={200: discographies.ArtistTracks},
            problems=(404,),
        ),
        Route(
            method="GET",
            path=f"{_ARTIST}/names",
            handler=discographies.get_names,
            query=Paged,
            needs=Permission.MUSIC_READ,
            summary="Releases of others that name your artist, and wait for your yes.",
            answers={200: discographies.Discography},
            problems=(401, 403, 404),
        ),
        Route(
            method="PUT",
            path=f"{_ARTIST}/names/{{release}}",
            handler=discographies.put_name,
            needs=Permission.MUSIC_WRITE,
            summary="Say that your artist is rightly named on a release and its tracks.",
            answers={204: "text/plain"},
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path=f"{_LABEL}/releases",
            handler=discographies.get_label_releases,
            query=Paged,
            needs=Permission.CATALOGUE_READ,
            summary="What a label has put out, the newest first.",
            answers={200: discographies.Discography},
            problems=(404,),
        ),
    ]


def _labels() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_LABELS,
            handler=artists.get_labels,
            query=Paged,
            needs=Permission.MUSIC_READ,
            summary="The labels that you look after.",
            answers={200: artists.LabelList},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path=_LABELS,
            handler=artists.post_label,
            needs=Permission.MUSIC_WRITE,
            summary="Make a label that you look after.",
            body=artists.WriteLabel,
            answers={201: artists.LabelDocument},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path=_LABEL,
            handler=artists.get_label,
            needs=Permission.CATALOGUE_READ,
            summary="A label.",
            answers={200: artists.LabelDocument},
            problems=(404,),
        ),
        Route(
            method="PATCH",
            path=_LABEL,
            handler=artists.patch_label,
            needs=Permission.MUSIC_WRITE,
            summary="Write of your label.",
            body=artists.WriteLabel,
            is_conditional=True,
            answers={200: artists.LabelDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=_LABEL,
            handler=artists.remove_label,
            needs=Permission.MUSIC_WRITE,
            summary="Delete your label that has nothing.",
            answers={204: "text/plain"},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
    ]


def _lyrics() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_TRACK}/lyrics",
            handler=lyrics.get_lyrics,
            needs=Permission.CATALOGUE_READ,
            summary="What is sung, line by line with times where there are any.",
            answers={200: lyrics.LyricsDocument},
            problems=(404,),
        ),
        Route(
            method="GET",
            path=f"{_TRACK}/lyrics.{{form:txt|lrc}}",
            handler=lyrics.get_lyrics_file,
            needs=Permission.CATALOGUE_READ,
            summary="What is sung, as a text or as LRC.",
            answers={200: "text/plain"},
            problems=(404,),
        ),
        Route(
            method="PUT",
            path=f"{_TRACK}/lyrics",
            handler=lyrics.put_lyrics,
            needs=Permission.MUSIC_WRITE,
            summary="Write what is sung on your track.",
            body=lyrics.WriteLyrics,
            is_conditional=True,
            answers={200: lyrics.LyricsDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=f"{_TRACK}/lyrics",
            handler=lyrics.delete_lyrics,
            needs=Permission.MUSIC_WRITE,
            summary="Take away what is sung on your track.",
            answers={204: "text/plain"},
            problems=(401, 403, 404),
            is_conditional=True,
        ),
    ]


def _versions() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_TRACK}/versions",
            handler=versions.get_versions,
            needs=Permission.MUSIC_READ,
            summary="The masters that your track has and had; one is sent with `replaces=TRACK`.",
            answers={200: versions.VersionList},
            problems=(401, 403, 404),
        ),
        Route(
            method="POST",
            path=f"{_TRACK}/versions/{{number:[0-9]+}}/use",
            handler=versions.use,
            name="use_version",
            needs=Permission.MUSIC_PUBLISH,
            summary="Let a version be the one that is heard; an old one is restored so.",
            answers={200: versions.VersionList},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path=f"{_TRACK}/versions/{{number:[0-9]+}}",
            handler=versions.delete_version,
            needs=Permission.MUSIC_DELETE,
            summary="Delete a version that is not heard.",
            answers={204: "text/plain"},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
    ]
