"""The pages by which one comes in and goes: join, sign in, sign out, and a forgotten password."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from base.errors import Refused
from catalog.models.sign_in import Purpose
from catalog.people import caller_of
from stream.identity.callers import COOKIE, caller_or_none
from stream.identity.entering import is_secure, keep, leave
from stream.identity.faults import Unfit
from stream.identity.joining import join
from stream.identity.resetting import ask_for_link, link_to_reset, reset
from stream.identity.second_step import SecondStep
from stream.identity.signing_in import sign_in
from stream.keys import TOOLS
from stream.pages.account.second import first_seen, to_second_step
from stream.pages.forms import form_of, form_page, notice_of, onward, see_other
from stream.pages.language import N_

_YEAR_S = 31_536_000
_NOTICES = {
    "reset": N_("Your new password is set. Sign in with it."),
    "confirmed": N_("Your address is confirmed. Sign in to go on."),
    "again": N_("Sign in again to go on: this wants to be sure that it is you."),
    "out": N_("You are signed out."),
}


async def get_join(request: web.Request) -> web.Response:
    """Show the form for who has no account."""
    context = {"said": {}, "next": onward(request.query.get("next", ""))}
    return await form_page(request, "account/join.html", context)


async def post_join(request: web.Request) -> web.Response:
    """Make an account, and go on to where its address is confirmed."""
    form = await form_of(request)
    try:
        entered = await join(
            request,
            name=form.get("name", ""),
            email=form.get("email", ""),
            password=form.get("password", ""),
        )
    except Refused as refused:
        context = {"said": form, "next": onward(form.get("next", ""))}
        return await form_page(request, "account/join.html", context, refused=refused)
    following = onward(form.get("next", ""))
    return entered.onto(see_other(f"/verify?next={quote(following)}"))


async def get_sign_in(request: web.Request) -> web.Response:
    """Show the form; who is signed in goes on, unless they shall show again who they are."""
    query = request.query
    following = onward(query.get("next", ""))
    if "again" not in query and await caller_or_none(request) is not None:
        return see_other(following)
    context = {
        "said": {"email": query.get("hint", "")},
        "next": following,
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "account/sign_in.html", context)


async def post_sign_in(request: web.Request) -> web.Response:
    """Take an address and a password."""
    form = await form_of(request)
    following = onward(form.get("next", ""))
    try:
        found = await sign_in(
            request, email=form.get("email", ""), password=form.get("password", "")
        )
    except Refused as refused:
        context = {"said": form, "next": following}
        return await form_page(request, "account/sign_in.html", context, refused=refused)
    if isinstance(found, SecondStep):
        return to_second_step(request, found, following)
    if found.lacks_factor:
        following = f"/account/security?next={quote(following, safe='')}"
    return found.onto(see_other(first_seen(found, following)))


async def post_token(request: web.Request) -> web.Response:
    """Take a token and keep it in the cookie: it is that token still, and ends with it."""
    form, tools = await form_of(request), request.app[TOOLS]
    token, following = form.get("token", "").strip(), onward(form.get("next", ""))
    async with tools.database.read() as session:
        known = await caller_of(session, token, now=tools.clock()) if token.isascii() else None
    if known is None:
        wrong = {"token": "This token is not one of ours. Please copy it again, all of it."}
        refused = Unfit(wrong, code="token-unknown", status=403)
        context = {"said": {}, "next": following}
        return await form_page(request, "account/sign_in.html", context, refused=refused)
    await leave(request)
    response = see_other(following)
    keep(response, COOKIE, token, lasts_s=_YEAR_S, is_secure=is_secure(request))
    return response


async def post_sign_out(request: web.Request) -> web.Response:
    """End the session, and forget the cookie."""
    await form_of(request)
    await leave(request)
    response = see_other("/sign-in?notice=out")
    response.del_cookie(COOKIE)
    return response


async def get_forgot(request: web.Request) -> web.Response:
    """Show the form for who forgot their password."""
    return await form_page(request, "account/forgot.html", {"said": {}, "sent": None})


async def post_forgot(request: web.Request) -> web.Response:
    """Have a mail sent that helps; that it was is said whoever asks."""
    form = await form_of(request)
    try:
        email = await ask_for_link(request, form.get("email", ""))
    except Refused as refused:
        context = {"said": form, "sent": None}
        return await form_page(request, "account/forgot.html", context, refused=refused)
    return await form_page(request, "account/forgot.html", {"said": {}, "sent": email.address})


async def get_reset(request: web.Request) -> web.Response:
    """Show the form that a link leads to; the link is good still."""
    token = request.query.get("token", "")
    try:
        link = await link_to_reset(request, token)
    except Refused as refused:
        return await form_page(
            request, "account/reset.html", {"token": None, "said": {}}, refused=refused
        )
    context = {"token": token, "said": {}, "asks_address": link.purpose == Purpose.SET_UP}
    return await form_page(request, "account/reset.html", context)


async def post_reset(request: web.Request) -> web.Response:
    """Take a new password."""
    form = await form_of(request)
    token = form.get("token", "")
    try:
        await reset(request, token, password=form.get("password", ""), email=form.get("email", ""))
    except Refused as refused:
        is_good = refused.status not in {404, 410}
        context = {
            "token": token if is_good else None,
            "said": form,
            "asks_address": "email" in form,
        }
        return await form_page(request, "account/reset.html", context, refused=refused)
    return see_other("/sign-in?notice=reset")
