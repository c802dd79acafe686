"""The page of the second step: who knew their password shows one thing more."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from base.errors import Refused
from stream.identity.begun import PATIENCE
from stream.identity.entering import Entered, is_secure, keep
from stream.identity.second_step import SecondStep, finish_by_code, resumed_step
from stream.identity.signing_in import PASSWORD
from stream.pages.forms import form_of, form_page, onward, see_other

#: What was begun, where no script reads it.
_COOKIE = "refrain_step"


def to_second_step(request: web.Request, step: SecondStep, following: str) -> web.Response:
    """Lead to the page, which knows what was begun."""
    response = see_other(f"/sign-in/second?next={quote(following, safe='')}")
    lasts_s = PATIENCE.seconds
    keep(response, _COOKIE, step.begun, lasts_s=lasts_s, is_secure=is_secure(request))
    return response


def first_seen(entered: Entered, following: str) -> str:
    """Answer what is seen first: who will be forgotten is told when, and that they may stay."""
    is_led_nowhere = following == onward("")
    return "/account/data" if entered.closes_at is not None and is_led_nowhere else following


async def get_second(request: web.Request) -> web.Response:
    """Show the form; who begun nothing, or too long ago, begins."""
    following = onward(request.query.get("next", ""))
    try:
        step = await resumed_step(request, request.cookies.get(_COOKIE, ""))
    except Refused:
        return see_other(f"/sign-in?next={quote(following, safe='')}")
    return await _shown(request, step, following)


async def post_second(request: web.Request) -> web.Response:
    """Take a code."""
    form = await form_of(request)
    following = onward(form.get("next", ""))
    try:
        step = await resumed_step(request, request.cookies.get(_COOKIE, ""))
    except Refused as refused:
        context = {"said": {}, "next": following}
        return await form_page(request, "account/sign_in.html", context, refused=refused)
    try:
        entered = await finish_by_code(request, step, form.get("code", ""), before=PASSWORD)
    except Refused as refused:
        return await _shown(request, step, following, refused=refused)
    response = entered.onto(see_other(first_seen(entered, following)))
    response.del_cookie(_COOKIE, path="/")
    return response


async def _shown(
    request: web.Request, step: SecondStep, following: str, *, refused: Refused | None = None
) -> web.Response:
    context: dict[str, Any] = {"said": {}, "next": following, "has_app": step.factors.has_app}
    context["has_passkey"] = step.factors.passkeys > 0
    return await form_page(request, "account/second.html", context, refused=refused)
