"""PUT a file, get a track: the way in for everyone with curl.

A client that sends Upload-Complete, too, is told where to go on when the line breaks.
"""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web

from catalog.uploads import Way
from ingest import uploads
from ingest.protocol.heads import require_plain
from ingest.protocol.ietf import is_begun
from ingest.routes import ietf
from ingest.routes.begin import begin
from ingest.routes.contents import chunks
from ingest.routes.documents import accepted
from ingest.routes.door import (
    Asked,
    Door,
    Handler,
    draft_in,
    for_browsers,
    head_of,
    plain_name,
)
from ingest.uploads import Body, NewUpload


def put_master(door: Door) -> Handler:
    """Answer the handler of `PUT /api/v1/masters/{filename}`."""

    async def put_master(request: web.Request) -> web.StreamResponse:
        """Take a master in; the answer is sent when its bytes and its rows are durable."""
        asked = Asked(door=door, request=request, head=head_of(request))
        filename = unquote(request.match_info["filename"])
        if is_begun(asked.head):
            return await ietf.create(asked, filename=filename)
        return await _put(asked, filename)

    return for_browsers(door, put_master)


async def _put(asked: Asked, filename: str) -> web.Response:
    require_plain(asked.head)
    caller, size = await asked.caller(), asked.head.content_bytes
    new = NewUpload(
        filename=plain_name(filename),
        length_bytes=size,
        way=Way.PUT,
        request_id=asked.door.request_id(asked.request),
        metadata=draft_in(asked.request),
    )
    upload = await uploads.create(asked.desk, caller, new)
    body = Body(at=0, chunks=chunks(asked.request), size_bytes=size, ends=True)
    taking = uploads.append(asked.desk, caller, upload.id, body)
    return accepted(await begin(asked.desk, caller, upload, taking))
