"""The page of an account: what is known of it, and what an operator may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.offices import grant, revoke
from catalog.roles import GRANTED, Role
from catalog.upload_rows import usage_of
from stream.api.accounts import account_detail, signed_out
from stream.identity.callers import caller
from stream.identity.factors import take_lost
from stream.identity.fresh import require_fresh
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.accounts import HERE, KINDS, ROLES, STATES
from stream.pages.office.showing import again, office_page

_NOTICES = {
    "granted": N_("The role is granted; it holds from their next page on."),
    "revoked": N_("The role is revoked; it holds from their next page on."),
    "signed-out": N_("They are signed out everywhere, and their tokens and applications ended."),
    "factors": N_("Their second factors are removed, and they were told by mail."),
}
#: What a role lets somebody do.
MEANING: Mapping[str, str] = {
    Role.ARTIST: N_("Uploads and publishes music of their own."),
    Role.LABEL: N_("Uploads and publishes music of artists."),
    Role.TREASURER: N_("Keeps the books, pays out, and sees what everybody earns."),
    Role.MODERATOR: N_("Looks at music before it comes out."),
    Role.OPERATOR: N_("May do all there is to do in this house, and grant roles to others."),
}


async def get_account_page(request: web.Request) -> web.Response:
    """Show an account."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_grant_page(request: web.Request) -> web.Response:
    """Grant a role."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        role, account_id = _role(form), _id_in(request)
        require_fresh(who, now=tools.clock())
        async with tools.database.begin() as session:
            await grant(session, account_id, role, by=who, now=tools.clock())
    except Refused as refused:
        return await _refused(request, refused)
    return _on(request, "granted")


async def post_revoke_page(request: web.Request) -> web.Response:
    """Revoke a role."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        role, account_id = _role(form), _id_in(request)
        require_fresh(who, now=tools.clock())
        async with tools.database.begin() as session:
            await revoke(session, account_id, role, by=who, now=tools.clock())
    except Refused as refused:
        return await _refused(request, refused)
    return _on(request, "revoked")


async def post_sign_out_page(request: web.Request) -> web.Response:
    """Sign them out everywhere."""
    who, _ = await caller(request), await form_of(request)
    try:
        await signed_out(request.app[TOOLS], who, _id_in(request))
    except Refused as refused:
        return await _refused(request, refused)
    return _on(request, "signed-out")


async def post_factors_page(request: web.Request) -> web.Response:
    """Remove what they showed beside a password."""
    who, _ = await caller(request), await form_of(request)
    try:
        require_fresh(who, now=request.app[TOOLS].clock())
        await take_lost(request, who, _id_in(request))
    except Refused as refused:
        return await _refused(request, refused)
    return _on(request, "factors")


def _id_in(request: web.Request) -> UUID:
    unknown = Refused("account-unknown", "There is no such account.", status=404)
    return id_in(request.match_info["account"], unknown)


def _role(form: Mapping[str, str]) -> Role:
    said = form.get("role", "")
    if said not in GRANTED:
        raise Refused("role-unknown", "Choose a role of those that are offered.", status=422)
    return Role(said)


def _on(request: web.Request, notice: str) -> web.Response:
    return see_other(f"{HERE}/{_id_in(request)}?notice={notice}")


async def _refused(request: web.Request, refused: Refused) -> web.Response:
    here = f"{HERE}/{_id_in(request)}"
    return again(request, refused, here) or await _show(request, refused=refused)


async def _show(
    request: web.Request, *, notice: str | None = None, refused: Refused | None = None
) -> web.Response:
    tools, account_id = request.app[TOOLS], _id_in(request)
    async with tools.database.read() as session:
        found = await account_detail(session, account_id, now=tools.clock())
        usage = await usage_of(session, account_id)
    context: dict[str, Any] = {
        "told": found,
        "usage": usage,
        "may": {str(one) for one in found.may},
        "grantable": _roles_but(found.roles),
        "revocable": [one for one in found.roles if one in GRANTED],
        "roles": ROLES,
        "meaning": MEANING,
        "kinds": KINDS,
        "states": STATES,
        "notice": notice,
    }
    return await office_page(request, "office/account.html", context, refused=refused)


def _roles_but(held: Sequence[Role]) -> list[Role]:
    return [one for one in Role if one in GRANTED and one not in held]
