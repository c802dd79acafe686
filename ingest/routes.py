"""The door for masters: PUT a file, get a track."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote
from uuid import UUID

import structlog
from aiohttp import ClientPayloadError, web
from pydantic import BaseModel

from base.errors import Refused
from base.storage.port import Key
from base.tools import Tools
from catalog.objects import HOLD, hold
from catalog.people import Caller
from catalog.releases import unknown_release
from ingest.accept import Accepted, accept
from ingest.accept_archive import accept_archive
from ingest.archive import is_archive
from ingest.naming import name_of
from ingest.receive import Received, receive, too_large

log = structlog.get_logger()

_READ_BYTES = 1 << 18


class MasterAccepted(BaseModel):
    """What a master became."""

    track: str
    master: str
    sha256: str


class ArchiveAccepted(BaseModel):
    """The draft that the files of an archive will be tracks of."""

    release: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the handler needs of the application that it is part of."""

    tools: Tools
    identify: Callable[[web.Request], Awaitable[Caller]]
    request_id: Callable[[web.Request], str]


def put_master(door: Door) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answer the handler of `PUT /api/v1/masters/{filename}`."""

    async def handle(request: web.Request) -> web.Response:
        """Take a master in; the answer is sent when its bytes and its rows are durable."""
        caller = await door.identify(request)
        received = await _receive(door.tools, request)
        if await is_archive(door.tools.storage, received.key):
            return await _accept_archive(door, request, received, caller)
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


async def _receive(tools: Tools, request: web.Request) -> Received:
    limit = tools.settings.upload_limit_bytes
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    return await receive(
        tools.storage,
        _chunks(request),
        limit_bytes=limit,
        expected_bytes=request.content_length,
        claim=partial(_claim, tools),
    )


async def _claim(tools: Tools, key: Key) -> None:
    async with tools.database.begin() as session:
        await hold(session, [key], until=tools.clock() + HOLD)


async def _accept_archive(
    door: Door, request: web.Request, received: Received, caller: Caller
) -> web.Response:
    tools = door.tools
    async with tools.database.begin() as session:
        accepted = await accept_archive(
            session,
            received,
            filename=_filename(request),
            caller=caller,
            request_id=door.request_id(request),
            now=tools.clock(),
            release_id=_release(request),
        )
    log.info("archive accepted", release=str(accepted.release_id), is_new=accepted.is_new)
    body = ArchiveAccepted(release=str(accepted.release_id), sha256=accepted.sha256)
    return web.json_response(
        body.model_dump(),
        status=202 if accepted.is_new else 200,
        headers={"Location": f"/api/v1/releases/{accepted.release_id}"},
    )


def _release(request: web.Request) -> UUID | None:
    """Answer the draft that the query names."""
    text = request.query.get("release")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise unknown_release() from None


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.content.iter_chunked(_READ_BYTES):
            yield chunk
    except (ClientPayloadError, ConnectionError) as error:
        raise Refused(
            "incomplete-upload", "The upload was cut off; please send it again."
        ) from error


async def _accept(door: Door, request: web.Request, received: Received, caller: Caller) -> Accepted:
    tools = door.tools
    async with tools.database.begin() as session:
        accepted = await accept(
            session,
            received,
            filename=_filename(request),
            caller=caller,
            request_id=door.request_id(request),
            now=tools.clock(),
            release_id=_release(request),
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
    return name_of(unquote(request.match_info["filename"]))
