"""The ways in for masters, as rows of the table of the interface."""

from __future__ import annotations

from ingest.protocol.tus import MEDIA_TYPE
from ingest.routes.contents import wait_to_invite
from ingest.routes.documents import MasterAccepted, UploadDocument
from ingest.routes.door import UPLOADS, Door
from ingest.routes.masters import put_master
from ingest.routes.uploads import on_uploads, tell_options
from stream.api.openapi import Route

_MASTER = "/api/v1/masters/{filename}"
_UPLOAD = f"{UPLOADS}/{{upload}}"
_BINARY = "application/octet-stream"


def upload_routes(door: Door) -> list[Route]:
    """Answer every operation that brings a master in."""
    return [*_masters(door), *_on_all(door), *_on_one(door)]


def _masters(door: Door) -> list[Route]:
    return [
        Route(
            method="PUT",
            path=_MASTER,
            handler=put_master(door),
            summary="Send a master; the same bytes again are the same master.",
            body=_BINARY,
            answers={201: MasterAccepted, 200: MasterAccepted},
            problems=(400, 401, 403, 413, 422),
            on_expect=wait_to_invite,
        ),
        Route(
            method="OPTIONS",
            path=_MASTER,
            handler=tell_options(door),
            name="tell_options_of_masters",
            summary="What may be sent, and from where.",
            answers={204: _BINARY},
            needs_token=False,
            problems=(),
        ),
    ]


def _on_all(door: Door) -> list[Route]:
    return [
        Route(
            method="POST",
            path=UPLOADS,
            handler=on_uploads(door),
            name="create_upload",
            summary="Begin an upload, by tus 1.0.0 or the IETF's resumable uploads.",
            body=MEDIA_TYPE,
            answers={201: MasterAccepted},
            problems=(400, 401, 403, 412, 413, 415, 422, 429),
            on_expect=wait_to_invite,
        ),
        Route(
            method="OPTIONS",
            path=UPLOADS,
            handler=tell_options(door),
            name="tell_options_of_uploads",
            summary="What uploads can do here: versions, extensions, limits.",
            answers={204: _BINARY},
            needs_token=False,
            problems=(),
        ),
    ]


def _on_one(door: Door) -> list[Route]:
    handler = on_uploads(door)
    return [
        Route(
            method="GET",
            path=_UPLOAD,
            handler=handler,
            name="get_upload",
            summary="How far an upload is, and what it became; HEAD tells where to go on.",
            answers={200: UploadDocument},
            problems=(401, 404, 410),
        ),
        Route(
            method="PATCH",
            path=_UPLOAD,
            handler=handler,
            name="append_to_upload",
            summary="Go on with an upload at its offset.",
            body=MEDIA_TYPE,
            answers={204: MEDIA_TYPE, 200: MasterAccepted, 201: MasterAccepted},
            problems=(400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 460),
            on_expect=wait_to_invite,
        ),
        Route(
            method="DELETE",
            path=_UPLOAD,
            handler=handler,
            name="terminate_upload",
            summary="Give an upload up; nothing is kept of it.",
            answers={204: MEDIA_TYPE},
            problems=(401, 404, 410),
        ),
        Route(
            method="POST",
            path=_UPLOAD,
            handler=handler,
            name="override_on_upload",
            summary="What X-HTTP-Method-Override names, for clients that cannot send it (tus).",
            answers={204: MEDIA_TYPE},
            problems=(400, 401, 404, 405, 412),
            on_expect=wait_to_invite,
        ),
        Route(
            method="OPTIONS",
            path=_UPLOAD,
            handler=tell_options(door),
            name="tell_options_of_upload",
            summary="What can be done with an upload.",
            answers={204: MEDIA_TYPE},
            needs_token=False,
            problems=(),
        ),
    ]
