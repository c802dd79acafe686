"""One address for uploads, whichever protocol is spoken to it."""

from __future__ import annotations

from aiohttp import web

from ingest import uploads
from ingest.protocol import cors, ietf, tus
from ingest.routes import ietf as ietf_door
from ingest.routes import tus as tus_door
from ingest.routes.documents import UploadList, document_of
from ingest.routes.door import Asked, Door, Handler, for_browsers, head_of


def on_uploads(door: Door) -> Handler:
    """Answer the handler of all requests that are made of uploads and to one of them."""

    async def answer_upload(request: web.Request) -> web.StreamResponse:
        """Hear which protocol is spoken, and let its door answer."""
        asked = Asked(door=door, request=request, head=head_of(request))
        if not ietf.is_spoken(asked.head):
            return await tus_door.answer(asked)
        if "upload" in request.match_info:
            return await ietf_door.answer(asked)
        return await ietf_door.create(asked)

    return for_browsers(door, answer_upload)


def list_uploads(door: Door) -> Handler:
    """Answer the handler of GET of all: what is unfinished of the caller's."""

    async def list_uploads(request: web.Request) -> web.StreamResponse:
        """Tell it to who looks; whoever sends goes on."""
        caller = await door.identify(request)
        found = await uploads.unfinished(door.desk, caller)
        listed = UploadList(uploads=[document_of(upload) for upload in found])
        return web.json_response(
            text=listed.model_dump_json(), headers={"Cache-Control": "no-store"}
        )

    return for_browsers(door, list_uploads)


def tell_options(door: Door) -> Handler:
    """Answer the handler of OPTIONS: what can be done here, for clients and for browsers."""

    async def get_options(request: web.Request) -> web.StreamResponse:
        """Tell it to anyone."""
        del request
        limits = ietf.limits(limit_bytes=door.limit_bytes, expires_at=None, now=door.desk.clock())
        fields = {**tus.discovery(limit_bytes=door.limit_bytes), **limits, **cors.PREFLIGHT}
        return web.Response(status=204, headers=fields)

    return get_options
