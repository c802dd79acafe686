"""Who asks: a bearer token in a header, or the same in the page's cookie."""

from __future__ import annotations

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.models.people import Role
from catalog.people import Caller, caller_of
from stream.keys import TOOLS
from stream.limits import require_allowed

COOKIE = "refrain_token"


async def caller_or_none(request: web.Request) -> Caller | None:
    """Answer who asks, if they say so and it is true.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    if _token(request) is None:
        return None
    async with request.app[TOOLS].database.read() as session:
        return await _known(session, request)


async def caller(request: web.Request, *roles: Role) -> Caller:
    """Answer who asks.

    Raises:
        Refused: nobody we know (401), or one who has none of `roles` (403).

    """
    found = await caller_or_none(request)
    if found is None:
        raise unknown_caller()
    if roles and found.role not in roles:
        allowed = " or ".join(f"{'an' if one[0] in 'aeiou' else 'a'} {one}" for one in roles)
        raise Refused(
            "not-allowed", f"Only {allowed} may do this; your role is {found.role}.", status=403
        )
    return found


async def caller_in(session: Session, request: web.Request) -> Caller:
    """Answer who asks, in a transaction that has more to do.

    Raises:
        Refused: nobody we know, 401; `too-many-requests`, 429.

    """
    found = await _known(session, request)
    if found is None:
        raise unknown_caller()
    return found


async def _known(session: Session, request: web.Request) -> Caller | None:
    token = _token(request)
    found = None if token is None else await caller_of(session, token)
    if found is not None:
        require_allowed(request, found.id)
    return found


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
