"""Take listens in: what a program says that its listener listened to, and take them back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from base.errors import Refused
from catalog.elsewhere import forget_named, keep
from catalog.listenbrainz import MOST_BYTES, ListenType, parse_submission
from stream.identity.callers import caller, caller_or_none
from stream.keys import TOOLS
from stream.listenbrainz.door import told
from stream.listenbrainz.people import name_of
from stream.listenbrainz.playing import note_playing

_AT_ONCE = 1 << 16


class _Named(BaseModel):
    """A listen, by when it was and by the number of its names."""

    model_config = ConfigDict(extra="ignore")

    listened_at: int
    recording_msid: UUID


async def post_listens(request: web.Request) -> web.Response:
    """Keep listens, or remember what sounds; what is known already is kept once."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await _body(request)
    # A thousand listens are read while others are answered.
    submission = await asyncio.to_thread(parse_submission, body, now=tools.clock())
    if submission.kind is ListenType.PLAYING_NOW:
        await note_playing(tools.valkey, who.id, submission.listens[0])
    else:
        async with tools.database.begin() as session:
            await keep(session, who.id, submission.listens, now=tools.clock())
    return _done()


async def post_delete(request: web.Request) -> web.Response:
    """Forget a listen."""
    who, tools = await caller(request), request.app[TOOLS]
    named = _Named.model_validate_json(await _body(request))
    try:
        listened_at = datetime.fromtimestamp(named.listened_at, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return told(HTTPStatus.BAD_REQUEST, "listened_at is no time, in seconds since 1970.")
    async with tools.database.begin() as session:
        await forget_named(session, who.id, listened_at=listened_at, number=named.recording_msid)
    return _done()


async def get_validate(request: web.Request) -> web.Response:
    """Say whose a token is; that it is nobody's is an answer, too."""
    if "Authorization" not in request.headers:
        return told(HTTPStatus.BAD_REQUEST, "Show the token: Authorization: Token …")
    who = await caller_or_none(request)
    if who is None:
        document = {"code": HTTPStatus.OK, "message": "Token invalid.", "valid": False}
        return web.json_response(document)
    document = {
        "code": HTTPStatus.OK,
        "message": "Token valid.",
        "valid": True,
        "user_name": name_of(who),
    }
    return web.json_response(document)


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_chunked(_AT_ONCE):
        body += piece
        if len(body) > MOST_BYTES:
            sentence = f"A submission has at most {MOST_BYTES} bytes."
            raise Refused("too-large", sentence, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def _done() -> web.Response:
    return web.json_response({"status": "ok"})
