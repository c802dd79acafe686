"""Who makes a playlist together: members, and the codes by which they come."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.playlist_members import (
    change_member,
    end_invitations,
    invite,
    join,
    members_of,
    remove_member,
    send_away,
)
from catalog.playlist_rules import INVITED, Part, may_keep
from catalog.playlists import keepable, shown
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import told
from stream.api.playlist_documents import (
    ChangePlaylistMember,
    NewPlaylistInvitation,
    PlaylistInvitationMade,
    PlaylistMemberDocument,
    PlaylistMemberList,
)
from stream.api.playlists import document, playlist_id_in
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS


async def get_playlist_members(request: web.Request) -> web.Response:
    """Answer who is let in, to those who are."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await shown(session, playlist_id_in(request), who.id)
        if found.part is None:
            raise Refused("not-allowed", "Only members are told who they are.", status=403)
        members = await members_of(session, found.playlist.id)
    items = [
        PlaylistMemberDocument(
            account=str(one.account_id), name=one.name, part=one.part, joined_at=one.joined_at
        )
        for one in members
    ]
    return answered(request, PlaylistMemberList(items=items))


async def post_playlist_invitation(request: web.Request) -> web.Response:
    """Answer a code by which others become members."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, NewPlaylistInvitation)
    within, now = timedelta(days=wanted.days), tools.clock()
    async with tools.database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        code = await invite(session, found.playlist, _invited(wanted.part), within=within, now=now)
    body = PlaylistInvitationMade(code=code, part=wanted.part, expires_at=now + within)
    return answered(request, body, status=HTTPStatus.CREATED, cache=NEVER_KEPT)


async def delete_playlist_invitations(request: web.Request) -> web.Response:
    """Let no code of a playlist lead in any more."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        await end_invitations(session, found.playlist.id)
    return no_content()


async def post_playlist_joining(request: web.Request) -> web.Response:
    """Become a member by a code; answer the playlist."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        joined = await join(session, request.match_info["code"], who.id, now=tools.clock())
        body = await document(session, await shown(session, joined, who.id))
    return answered(request, body, cache=NEVER_KEPT)


async def put_playlist_member(request: web.Request) -> web.Response:
    """Let a member see a playlist only, or change what is on it."""
    who, tools = await caller(request), request.app[TOOLS]
    member, wanted = _member(request), await told(request, ChangePlaylistMember)
    async with tools.database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        part = _invited(wanted.part)
        await change_member(session, found.playlist, member, part, now=tools.clock())
    return no_content()


async def delete_playlist_member(request: web.Request) -> web.Response:
    """Let somebody be a member no more: the owner anybody, others themselves."""
    who, tools = await caller(request), request.app[TOOLS]
    member = _member(request)
    async with tools.database.begin() as session:
        found = await shown(session, playlist_id_in(request), who.id, lock=True)
        if not may_keep(found.part) and member != who.id:
            raise Refused("not-allowed", "Only its owner sends others away.", status=403)
        leave = remove_member if member == who.id else send_away
        await leave(session, found.playlist, member, now=tools.clock())
    return no_content()


def _invited(part: Part) -> Part:
    if part not in INVITED:
        raise Refused("bad-request", "part: viewer or editor; there is one owner.", status=422)
    return part


def _member(request: web.Request) -> UUID:
    unknown = Refused("member-unknown", "They are no member of the playlist.", status=404)
    return id_in(request.match_info["member"], unknown)
