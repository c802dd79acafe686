"""Pictures of releases, tracks, artists and labels, as rows of the table of the interface."""

from __future__ import annotations

from pydantic import BaseModel

from catalog.permissions import Permission
from stream.api.artist_pictures import (
    get_artist_picture,
    get_label_picture,
    put_artist_picture,
    put_label_picture,
    remove_artist_picture,
    remove_label_picture,
)
from stream.api.artists import ArtistDocument, LabelDocument
from stream.api.artwork import (
    get_artwork,
    get_track_artwork,
    put_artwork,
    put_track_artwork,
    remove_track_artwork,
)
from stream.api.documents import TrackDocument
from stream.api.openapi import Handler, Route
from stream.api.pictures import PictureQuery
from stream.api.release_documents import ReleaseDocument

_SIZE = "{size:[0-9][0-9]?[0-9]?[0-9]?}"
_FORM = "{form:avif|webp|jpeg}"
_IMAGE = "image/*"
_FORMS = "JPEG, PNG, WebP, AVIF, TIFF or GIF"
_RELEASE = "/api/v1/releases/{release}/artwork"
_TRACK = "/api/v1/tracks/{track}/artwork"
_ARTIST = "/api/v1/artists/{artist}/picture"
_LABEL = "/api/v1/labels/{label}/picture"


def picture_routes() -> list[Route]:
    """Answer every operation on pictures."""
    return [
        _sent(_RELEASE, put_artwork, "the cover of a draft", ReleaseDocument),
        *_seen(_RELEASE, get_artwork, "The cover of a release"),
        _sent(_TRACK, put_track_artwork, "a cover of its own for your track", TrackDocument),
        *_seen(_TRACK, get_track_artwork, "The cover that a track has for itself"),
        _gone(_TRACK, remove_track_artwork, "Let your track have no cover of its own any more."),
        _sent(_ARTIST, put_artist_picture, "a picture of your artist", ArtistDocument),
        *_seen(_ARTIST, get_artist_picture, "The picture of an artist"),
        _gone(_ARTIST, remove_artist_picture, "Let your artist have no picture any more."),
        _sent(_LABEL, put_label_picture, "a picture of your label", LabelDocument),
        *_seen(_LABEL, get_label_picture, "The picture of a label"),
        _gone(_LABEL, remove_label_picture, "Let your label have no picture any more."),
    ]


def _sent(path: str, handler: Handler, what: str, document: type[BaseModel]) -> Route:
    conflicts = (409,) if path == _RELEASE else ()
    return Route(
        method="PUT",
        path=path,
        handler=handler,
        needs=Permission.MUSIC_WRITE,
        summary=f"Send {what}: {_FORMS}.",
        body=_IMAGE,
        answers={202: document},
        problems=(401, 403, 404, *conflicts, 413, 422),
        is_conditional=True,
    )


def _seen(path: str, handler: Handler, what: str) -> list[Route]:
    name = handler.__name__
    return [
        Route(
            method="GET",
            path=path,
            handler=handler,
            name=f"{name}_near",
            query=PictureQuery,
            needs=Permission.CATALOGUE_READ,
            summary=f"{what}, in the form you take best.",
            answers={200: _IMAGE},
            problems=(404, 406),
        ),
        Route(
            method="GET",
            path=f"{path}/{_SIZE}",
            handler=handler,
            needs=Permission.CATALOGUE_READ,
            summary=f"{what}, near the size that is asked for, in the form you take best.",
            answers={200: _IMAGE},
            problems=(404, 406),
        ),
        Route(
            method="GET",
            path=f"{path}/{_SIZE}.{_FORM}",
            handler=handler,
            name=f"{name}_as",
            needs=Permission.CATALOGUE_READ,
            summary=f"{what} in a form that is named.",
            answers={200: _IMAGE},
            problems=(404,),
        ),
    ]


def _gone(path: str, handler: Handler, what: str) -> Route:
    return Route(
        method="DELETE",
        path=path,
        handler=handler,
        needs=Permission.MUSIC_WRITE,
        summary=what,
        answers={204: None},
        problems=(401, 403, 404),
        is_conditional=True,
    )
