"""Who makes a playlist together: come by a link, be a viewer or an editor, go."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.playlist_members import change_member, end_invitations, join, remove_member, send_away
from catalog.playlist_rules import Part, may_keep
from catalog.playlists import keepable, shown
from stream.api.playlists import playlist_id_in
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, see_other
from stream.pages.mine.playlists import HERE


async def get_joining_page(request: web.Request) -> web.Response:
    """Ask whether one wants to come in."""
    return await form_page(request, "mine/joining.html", {"code": request.match_info["code"]})


async def post_joining_page(request: web.Request) -> web.Response:
    """Become a member by the code of a link."""
    await form_of(request)
    who, tools = await caller(request), request.app[TOOLS]
    code = request.match_info["code"]
    try:
        async with tools.database.begin() as session:
            joined = await join(session, code, who.id, now=tools.clock())
    except Refused as refused:
        return await form_page(request, "mine/joining.html", {"code": code}, refused=refused)
    return see_other(f"{HERE}/{joined}?notice=joined")


async def post_end_invitations_page(request: web.Request) -> web.Response:
    """Let no link lead in any more."""
    await form_of(request)
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        await end_invitations(session, found.playlist.id)
    return see_other(f"{HERE}/{playlist_id_in(request)}?notice=ended")


async def post_member_page(request: web.Request) -> web.Response:
    """Let a member be something else, or send them away."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    member, part, now = _member(request), form.get("part"), tools.clock()
    async with tools.database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        if part in {Part.VIEWER, Part.EDITOR}:
            await change_member(session, found.playlist, member, Part(part), now=now)
        elif form.get("do") == "away":
            await send_away(session, found.playlist, member, now=now)
        else:
            raise Refused("bad-form", "Choose what they shall be, or send them away.", status=422)
    return see_other(f"{HERE}/{playlist_id_in(request)}?notice=member")


async def post_leave_page(request: web.Request) -> web.Response:
    """Be a member no more."""
    await form_of(request)
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await shown(session, playlist_id_in(request), who.id, lock=True)
        if may_keep(found.part):
            raise Refused("not-allowed", "It is yours: delete it instead.", status=409)
        await remove_member(session, found.playlist, who.id, now=tools.clock())
    return see_other(f"{HERE}?notice=left")


def _member(request: web.Request) -> UUID:
    unknown = Refused("member-unknown", "They are no member of the playlist.", status=404)
    return id_in(request.match_info["member"], unknown)
