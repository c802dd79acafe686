"""The page of one's own data: all that is known of who looks, and how they are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.exports import ask, exports_of
from catalog.leaving import Obstacle, ask_erasure, obstacles, stay
from catalog.models.privacy import Erasure
from stream.api.privacy import link_to, tell_of_erasure
from stream.identity.callers import caller
from stream.identity.fresh import require_just_signed_in
from stream.keys import TOOLS
from stream.pages.language import told
from stream.pages.render import show


async def get_data_page(request: web.Request) -> web.Response:
    """Show what was asked for, and what can be."""
    return await _shown(request, await caller(request))


async def post_data_page(request: web.Request) -> web.Response:
    """Do what the caller asks for, and show the page again; what cannot be is told on it."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = str((await request.post()).get("do", ""))
    try:
        async with tools.database.begin() as session:
            await _do(request, session, who, wanted)
    except Refused as refused:
        return await _shown(request, who, error=refused)
    return web.Response(status=303, headers={"Location": "/account/data"})


async def _do(request: web.Request, session: Session, who: Caller, wanted: str) -> None:
    tools = request.app[TOOLS]
    now = tools.clock()
    match wanted:
        case "export":
            await ask(session, who.id, now=now)
        case "forget":
            require_just_signed_in(who, now=now)
            grace = timedelta(days=tools.settings.erasure_days)
            asked = await ask_erasure(session, who.id, now=now, grace=grace)
            await tell_of_erasure(request, session, asked)
        case "stay":
            await stay(session, who.id)
        case _:
            raise Refused("bad-form", "This form is not one of ours.", status=422)


async def _shown(
    request: web.Request, who: Caller, *, error: Refused | None = None
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        exports = await exports_of(session, who.id)
        erasure = await session.get(Erasure, who.id)
        stand = await obstacles(session, who.id)
    shown: list[dict[str, Any]] = [
        {
            "asked": one.asked_at,
            "is_made": one.made_at is not None,
            "link": link_to(request, one),
        }
        for one in exports
    ]
    context = {
        "exports": shown,
        "waits": any(not one["is_made"] for one in shown),
        "due": erasure.due_at if erasure else None,
        "days": tools.settings.erasure_days,
        "obstacles": [_obstacle(one) for one in stand],
        "error": told(request, error.sentence) if error else None,
        "must_sign_in": error is not None and error.code == "sign-in-again",
    }
    status = error.status if error else 200
    return await show(request, "account/own_data.html", context, status=status)


#: Where one sees to what stands in the way.
_PLACES = {
    "member-still": "/account/membership",
    "shares-held": "/account/membership",
}


def _obstacle(one: Obstacle) -> dict[str, Any]:
    return {
        "sentence": one.sentence,
        "place": _PLACES.get(one.code),
        "accounts": [
            {"name": each.account.name, "path": f"/account/artists/{each.account.account_id}"}
            for each in one.accounts
        ],
    }
