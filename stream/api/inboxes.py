"""Files of deliveries over HTTP: sent into the inbox of a partner, at once or piece by piece."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.ddex import Partner
from catalog.oversight import oversees
from catalog.partners import partner_by_dpid
from catalog.permissions import Permission
from ingest.ddex.arriving.jail import Jail
from ingest.ddex.arriving.layouts import delivery_of
from ingest.ddex.arriving.names import shown
from ingest.ddex.arriving.noting import note_coming, says_something
from ingest.ddex.arriving.rooms import Rooms
from ingest.ddex.arriving.uploading import Piece, Standing, checked_path, standing, take_in
from ingest.refusals import idle
from ingest.routes.contents import chunks, wait_to_invite
from stream.api.answers import answered
from stream.api.openapi import Route
from stream.api.openapi_parameters import LETTERS_OF_ADDRESS
from stream.identity.callers import caller
from stream.keys import TOOLS

_PATH = "/api/v1/ddex/inboxes/{dpid}/{path:.+}"
ROOMS = web.AppKey("rooms", Rooms)
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_Dpid = Annotated[str, Field(pattern="^PADPIDA[A-Za-z0-9]+$", max_length=40)]
_Path = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LETTERS_OF_ADDRESS,
        description="Where in the inbox: `N_20240301100000000/A1/resources/01.flac`.",
    ),
]
_PLACES = {"dpid": _Dpid, "path": _Path}


class InboxFileDocument(BaseModel):
    """A file of an inbox: how much of it is there, and whether that is all."""

    path: str
    size_bytes: int
    is_whole: bool


def inbox_routes() -> list[Route]:
    """Answer every operation on inboxes."""
    return [
        Route(
            method="PUT",
            path=_PATH,
            handler=put_inbox_file,
            needs=Permission.DELIVER,
            summary="Send a file of a delivery, or with `Content-Range` a piece of it; an empty "
            "`BatchComplete_…` says that all is there.",
            body="application/octet-stream",
            places=_PLACES,
            answers={200: InboxFileDocument, 202: InboxFileDocument},
            problems=(400, 401, 403, 404, 408, 409, 413, 422),
            tag="ddex",
            on_expect=wait_to_invite,
        ),
        Route(
            method="GET",
            path=_PATH,
            handler=get_inbox_file,
            needs=Permission.DELIVER,
            summary="How much of a file of a delivery is there, to go on from.",
            places=_PLACES,
            answers={200: InboxFileDocument},
            problems=(401, 403, 404, 422),
            tag="ddex",
        ),
    ]


async def put_inbox_file(request: web.Request) -> web.StreamResponse:
    """Take in a file, or a piece of one; what the line cuts off stays, to be gone on with."""
    tools, who, partner = request.app[TOOLS], await caller(request), await _partner(request)
    path = checked_path(request.match_info["path"])
    at, total = _range(request)
    content = _in_time(request, tools.settings.upload_idle_s)
    piece = Piece(at=at, total=total, chunks=content)
    delivery = await note_coming(
        tools.database, tools.clock, partner.id, delivery_of(path) or path, way="http"
    )
    jail = _jail(request, partner)
    async with request.app[ROOMS].of(partner.dpid, jail) as room:
        taken = await take_in(jail, path, piece, room)
    if taken.is_whole and says_something(path):
        async with tools.database.begin() as session:
            await note_act(
                session,
                who,
                Act.DELIVERY_SENT,
                delivery.id,
                now=tools.clock(),
                facts={"path": shown(path)},
            )
    return answered(request, _document(taken), status=200 if taken.is_whole else 202)


async def get_inbox_file(request: web.Request) -> web.StreamResponse:
    """Tell how far a file is."""
    partner = await _partner(request)
    found = await standing(_jail(request, partner), request.match_info["path"])
    return answered(request, _document(found))


def _document(found: Standing) -> InboxFileDocument:
    return InboxFileDocument(path=found.path, size_bytes=found.size_bytes, is_whole=found.is_whole)


def _jail(request: web.Request, partner: Partner) -> Jail:
    return Jail(request.app[TOOLS].settings.inbox_dir / partner.dpid)


async def _partner(request: web.Request) -> Partner:
    """Answer the partner that is asked for, to whose music it is, and to who oversees it."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        partner = await partner_by_dpid(session, request.match_info["dpid"])
    if who.id != partner.account_id and not oversees(who, Permission.MUSIC_OVERSEE):
        raise Refused("partner-unknown", "There is no such partner.", status=404)
    return partner


def _range(request: web.Request) -> tuple[int, int | None]:
    """Answer where the content begins in its file, and how long that is (RFC 9110, 14.4)."""
    told = request.headers.get(hdrs.CONTENT_RANGE)
    if told is None:
        return 0, request.content_length
    match = _RANGE.fullmatch(told.strip())
    if match is None:
        raise _bad_range()
    first, last, total = map(int, match.groups())
    length = request.content_length
    if not first <= last < total or length not in {None, last - first + 1}:
        raise _bad_range()
    return first, total


def _bad_range() -> Refused:
    return Refused(
        "range-invalid",
        "A piece is told as “Content-Range: bytes 1000-1999/5000”, and is as long as that says.",
    )


async def _in_time(request: web.Request, idle_s: float) -> AsyncIterator[bytes]:
    """Answer the content as it comes, while it comes."""
    coming = aiter(chunks(request))
    while True:
        try:
            async with asyncio.timeout(idle_s):
                chunk = await anext(coming, None)
        except TimeoutError:
            raise idle(idle_s) from None
        if chunk is None:
            return
        yield chunk
