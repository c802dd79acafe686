"""The page on which an artist or a label is handed over to another member, or closed.

Who had it closed sees there what goes, what stays, and how far it is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from catalog.closing import closing_told
from catalog.members import members_of, unknown_membership
from stream.api.closing import close, closing_document, handed_over
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.account.invitation import CAPACITIES
from stream.pages.forms import again_or_none, form_of, form_page, see_other

_LEAST, _MOST = 3, 200


async def get_ending_page(request: web.Request) -> web.Response:
    """Show to whom it could go, and what closing it comes to."""
    return await _show(request, await caller(request))


async def post_hand_over_page(request: web.Request) -> web.Response:
    """Hand it over."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    nobody = Unfit({"person": "Choose who shall own it."})
    try:
        heir = id_in(form.get("person", ""), nobody)
        await handed_over(tools, who, _account_in(request), heir)
    except Refused as refused:
        return await _again(request, who, refused)
    return see_other("/account/acting?notice=handed-over")


async def post_close_page(request: web.Request) -> web.Response:
    """Close it."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    account_id, reason = _account_in(request), " ".join(form.get("reason", "").split())
    try:
        if not _LEAST <= len(reason) <= _MOST or not reason.isprintable():
            raise Unfit({"reason": "Say why in a sentence: who looks for the music reads it."})
        await close(request, who, account_id, reason, tools=tools)
    except Refused as refused:
        return await _again(request, who, refused)
    return see_other(f"/account/artists/{account_id}")


async def _again(request: web.Request, who: Caller, refused: Refused) -> web.Response:
    here = f"/account/artists/{_account_in(request)}"
    return again_or_none(refused, here) or await _show(request, who, refused=refused)


def _account_in(request: web.Request) -> UUID:
    return id_in(request.match_info["account"], unknown_membership())


async def _show(
    request: web.Request, who: Caller, *, refused: Refused | None = None
) -> web.Response:
    tools, account_id = request.app[TOOLS], _account_in(request)
    async with tools.database.begin() as session:
        found = await closing_told(session, account_id, who.person_id)
        told = await closing_document(session, tools, found)
        members = await members_of(session, account_id)
    if found.asked_at is not None:
        return await form_page(request, "people/closed.html", {"ending": told}, refused=refused)
    context: dict[str, Any] = {
        "id": str(account_id),
        "ending": told,
        "capacities": CAPACITIES,
        "heirs": [
            {"id": str(one.person_id), "name": one.name, "capacity": one.capacity}
            for one in members
            if one.person_id != who.person_id
        ],
    }
    return await form_page(request, "people/ending.html", context, refused=refused)
