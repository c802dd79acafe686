"""Playlists: made, shown, called something else, listed and deleted."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import Permission
from catalog.playlist_rules import Part, Visibility
from catalog.playlists import (
    Shown,
    Wording,
    create,
    keepable,
    owned_by,
    remove,
    shared_with,
    shown,
    unknown_playlist,
    word,
)
from stream.api.answers import answered, no_content
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.playlist_documents import (
    EditPlaylist,
    NewPlaylist,
    PlaylistDocument,
    PlaylistList,
    documents_of,
)
from stream.api.preconditions import require_match
from stream.identity.callers import caller, caller_or_none
from stream.ids import id_in
from stream.keys import TOOLS

_OWN = Keyset("playlists", tuple[AwareDatetime, UUID])
_SHARED = Keyset("shared playlists", tuple[AwareDatetime, UUID])
PUBLIC = Keyset("public playlists", tuple[AwareDatetime, UUID])


async def get_playlists(request: web.Request) -> web.Response:
    """Answer the caller's own playlists."""
    asked, who = asking(request, Paged), await caller(request)
    return await _owned(request, asked, who.id, _OWN, public=False)


async def get_public_playlists(request: web.Request) -> web.Response:
    """Answer the public playlists of somebody."""
    unknown = Refused("person-unknown", "There is no such person.", status=404)
    owner_id = id_in(request.match_info["person"], unknown)
    return await _owned(request, asking(request, Paged), owner_id, PUBLIC, public=True)


async def get_shared_playlists(request: web.Request) -> web.Response:
    """Answer playlists of others of which the caller is a member."""
    asked, who = asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await shared_with(
            session, who.id, limit=asked.limit + 1, after=_SHARED.after(asked.cursor)
        )
        page = _SHARED.page(
            found, limit=asked.limit, place=lambda one: (one[1], one[0].playlist.id)
        )
        items = await documents_of(session, [one for one, _ in page.items])
    return answered(request, PlaylistList(items=items, next=page.next))


async def post_playlist(request: web.Request) -> web.Response:
    """Make a playlist."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, NewPlaylist)
    wording = Wording(**wanted.model_dump())
    async with tools.database.begin() as session:
        made = await create(session, who.id, wording, now=tools.clock())
        body = await document(session, Shown(playlist=made, owner=who.name, part=Part.OWNER))
    headers = {"Location": f"/api/v1/playlists/{made.id}"}
    return answered(request, body, status=HTTPStatus.CREATED, headers=headers)


async def get_playlist(request: web.Request) -> web.Response:
    """Answer a playlist to whoever may see it."""
    who = await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        found = await shown(session, playlist_id_in(request), reader_of(who))
        return answered(request, await document(session, found))


async def patch_playlist(request: web.Request) -> web.Response:
    """Call the caller's playlist something else, or let others see it."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, EditPlaylist)
    async with tools.database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        await require_match(request, lambda: document(session, found))
        one = found.playlist
        wording = Wording(
            title=wanted.title or one.title,
            description=one.description if wanted.description is None else wanted.description,
            visibility=wanted.visibility or Visibility(one.visibility),
        )
        word(one, wording, now=tools.clock())
        body = await document(session, found)
    return answered(request, body)


async def delete_playlist(request: web.Request) -> web.Response:
    """Delete the caller's playlist, for all who share it."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        await require_match(request, lambda: document(session, found))
        await remove(session, [found.playlist.id])
    return no_content()


async def document(session: Session, found: Shown) -> PlaylistDocument:
    """Say what a playlist is, as its address answers it."""
    [body] = await documents_of(session, [found])
    return body


def reader_of(who: Caller | None) -> UUID | None:
    """Answer who sees what of playlists not everybody does."""
    return None if who is None else who.personal_id(Permission.LIBRARY_READ)


def playlist_id_in(request: web.Request) -> UUID:
    """Answer which playlist a request is about.

    Raises:
        Refused: `playlist-unknown`, 404.

    """
    return id_in(request.match_info["playlist"], unknown_playlist())


async def _owned(
    request: web.Request,
    asked: Paged,
    owner_id: UUID,
    order: Keyset[tuple[AwareDatetime, UUID]],
    *,
    public: bool,
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        found = await owned_by(
            session,
            owner_id,
            limit=asked.limit + 1,
            after=order.after(asked.cursor),
            public=public,
        )
        page = order.page(
            found, limit=asked.limit, place=lambda one: (one.playlist.created_at, one.playlist.id)
        )
        items = await documents_of(session, page.items)
    return answered(request, PlaylistList(items=items, next=page.next))
