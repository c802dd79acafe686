"""The page of what one shows besides a password: passkeys, an app for codes, codes on paper.

What players show instead is made here as well (stream.pages.account.players).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from markupsafe import Markup

from base.errors import Refused
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.factors import factors_of
from catalog.models.factors import Passkey
from catalog.passkeys import passkeys_of
from catalog.roles import SecondFactor
from stream.identity.authenticator import picture_of, uri_of
from stream.identity.callers import caller
from stream.identity.factors import (
    NewApp,
    begin_app,
    confirm_app,
    remove_app,
    renew_codes,
    resumed_app,
)
from stream.identity.passkeys import end_passkey
from stream.identity.relying_party import party_of
from stream.identity.standing import is_wanted
from stream.ids import id_in
from stream.keys import ORIGIN, TOOLS
from stream.pages.forms import (
    again_or_none,
    form_of,
    form_page,
    notice_of,
    onward,
    see_other,
)
from stream.pages.language import N_, saying

_HERE = "/account/security"
_NOTICES = {
    "passkey": N_("Your passkey is set up."),
    "passkey-removed": N_("That passkey is removed: nobody signs in by it any more."),
    "removed": N_("Your app is removed: its codes are asked for no more."),
    "set": N_("Your app is set up: you are asked for a code of it when you sign in."),
}


async def get_security(request: web.Request) -> web.Response:
    """Show it; who was led here goes on from here."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_app(request: web.Request) -> web.Response:
    """Show what an app reads, and ask for its first code."""
    who, form = await caller(request), await form_of(request)
    try:
        made = await begin_app(request, who)
    except Refused as refused:
        return await refuse_security(request, who, refused)
    return await _show_app(request, made, following=onward(form.get("next", "")))


async def post_code(request: web.Request) -> web.Response:
    """Take the first code of an app, and tell codes for paper."""
    who, form = await caller(request), await form_of(request)
    begun, following = form.get("begun", ""), onward(form.get("next", ""))
    try:
        codes = await confirm_app(request, who, begun=begun, code=form.get("code", ""))
    except Refused as refused:
        if refused.code != "wrong-code":
            return await refuse_security(request, who, refused)
        secret = resumed_app(request, who, begun)
        made = NewApp(secret=secret, uri=await _uri(request, who, secret), begun=begun)
        return await _show_app(request, made, following=following, refused=refused)
    if not codes:
        return see_other(f"{_HERE}?notice=set")
    return await _show_codes(request, codes, following)


async def post_end(request: web.Request) -> web.Response:
    """Remove the app."""
    who, _ = await caller(request), await form_of(request)
    try:
        await remove_app(request, who)
    except Refused as refused:
        return await refuse_security(request, who, refused)
    return see_other(f"{_HERE}?notice=removed")


async def post_passkey_end(request: web.Request) -> web.Response:
    """Remove a passkey."""
    who, form = await caller(request), await form_of(request)
    unknown = Refused("passkey-unknown", "You have no such passkey.", status=404)
    try:
        await end_passkey(request, who, id_in(form.get("passkey", ""), unknown))
    except Refused as refused:
        return await refuse_security(request, who, refused)
    return see_other(f"{_HERE}?notice=passkey-removed")


async def post_codes(request: web.Request) -> web.Response:
    """Make other codes for paper, and tell them."""
    who, _ = await caller(request), await form_of(request)
    try:
        codes = await renew_codes(request, who)
    except Refused as refused:
        return await refuse_security(request, who, refused)
    return await _show_codes(request, codes, _HERE)


async def refuse_security(request: web.Request, who: Caller, refused: Refused) -> web.Response:
    """Say on the page what was wrong with one of its forms, or have somebody sign in again."""
    return again_or_none(refused, _HERE) or await _show(request, who, refused=refused)


async def _show(
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await factors_of(session, who.person_id)
        passkeys = await passkeys_of(session, who.person_id)
    rule = SecondFactor(tools.settings.second_factor)
    context: dict[str, Any] = {
        "passkeys": [_passkey(one) for one in passkeys],
        "has_name": party_of(request.app[ORIGIN]) is not None,
        "has_app": found.has_app,
        "has_any": found.has_any,
        "codes_left": found.codes_left,
        "is_wanted": is_wanted(who.roles | who.withheld, rule),
        "lacks": bool(who.withheld),
        "next": onward(request.query.get("next", "")),
        "notice": notice,
    }
    return await form_page(request, "account/security.html", context, refused=refused)


async def _show_app(
    request: web.Request, made: NewApp, *, following: str, refused: Refused | None = None
) -> web.Response:
    _ = saying(request)
    title = _("The same as the key below, for the camera of your phone")
    context = {
        # Drawn by us, of letters that stand for themselves.
        "picture": Markup(picture_of(made.uri, title=title)),  # noqa: S704 - see above
        "secret": " ".join(made.secret[at : at + 4] for at in range(0, len(made.secret), 4)),
        "begun": made.begun,
        "next": following,
    }
    return await form_page(request, "account/security_app.html", context, refused=refused)


async def _show_codes(request: web.Request, codes: Sequence[str], following: str) -> web.Response:
    context = {"codes": codes, "next": following}
    return await form_page(request, "account/security_codes.html", context)


def _passkey(one: Passkey) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "is_synced": one.is_synced,
        "made": one.made_at,
        "used": one.last_used_at,
    }


async def _uri(request: web.Request, who: Caller, secret: str) -> str:
    async with request.app[TOOLS].database.read() as session:
        found = await email_of(session, who.person_id)
    return uri_of(secret, called=found.address if found else who.name)
