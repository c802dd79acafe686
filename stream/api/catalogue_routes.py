"""Artists, labels, genres, lyrics, versions, and how releases come out: rows of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api import artists, coming_out, lyrics, pre_saves, versions
from stream.api.openapi import Handler, Route
from stream.api.release_documents import (
    MoveList,
    PublishDate,
    Reason,
    ReleaseDocument,
    ReleaseList,
    SubmitRelease,
)

_ARTISTS, _LABELS = "/api/v1/artists", "/api/v1/labels"
_ARTIST, _LABEL = f"{_ARTISTS}/{{artist}}", f"{_LABELS}/{{label}}"
_RELEASE, _REVIEW = "/api/v1/releases/{release}", "/api/v1/reviews/{release}"
_TRACK = "/api/v1/tracks/{track}"
_NONE = {204: "text/plain"}


def catalogue_routes() -> list[Route]:
    """Answer every operation on what the catalogue says beside releases and tracks."""
    return [
        *_artists(),
        *_labels(),
        *_lyrics(),
        *_versions(),
        *_coming_out(),
        *_reviews(),
        *_pre_saves(),
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
            answers={200: artists.ArtistDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=_ARTIST,
            handler=artists.remove_artist,
            needs=Permission.MUSIC_WRITE,
            summary="Delete your artist whom nothing names.",
            answers=_NONE,
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="GET",
            path=f"{_ARTIST}/releases",
            handler=artists.get_artist_releases,
            needs=Permission.CATALOGUE_READ,
            summary="What an artist has put out, the newest first.",
            answers={200: artists.Discography},
            problems=(404,),
        ),
        Route(
            method="GET",
            path=f"{_ARTIST}/names",
            handler=artists.get_names,
            needs=Permission.MUSIC_READ,
            summary="Releases of others that name your artist, and wait for your yes.",
            answers={200: artists.Discography},
            problems=(401, 403, 404),
        ),
        Route(
            method="PUT",
            path=f"{_ARTIST}/names/{{release}}",
            handler=artists.put_name,
            needs=Permission.MUSIC_WRITE,
            summary="Say that your artist is rightly named on a release and its tracks.",
            answers=_NONE,
            problems=(401, 403, 404),
        ),
    ]


def _labels() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_LABELS,
            handler=artists.get_labels,
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
            answers={200: artists.LabelDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=_LABEL,
            handler=artists.remove_label,
            needs=Permission.MUSIC_WRITE,
            summary="Delete your label that has nothing.",
            answers=_NONE,
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="GET",
            path=f"{_LABEL}/releases",
            handler=artists.get_label_releases,
            needs=Permission.CATALOGUE_READ,
            summary="What a label has put out, the newest first.",
            answers={200: artists.Discography},
            problems=(404,),
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
            answers={200: lyrics.LyricsDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path=f"{_TRACK}/lyrics",
            handler=lyrics.delete_lyrics,
            needs=Permission.MUSIC_WRITE,
            summary="Take away what is sung on your track.",
            answers=_NONE,
            problems=(401, 403, 404),
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
            path=f"{_TRACK}/versions/{{number}}/use",
            handler=versions.use,
            name="use_version",
            needs=Permission.MUSIC_PUBLISH,
            summary="Let a version be the one that is heard; an old one is restored so.",
            answers={200: versions.VersionList},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="DELETE",
            path=f"{_TRACK}/versions/{{number}}",
            handler=versions.delete_version,
            needs=Permission.MUSIC_DELETE,
            summary="Delete a version that is not heard.",
            answers=_NONE,
            problems=(401, 403, 404, 409),
        ),
    ]


def _coming_out() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_RELEASE}/schedule",
            handler=coming_out.schedule_release,
            needs=Permission.MUSIC_PUBLISH,
            summary="Let all hear a draft from a time on; `recall` takes it back.",
            body=PublishDate,
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path=f"{_RELEASE}/submit",
            handler=coming_out.submit_release,
            needs=Permission.MUSIC_PUBLISH,
            summary="Ask that a draft is looked at before it comes out.",
            body=SubmitRelease,
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        *(
            Route(
                method="POST",
                path=f"{_RELEASE}/{name}",
                handler=handler,
                needs=Permission.MUSIC_PUBLISH,
                summary=summary,
                body=Reason,
                answers={200: ReleaseDocument},
                problems=(401, 403, 404, 409, 422),
            )
            for name, handler, summary in _OWN
        ),
        Route(
            method="GET",
            path=f"{_RELEASE}/moves",
            handler=coming_out.get_moves,
            needs=Permission.MUSIC_READ,
            summary="What happened to your release, by whom and why.",
            answers={200: MoveList},
            problems=(401, 403, 404),
        ),
    ]


def _reviews() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/reviews",
            handler=coming_out.get_reviews,
            needs=Permission.MODERATE,
            summary="Releases that wait to be looked at, those that wait longest first.",
            answers={200: ReleaseList},
            problems=(401, 403),
        ),
        Route(
            method="GET",
            path=_REVIEW,
            handler=coming_out.get_review,
            needs=Permission.MODERATE,
            summary="A release as its owner sees it.",
            answers={200: ReleaseDocument},
            problems=(401, 403, 404),
        ),
        *(
            Route(
                method="POST",
                path=f"{_REVIEW}/{name}",
                handler=handler,
                needs=Permission.MODERATE,
                summary=summary,
                body=Reason,
                answers={200: ReleaseDocument},
                problems=(401, 403, 404, 409, 422),
            )
            for name, handler, summary in _OVERSEEN
        ),
    ]


def _pre_saves() -> list[Route]:
    return [
        Route(
            method="PUT",
            path=f"{_RELEASE}/pre-save",
            handler=pre_saves.put_pre_save,
            needs=Permission.LIBRARY_WRITE,
            summary="Want a release that is announced: it is among your favourites once it is out.",
            answers=_NONE,
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="DELETE",
            path=f"{_RELEASE}/pre-save",
            handler=pre_saves.delete_pre_save,
            needs=Permission.LIBRARY_WRITE,
            summary="Want a release no more.",
            answers=_NONE,
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path="/api/v1/pre-saves",
            handler=pre_saves.get_pre_saves,
            needs=Permission.LIBRARY_READ,
            summary="The releases that you wait for.",
            answers={200: pre_saves.PreSaveList},
            problems=(401, 403),
        ),
    ]


_OWN: tuple[tuple[str, Handler, str], ...] = (
    (
        "recall",
        coming_out.recall_release,
        "Make a draft again of what was submitted or scheduled; nothing comes out.",
    ),
    (
        "withdraw",
        coming_out.withdraw_release,
        "Let nobody hear your release but those who own its tracks; say why.",
    ),
    ("reinstate", coming_out.reinstate_release, "Let all hear your release again."),
)
_OVERSEEN: tuple[tuple[str, Handler, str], ...] = (
    ("take-up", coming_out.take_up_release, "Look at a release that was submitted."),
    (
        "approve",
        coming_out.approve_release,
        "Let a release come out, now or at the time that its owner named.",
    ),
    ("return", coming_out.return_release, "Give a release back to its owner; say why."),
    ("withdraw", coming_out.take_down_release, "Take down anybody's release; say why."),
    ("reinstate", coming_out.put_back_release, "Put a release back that was taken down."),
)
