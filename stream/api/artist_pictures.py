"""Pictures of artists and labels: sent by who looks after them, and seen by all who see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from base.database import Session
from catalog.discographies import is_artist_public, is_label_public
from catalog.models.artists import Artist, Label
from stream.api.answers import answered, no_content
from stream.api.artists import (
    artist_told,
    label_told,
    own_artist,
    own_label,
    visible_artist,
    visible_label,
)
from stream.api.pictures import body_of, put_on, received, shown, sizes_of, take_off
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.keys import TOOLS

R = TypeVar("R", Artist, Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of(Generic[R]):
    """How an artist, or a label, is found and told."""

    own: Callable[..., Awaitable[R]]
    visible: Callable[[Session, web.Request], Awaitable[R]]
    is_public: Callable[[Session, UUID], Awaitable[bool]]
    told: Callable[[Session, R], Awaitable[BaseModel]]


_ARTIST: _Of[Artist] = _Of(
    own=own_artist, visible=visible_artist, is_public=is_artist_public, told=artist_told
)
_LABEL: _Of[Label] = _Of(
    own=own_label, visible=visible_label, is_public=is_label_public, told=label_told
)


async def put_artist_picture(request: web.Request) -> web.Response:
    """Take a picture of an artist of the caller's."""
    return await _put(request, _ARTIST)


async def put_label_picture(request: web.Request) -> web.Response:
    """Take a picture of a label of the caller's."""
    return await _put(request, _LABEL)


async def get_artist_picture(request: web.Request) -> web.Response:
    """Answer the picture of an artist."""
    return await _get(request, _ARTIST)


async def get_label_picture(request: web.Request) -> web.Response:
    """Answer the picture of a label."""
    return await _get(request, _LABEL)


async def remove_artist_picture(request: web.Request) -> web.Response:
    """Let an artist of the caller's have no picture any more."""
    return await _remove(request, _ARTIST)


async def remove_label_picture(request: web.Request) -> web.Response:
    """Let a label of the caller's have no picture any more."""
    return await _remove(request, _LABEL)


async def _put(request: web.Request, of: _Of[R]) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        await of.own(session, request, who, lock=False)  # before anything is read
    new = await received(request, body_of(request))

    async def take(session: Session) -> BaseModel:
        row = await of.own(session, request, who)
        await require_match(request, lambda: of.told(session, row))
        row.changed_at = tools.clock()
        await put_on(request, session, row, new, owner_id=row.account_id)
        return await of.told(session, row)

    return answered(request, await tools.database.run(take), status=202)


async def _get(request: web.Request, of: _Of[R]) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        row = await of.visible(session, request)
        is_public = await of.is_public(session, row.id)
        images = await sizes_of(session, row)
    return await shown(request, images, is_public=is_public)


async def _remove(request: web.Request, of: _Of[R]) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]

    async def remove(session: Session) -> None:
        row = await of.own(session, request, who)
        await require_match(request, lambda: of.told(session, row))
        row.changed_at = tools.clock()
        await take_off(request, session, row)

    await tools.database.run(remove)
    return no_content()
