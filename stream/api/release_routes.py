"""Releases, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.archives import ZIP, FormQuery, get_release_archive
from stream.api.asking import Sparse
from stream.api.coming_out import publish_release
from stream.api.ern import ERN, ErnQuery, get_ern
from stream.api.openapi import Route
from stream.api.release_documents import (
    EditRelease,
    NewRelease,
    ReleaseDocument,
    ReleaseList,
    ReleasesQuery,
)
from stream.api.releases import (
    delete_archive,
    delete_release,
    get_release,
    get_releases,
    patch_release,
    post_release,
)

_RELEASES = "/api/v1/releases"
_RELEASE = f"{_RELEASES}/{{release}}"


def release_routes() -> list[Route]:
    """Answer every operation on releases."""
    return [*_of_all(), *_of_one(), *_told_of(), *_of_archives()]


def _of_all() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_RELEASES,
            handler=post_release,
            needs=Permission.MUSIC_WRITE,
            summary="Begin a draft; files that are sent with `release=ID` become its tracks.",
            body=NewRelease,
            answers={201: ReleaseDocument},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path=_RELEASES,
            handler=get_releases,
            query=ReleasesQuery,
            needs=Permission.MUSIC_READ,
            summary="Your releases, the newest first.",
            answers={200: ReleaseList},
            problems=(401, 403),
        ),
    ]


def _of_one() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_RELEASE,
            handler=get_release,
            query=Sparse,
            needs=Permission.CATALOGUE_READ,
            summary="A release: its tracks in order, its cover, and what to know of a draft.",
            answers={200: ReleaseDocument},
            problems=(404,),
        ),
        Route(
            method="PATCH",
            path=_RELEASE,
            handler=patch_release,
            needs=Permission.MUSIC_WRITE,
            summary="Write on a draft: titles, artists, order, ISRC, credits.",
            body=EditRelease,
            is_conditional=True,
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="DELETE",
            path=_RELEASE,
            handler=delete_release,
            needs=Permission.MUSIC_DELETE,
            summary="Delete a draft and its tracks.",
            answers={204: None},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
        Route(
            method="POST",
            path=f"{_RELEASE}/publish",
            handler=publish_release,
            hears_key=True,
            needs=Permission.MUSIC_PUBLISH,
            summary="Let all hear a draft, unless there are errors among its findings.",
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
    ]


def _told_of() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_RELEASE}/ern",
            handler=get_ern,
            query=ErnQuery,
            needs=Permission.MUSIC_READ,
            summary="A message of DDEX (ERN 4.3) that tells others of your release.",
            answers={200: ERN},
            problems=(401, 403, 404, 409, 422),
        ),
    ]


def _of_archives() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_RELEASE}/downloads.zip",
            handler=get_release_archive,
            needs=Permission.DOWNLOAD,
            summary=(
                "What you own of a release as one ZIP with a receipt, in a `form` or what is "
                "nearest to it; it is sent by ranges, too."
            ),
            query=FormQuery,
            answers={200: ZIP, 206: ZIP},
            problems=(401, 403, 404, 409, 412, 416, 422),
        ),
        Route(
            method="DELETE",
            path=f"{_RELEASE}/archives/{{archive}}",
            handler=delete_archive,
            needs=Permission.MUSIC_WRITE,
            summary="Forget an archive of a draft, and what it lacked; its tracks stay.",
            answers={204: None},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
    ]
