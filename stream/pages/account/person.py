"""The page of one's own account: name, address, password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.mails import last_trouble
from catalog.passwords import hash_of
from catalog.sign_ins import Known, end_sign_in, sign_ins_of
from stream.identity.callers import caller
from stream.identity.changing import (
    change_email,
    change_name,
    change_password,
    sign_out_elsewhere,
)
from stream.keys import TOOLS
from stream.pages.forms import again_or_none, form_of, form_page, notice_of, see_other
from stream.pages.language import N_

_HERE = "/account"
_NOTICES = {
    "name": N_("You are called otherwise now."),
    "email": N_("We sent a mail to the new address. It is used once you confirmed it there."),
    "password": N_(
        "Your new password is set, and all else is signed out, programs with tokens too."
    ),
    "ended": N_("Signed out there."),
}


async def get_account_page(request: web.Request) -> web.Response:
    """Show it."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_name(request: web.Request) -> web.Response:
    """Take another name."""
    who, form = await caller(request), await form_of(request)
    try:
        await change_name(request, who, form.get("name", ""))
    except Refused as refused:
        return await _show(request, who, refused=refused, form="name", said=form)
    return see_other("/account?notice=name")


async def post_email(request: web.Request) -> web.Response:
    """Take another address, to be confirmed."""
    who, form = await caller(request), await form_of(request)
    try:
        await change_email(
            request, who, email=form.get("email", ""), current=form.get("current", "")
        )
    except Refused as refused:
        return again_or_none(refused, _HERE) or await _show(
            request, who, refused=refused, form="email", said=form
        )
    return see_other("/account?notice=email")


async def post_password(request: web.Request) -> web.Response:
    """Take another password."""
    who, form = await caller(request), await form_of(request)
    try:
        entered = await change_password(
            request, who, current=form.get("current", ""), new=form.get("password", "")
        )
    except Refused as refused:
        return again_or_none(refused, _HERE) or await _show(
            request, who, refused=refused, form="password", said=form
        )
    response = see_other("/account?notice=password")
    return entered.onto(response) if entered else response


async def post_end(request: web.Request) -> web.Response:
    """Sign out at one place, or everywhere but here."""
    who, form = await caller(request), await form_of(request)
    wanted = form.get("sign_in", "")
    if wanted == "others":
        await sign_out_elsewhere(request, who)
        return see_other("/account?notice=ended")
    try:
        sign_in_id = UUID(wanted)
    except ValueError:
        raise Refused("sign-in-unknown", "You are not signed in there any more.") from None
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        await end_sign_in(session, who.person_id, sign_in_id, now=tools.clock())
    return see_other("/account?notice=ended")


async def _show(  # noqa: PLR0913 - what was wrong, and in which form
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    form: str = "",
    said: Mapping[str, str] | None = None,
) -> web.Response:
    tools = request.app[TOOLS]
    held = who.credential.id if who.credential else None
    async with tools.database.read() as session:
        found = await email_of(session, who.person_id)
        sign_ins = await sign_ins_of(session, who.person_id, now=tools.clock())
        context: dict[str, Any] = {
            "address": found.address if found else None,
            "is_verified": found is not None and found.verified_at is not None,
            "trouble": await last_trouble(session, who.person_id, found.address) if found else None,
            "has_password": await hash_of(session, who.person_id) is not None,
        }
    context |= {
        "name": who.name,
        "sign_ins": [_sign_in(one, is_here=one.id == held) for one in sign_ins],
        "form": form,
        "said": said or {},
        "notice": notice,
    }
    return await form_page(request, "account/account.html", context, refused=refused)


def _sign_in(known: Known, *, is_here: bool) -> dict[str, Any]:
    return {
        "id": str(known.id),
        "device": known.where.device,
        "address": known.where.address,
        "country": known.where.country,
        "seen": known.seen_at,
        "made": known.made_at,
        "is_here": is_here,
    }
