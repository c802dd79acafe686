"""The door for masters: PUT a file, get a track."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import unquote

import structlog
from aiohttp import ClientPayloadError, web
from pydantic import BaseModel

from base.errors import Refused
from catalog.people import Caller
from ingest.accept import Accepted, accept
from ingest.desk import Desk
from ingest.receive import Received, receive
from ingest.refusals import too_large

log = structlog.get_logger()

_READ_BYTES = 1 << 18


class MasterAccepted(BaseModel):
    """What a master became."""

    track: str
    master: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the handler needs of the application that it is part of."""

    desk: Desk
    identify: Callable[[web.Request], Awaitable[Caller]]
    request_id: Callable[[web.Request], str]


def put_master(door: Door) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answer the handler of `PUT /api/v1/masters/{filename}`."""

    async def handle(request: web.Request) -> web.Response:
        """Take a master in; the answer is sent when its bytes and its rows are durable."""
        caller = await door.identify(request)
        received = await _receive(door.desk, request)
        accepted = await _accept(door, request, received, caller)
        body = MasterAccepted(
            track=str(accepted.track_id), master=str(accepted.master_id), sha256=accepted.sha256
        )
        return web.json_response(
            body.model_dump(),
            status=201 if accepted.is_new else 200,
            headers={"Location": f"/api/v1/tracks/{accepted.track_id}"},
        )

    return handle


async def _receive(desk: Desk, request: web.Request) -> Received:
    limit = desk.settings.upload_limit_bytes
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    return await receive(
        desk.storage,
        _chunks(request),
        limit_bytes=limit,
        expected_bytes=request.content_length,
    )


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.content.iter_chunked(_READ_BYTES):
            yield chunk
    except (ClientPayloadError, ConnectionError) as error:
        raise Refused(
            "incomplete-upload", "The upload was cut off; please send it again."
        ) from error


async def _accept(door: Door, request: web.Request, received: Received, caller: Caller) -> Accepted:
    async with door.desk.database.begin() as session:
        accepted = await accept(
            session,
            received,
            filename=_filename(request),
            caller=caller,
            request_id=door.request_id(request),
            now=door.desk.clock(),
        )
    log.info(
        "master accepted",
        track=str(accepted.track_id),
        master=str(accepted.master_id),
        size_bytes=received.size_bytes,
        is_new=accepted.is_new,
    )
    return accepted


def _filename(request: web.Request) -> str:
    """Answer the last part of the path as one printable line; it names nothing on a disk."""
    name = unquote(request.match_info["filename"]).rpartition("/")[2]
    return "".join(c for c in name if c.isprintable()).strip() or "untitled"
