"""The page that the link of an invitation leads to: who invites, to what, and the two answers."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.invitations import accept, decline, invitation_by
from catalog.roles import Capacity, InvitationState
from stream.api.invitations import invitation_document
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, see_other
from stream.pages.language import N_

_CAPACITIES = {
    Capacity.VIEWER: N_("viewer"),
    Capacity.EDITOR: N_("editor"),
    Capacity.OWNER: N_("owner"),
}
_STATES = {
    InvitationState.EXPIRED: N_("This invitation is expired"),
    InvitationState.DECLINED: N_("This invitation is declined"),
    InvitationState.WITHDRAWN: N_("This invitation is withdrawn"),
}
_ANSWERS = {"accept": accept, "decline": decline}


async def get_invitation_page(request: web.Request) -> web.Response:
    """Show it."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await invitation_by(session, request.match_info["secret"])
    context = {
        "invitation": invitation_document(found, tools.clock()),
        "capacities": _CAPACITIES,
        "states": _STATES,
    }
    return await form_page(request, "account/invitation.html", context)


async def post_invitation_page(request: web.Request) -> web.Response:
    """Take the answer, and show what became of it."""
    who, tools, secret = await caller(request), request.app[TOOLS], request.match_info["secret"]
    answer = _ANSWERS.get((await form_of(request)).get("answer", ""))
    if answer is None:
        raise Refused("bad-answer", "Please accept or decline.", status=422)
    async with tools.database.begin() as session:
        await answer(session, secret, who, now=tools.clock())
    return see_other(f"/invitations/{secret}")
