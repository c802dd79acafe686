"""Who may come in: every route says what it needs, and what says nothing is shut.

Here, and nowhere else, who asks is held against the table of permissions. Whose something is, the
use cases see to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from base.errors import Refused
from catalog.denials import lacks_factor, require
from catalog.permissions import RULES, Permission
from stream.identity.callers import caller, caller_or_none
from stream.keys import NEEDED
from stream.recording import note_refusal, recorded

_SIGN_IN, _SECURITY = "/sign-in", "/account/security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a route needs; one that `asks_itself` finds who asks in a question of its own.

    A visitor whom a `is_page` is not for is led to where one signs in.
    """

    permission: Permission
    asks_itself: bool = False
    is_page: bool = False


Needs = dict[web.AbstractRoute, Need]
NEEDS = web.AppKey("needs", Needs)
OnExpect = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def place(  # noqa: PLR0913 - a route has as many sides
    app: web.Application,
    method: str,
    path: str,
    handler: Handler,
    *,
    need: Need,
    on_expect: OnExpect | None = None,
) -> None:
    """Add a route, and what it needs; HEAD goes with GET."""
    resource = app.router.add_resource(path)
    methods = ("HEAD", "GET") if method == hdrs.METH_GET else (method,)
    for one in methods:
        route = resource.add_route(one, handler, expect_handler=on_expect)
        app[NEEDS][route] = need


def place_static(app: web.Application, path: str, folder: Path, *, need: Need) -> None:
    """Add all files of a folder, and what they need."""
    for route in app.router.add_static(path, folder):
        app[NEEDS][route] = need


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let those in who may."""
    if request.match_info.http_exception is not None:
        return await handler(request)  # there is nothing here, which anyone may know
    need = request.app[NEEDS].get(request.match_info.route)
    if need is None:
        raise Refused("not-placed", "Nobody has said yet who may come here.", status=403)
    request[NEEDED] = need.permission
    if not need.asks_itself and not RULES[need.permission].is_open:
        is_shown = need.is_page and request.method in _SHOWN
        if is_shown and await caller_or_none(request) is None:
            return _to(_SIGN_IN, request)
        who = await caller(request)
        if is_shown and lacks_factor(who, need.permission):
            return _to(_SECURITY, request)
        try:
            require(who, need.permission)
        except Refused as refused:
            await note_refusal(request, who, need.permission, refused)
            raise
        return await recorded(request, handler, who, need.permission)
    if need.asks_itself:
        return await recorded(request, handler, None, need.permission)
    return await handler(request)


_SHOWN = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})


def _to(page: str, request: web.Request) -> web.Response:
    """Lead to a page, and from there back."""
    back = quote(request.path_qs, safe="")
    return web.Response(status=303, headers={hdrs.LOCATION: f"{page}?next={back}"})
