"""The part of the table that is about becoming an artist."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.artist_request_documents import (
    ArtistRequestDocument,
    ArtistRequestList,
    NewArtistRequest,
)
from stream.api.artist_requests import (
    get_artist_request,
    get_artist_requests,
    post_artist_request,
    put_artist_decision,
)
from stream.api.openapi import Route
from stream.api.paging import Paged
from stream.api.split_documents import Decision

_OWN, _ALL = "/api/v1/account/artist", "/api/v1/artist-requests"


def artist_request_routes() -> list[Route]:
    """Answer every operation on it."""
    return [
        Route(
            method="POST",
            path=_OWN,
            handler=post_artist_request,
            needs=Permission.ARTISTS_JOIN,
            summary="Ask to be an artist; where the house is open to all, you are one at once.",
            body=NewArtistRequest,
            answers={201: ArtistRequestDocument},
            problems=(401, 403, 409, 422),
        ),
        Route(
            method="GET",
            path=_OWN,
            handler=get_artist_request,
            needs=Permission.ARTISTS_JOIN,
            summary="What became of it.",
            answers={200: ArtistRequestDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path=_ALL,
            handler=get_artist_requests,
            needs=Permission.MODERATE,
            summary="For moderators: who waits to be an artist.",
            query=Paged,
            answers={200: ArtistRequestList},
            problems=(401, 403, 422),
        ),
        Route(
            method="PUT",
            path=f"{_ALL}/{{request}}/decision",
            handler=put_artist_decision,
            needs=Permission.MODERATE,
            summary="For moderators: let somebody in, or say why not; they are told by mail.",
            body=Decision,
            answers={200: ArtistRequestDocument},
            problems=(401, 403, 404, 409, 422),
        ),
    ]
