"""The page that the link of an invitation leads to: who invites, to what, and the two answers.

Whoever has the link sees it: they sign in, or join, and come back to answer.
"""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.invitations import accept, decline, invitation_by
from catalog.members import accounts_of
from catalog.roles import Capacity, InvitationState
from stream.api.invitations import invitation_document
from stream.identity.callers import caller, caller_or_none
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, see_other
from stream.pages.language import N_

CAPACITIES = {
    Capacity.VIEWER: N_("viewer"),
    Capacity.EDITOR: N_("editor"),
    Capacity.OWNER: N_("owner"),
}
_STATES = {
    InvitationState.ACCEPTED: N_("This invitation is accepted"),
    InvitationState.EXPIRED: N_("This invitation is expired"),
    InvitationState.DECLINED: N_("This invitation is declined"),
    InvitationState.WITHDRAWN: N_("This invitation is withdrawn"),
}
_ANSWERS = {"accept": accept, "decline": decline}


async def get_invitation_page(request: web.Request) -> web.Response:
    """Show it."""
    return await _show(request)


async def post_invitation_page(request: web.Request) -> web.Response:
    """Take the answer, and show what became of it."""
    who, tools, secret = await caller(request), request.app[TOOLS], request.match_info["secret"]
    answer = _ANSWERS.get((await form_of(request)).get("answer", ""))
    if answer is None:
        return await _show(
            request, refused=Refused("bad-answer", "Please accept or decline.", status=422)
        )
    try:
        async with tools.database.begin() as session:
            await answer(session, secret, who, now=tools.clock())
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"/invitations/{secret}")


async def _show(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    tools, who = request.app[TOOLS], await caller_or_none(request)
    async with tools.database.read() as session:
        found = await invitation_by(session, request.match_info["secret"])
        mine = [] if who is None else await accounts_of(session, who.person_id)
    context = {
        "invitation": invitation_document(found, tools.clock()),
        "capacities": CAPACITIES,
        "states": _STATES,
        "is_known": who is not None,
        "acts_for_it": any(one.account_id == found.row.account_id for one in mine),
    }
    return await form_page(request, "account/invitation.html", context, refused=refused)
