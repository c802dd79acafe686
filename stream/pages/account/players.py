"""The page on which a password for a player is told, once, with what else is to be entered."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.player_passwords import make_password, username_of
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import ORIGIN, SECRETS, TOOLS
from stream.pages.account.security import refuse_security
from stream.pages.forms import form_of, form_page, label_in


async def post_player(request: web.Request) -> web.Response:
    """Make a password for a player, and tell it with the address of the house and the name."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    label = label_in(form)
    try:
        if label is None:
            raise Unfit({"label": "Say which player it is for, so that you know it again."})
        async with tools.database.begin() as session:
            issued = await make_password(
                session, who, label, request.app[SECRETS][0], now=tools.clock()
            )
            username = await username_of(session, who.person_id)
    except Refused as refused:
        return await refuse_security(request, who, refused)
    context = {
        "label": label,
        "address": request.app[ORIGIN],
        "username": username,
        "password": issued.secret,
    }
    answer = await form_page(request, "account/player.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
