"""The ways in for masters, as rows of the table of the interface."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field

from catalog.permissions import Permission
from ingest.multipart import (
    BeginMultipart,
    CompleteMultipart,
    MultipartBegun,
    MultipartCompleted,
    PartAddress,
    StoredParts,
)
from ingest.protocol.tus import MEDIA_TYPE
from ingest.routes.contents import wait_to_invite
from ingest.routes.direct import (
    abort_multipart,
    begin_multipart,
    complete_multipart,
    list_parts,
    refuse_single,
    sign_part,
)
from ingest.routes.documents import ArchiveAccepted, MasterAccepted, UploadDocument, UploadList
from ingest.routes.door import UPLOADS, Door, Handler
from ingest.routes.masters import put_master
from ingest.routes.uploads import list_uploads, on_uploads, tell_options
from stream.api.asking import Query, Sparse
from stream.api.openapi import Route
from stream.api.openapi_parameters import LETTERS_OF_ADDRESS

_MASTER = "/api/v1/masters/{filename:[^/]+}"
_UPLOAD = f"{UPLOADS}/{{upload}}"
_MULTIPART = "/api/v1/s3/multipart"
_BINARY = "application/octet-stream"
#: Which protocol is spoken is heard first, and each says in its own way who may.
_upload = partial(Route, needs=Permission.UPLOAD, asks_itself=True)


_FileName = Annotated[
    str, Field(min_length=1, max_length=LETTERS_OF_ADDRESS, examples=["song.flac"])
]


class Companion(Query):
    """What clients of Uppy's Companion say beside the upload: the name that they were told."""

    key: str | None = Field(default=None, max_length=LETTERS_OF_ADDRESS)


class PartQuery(Companion, Sparse):
    """As said of a part."""


class DraftQuery(Query):
    """The draft that a file is for, if it is for one."""

    release: UUID | None = None


def upload_routes(door: Door) -> list[Route]:
    """Answer every operation that brings a master in, and OPTIONS of each of their paths."""
    routes = [*_whole(door), *_on_all(door), *_on_one(door), *_to_storage(door)]
    options = tell_options(door)
    return [*routes, *(_options(path, options) for path in {one.path: None for one in routes})]


def _options(path: str, handler: Handler) -> Route:
    return Route(
        method="OPTIONS",
        path=path,
        handler=handler,
        needs=Permission.SITE,
        name="options_" + "_".join(re.findall(r"\w+", re.sub(r":[^}]*", "", path))[2:]),
        summary="What may be sent, and from where.",
        answers={204: _BINARY},
        problems=(),
    )


def _whole(door: Door) -> list[Route]:
    return [
        _upload(
            method="PUT",
            path=_MASTER,
            handler=put_master(door),
            summary="Send a master, or an archive of them; `?release=ID` puts it on a draft.",
            body=_BINARY,
            query=DraftQuery,
            places={"filename": _FileName},
            answers={201: MasterAccepted, 200: MasterAccepted, 202: ArchiveAccepted},
            problems=(400, 401, 403, 413, 415, 422),
            on_expect=wait_to_invite,
        ),
    ]


def _on_all(door: Door) -> list[Route]:
    handler = on_uploads(door)
    return [
        _upload(
            method="POST",
            path=UPLOADS,
            handler=handler,
            name="create_upload",
            summary="Begin an upload, by tus 1.0.0 or the IETF's resumable uploads.",
            body=MEDIA_TYPE,
            answers={201: MasterAccepted, 202: ArchiveAccepted},
            problems=(400, 401, 403, 412, 413, 415, 422, 429),
            on_expect=wait_to_invite,
        ),
        _upload(
            method="GET",
            path=UPLOADS,
            handler=list_uploads(door),
            summary="Your unfinished uploads, the newest first.",
            answers={200: UploadList},
            problems=(401, 403),
        ),
    ]


def _on_one(door: Door) -> list[Route]:
    handler = on_uploads(door)
    return [
        _upload(
            method="GET",
            path=_UPLOAD,
            handler=handler,
            name="get_upload",
            summary="How far an upload is, and what it became; HEAD tells where to go on.",
            answers={200: UploadDocument},
            problems=(401, 404, 410),
        ),
        _upload(
            method="PATCH",
            path=_UPLOAD,
            handler=handler,
            name="append_to_upload",
            summary="Go on with an upload at its offset.",
            body=MEDIA_TYPE,
            answers={
                204: MEDIA_TYPE,
                200: MasterAccepted,
                201: MasterAccepted,
                202: ArchiveAccepted,
            },
            problems=(400, 401, 403, 404, 408, 409, 410, 412, 413, 415, 422, 460),
            on_expect=wait_to_invite,
        ),
        _upload(
            method="DELETE",
            path=_UPLOAD,
            handler=handler,
            name="terminate_upload",
            summary="Give an upload up; nothing is kept of it.",
            answers={204: MEDIA_TYPE},
            problems=(401, 404, 410),
        ),
        _upload(
            method="POST",
            path=_UPLOAD,
            handler=handler,
            name="override_on_upload",
            summary="What X-HTTP-Method-Override names, for clients that cannot send it (tus).",
            answers={204: MEDIA_TYPE},
            problems=(400, 401, 404, 405, 412),
            on_expect=wait_to_invite,
        ),
    ]


def _to_storage(door: Door) -> list[Route]:
    return [
        _upload(
            method="POST",
            path=_MULTIPART,
            handler=begin_multipart(door),
            summary="Begin a multipart upload straight to the storage, as Uppy does.",
            body=BeginMultipart,
            answers={200: MultipartBegun},
            problems=(401, 403, 422, 429, 501),
        ),
        _upload(
            method="GET",
            path=f"{_MULTIPART}/{{upload}}",
            handler=list_parts(door),
            query=Companion,
            summary="The parts that are there.",
            answers={200: StoredParts},
            problems=(401, 404, 410, 501),
        ),
        _upload(
            method="GET",
            path=f"{_MULTIPART}/{{upload}}/{{number:[0-9]+}}",
            handler=sign_part(door),
            query=PartQuery,
            summary="Where to PUT a part.",
            answers={200: PartAddress},
            problems=(400, 401, 404, 410, 501),
        ),
        _upload(
            method="POST",
            path=f"{_MULTIPART}/{{upload}}/complete",
            handler=complete_multipart(door),
            summary="End an upload: its parts become a master.",
            body=CompleteMultipart,
            answers={200: MultipartCompleted},
            problems=(400, 401, 404, 409, 410, 413, 422, 501),
        ),
        _upload(
            method="DELETE",
            path=f"{_MULTIPART}/{{upload}}",
            handler=abort_multipart(door),
            summary="Give an upload up; nothing is kept of it.",
            answers={200: "application/json"},
            problems=(401, 404, 410),
        ),
        Route(
            method="GET",
            path="/api/v1/s3/params",
            handler=refuse_single(door),
            needs=Permission.SITE,
            summary="Refused: files go to the storage in parts only.",
            answers={},
            problems=(501,),
        ),
    ]
