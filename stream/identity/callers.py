"""Who asks: a bearer token in a header, or the same in the page's cookie.

Whether they may do what they ask for, `stream.guard` has seen to before a handler is called.
"""

from __future__ import annotations

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.denials import require
from catalog.people import caller_of
from catalog.permissions import Permission
from stream.keys import CALLER, TOOLS
from stream.limits import require_allowed

COOKIE = "refrain_token"
_UNAUTHORIZED = 401


async def caller(request: web.Request) -> Caller:
    """Answer who asks; who was found once is known as long as the request lasts.

    Raises:
        Refused: nobody we know, 401; `too-many-requests`, 429.

    """
    if CALLER not in request and _token(request) is not None:
        async with request.app[TOOLS].database.read() as session:
            await _resolved(session, request)
    return _found(request)


async def caller_or_none(request: web.Request) -> Caller | None:
    """Answer who asks, if they say so and it is true; to others what is open stays so.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    try:
        return await caller(request)
    except Refused as error:
        if error.status != _UNAUTHORIZED:
            raise
        return None


async def caller_in(session: Session, request: web.Request, permission: Permission) -> Caller:
    """Answer who asks, in a transaction that has more to do, where the guard did not ask.

    Raises:
        Refused: nobody we know, 401, or who may not, 403; `too-many-requests`, 429.

    """
    if CALLER not in request:
        await _resolved(session, request)
    require(_found(request), permission)
    return _found(request)


async def _resolved(session: Session, request: web.Request) -> None:
    token = _token(request)
    if token is None:
        return
    found = await caller_of(session, token, now=request.app[TOOLS].clock())
    if found is not None:
        require_allowed(request, found.id)
        request[CALLER] = found


def _found(request: web.Request) -> Caller:
    if CALLER not in request:
        raise unknown_caller()
    return request[CALLER]


def unknown_caller() -> Refused:
    """Say that we do not know who asks."""
    return Refused(
        "sign-in-first", "Please sign in, or send a token: Authorization: Bearer …", status=401
    )


def token_of(request: web.Request) -> str:
    """Answer the token of who asks, whoever it is.

    Raises:
        Refused: there is none, 401.

    """
    token = _token(request)
    if token is None:
        raise unknown_caller()
    return token


def _token(request: web.Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    said = token.strip() if kind.lower() == "bearer" else ""
    said = said or request.cookies.get(COOKIE, "")
    # What is no ASCII is no token of ours, and some of it is no text at all.
    return said if said and said.isascii() else None
