"""The page on which an address is confirmed: by the link in the mail, or by its code."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.mails import last_trouble, was_written
from stream.identity.callers import caller_or_none
from stream.identity.confirming import (
    confirm_by_code,
    confirm_by_link,
    link_to_confirm,
    send_again,
)
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, onward, see_other
from stream.pages.language import saying


async def get_verify(request: web.Request) -> web.Response:
    """Ask for a press on the button, or for the code: what only looks at a link does nothing."""
    who, token = await caller_or_none(request), request.query.get("token", "")
    if token:
        return await _link_page(request, who, token)
    if who is None:
        return await _nobodys_page(request)
    return await _code_page(request, who, following=onward(request.query.get("next", "")))


async def post_verify(request: web.Request) -> web.Response:
    """Confirm, by the link or by the code."""
    form, who = await form_of(request), await caller_or_none(request)
    following, token = onward(form.get("next", "")), form.get("token", "")
    try:
        if token:
            signed_in, password = who.person_id if who else None, form.get("current", "")
            await confirm_by_link(request, token, signed_in=signed_in, password=password)
            return see_other("/verify" if who else "/sign-in?notice=confirmed")
        if who is None:
            return await _nobodys_page(request)
        await confirm_by_code(request, who.person_id, form.get("code", ""))
    except Refused as refused:
        if token:
            return await _link_page(request, who, token, refused=refused)
        if who is not None:
            return await _code_page(request, who, following=following, refused=refused)
        raise
    return see_other(f"/verify?next={quote(following)}")


async def post_verify_again(request: web.Request) -> web.Response:
    """Have the mail sent once more."""
    form, who = await form_of(request), await caller_or_none(request)
    if who is None:
        return await _nobodys_page(request)
    following = onward(form.get("next", ""))
    try:
        address = await send_again(request, who.person_id)
    except Refused as refused:
        return await _code_page(request, who, following=following, refused=refused)
    _ = saying(request)
    notice = _("Another mail is on its way to %(address)s.", address=address) if address else None
    return await _code_page(request, who, following=following, notice=notice)


async def _link_page(
    request: web.Request, who: Caller | None, token: str, *, refused: Refused | None = None
) -> web.Response:
    context: dict[str, Any] = {"token": None, "address": None, "asks_password": False}
    try:
        link = await link_to_confirm(request, token)
    except Refused as gone:
        return await form_page(request, "account/verify_link.html", context, refused=gone)
    is_theirs = who is not None and who.person_id == link.account_id
    context = {"token": token, "address": link.address, "asks_password": not is_theirs}
    return await form_page(request, "account/verify_link.html", context, refused=refused)


async def _nobodys_page(request: web.Request) -> web.Response:
    _ = saying(request)
    notice = _("Follow the link in the mail that we sent you; or sign in, and type its code in.")
    context = {"token": None, "address": None, "asks_password": False, "notice": notice}
    return await form_page(request, "account/verify_link.html", context)


async def _code_page(
    request: web.Request,
    who: Caller,
    *,
    following: str,
    refused: Refused | None = None,
    notice: str | None = None,
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        found = await email_of(session, who.person_id)
        address = found.address if found else None
        trouble = await last_trouble(session, who.person_id, address) if address else None
        is_mailed = await was_written(session, who.person_id, address) if address else False
    context = {
        "address": address,
        "is_mailed": is_mailed,
        "is_verified": found is not None and found.verified_at is not None,
        "trouble": trouble,
        "next": following,
        "notice": notice,
    }
    return await form_page(request, "account/verify.html", context, refused=refused)
