"""Who asks: a bearer token in a header, or the same in the page's cookie.

Whether they may do what they ask for, `stream.guard` has seen to before a handler is called.
"""

from __future__ import annotations

from contextlib import nullcontext
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller, Credential
from catalog.credentials import act_for
from catalog.denials import require
from catalog.people import NOBODY, NoLongerMember, caller_of
from catalog.permissions import Permission, is_personal
from catalog.roles import SecondFactor
from stream.identity.origins import require_same_origin
from stream.identity.standing import standing
from stream.identity.uses import USES
from stream.ids import id_in
from stream.keys import CALLER, NEEDED, TOOLS
from stream.limits import require_allowed

#: A session that began by signing in, or a token that was pasted into the form for those.
COOKIE = "refrain_session"
#: What a caller showed who has another way of showing it; then nothing else counts.
SHOWN = web.RequestKey("shown", str)
#: The account that is acted for, where it is not the caller's own.
ACTING_FOR = "Refrain-Acting-For"
_UNAUTHORIZED = 401


async def caller(request: web.Request, session: Session | None = None) -> Caller:
    """Answer who asks; who was found once is known as long as the request lasts.

    A session that reads already saves opening another.

    Raises:
        Refused: nobody we know, 401; `not-a-member`, 403; `too-many-requests`, 429.

    """
    if CALLER not in request and _token(request) is not None:
        database = request.app[TOOLS].database
        try:
            async with nullcontext(session) if session else database.read() as reading:
                await _resolved(reading, request)
        except NoLongerMember as error:  # they are told so once
            async with database.begin() as writing:
                await act_for(writing, error.credential_id, None)
            raise
    return _found(request)


async def caller_or_none(request: web.Request, session: Session | None = None) -> Caller | None:
    """Answer who asks, if they say so and it is true; to others what is open stays so.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    try:
        return await caller(request, session)
    except Refused as error:
        if error.status != _UNAUTHORIZED:
            raise
        return None


async def caller_or_visitor(request: web.Request) -> Caller | None:
    """Answer who asks, or nothing of who shows no token; whose token is no longer good is told so.

    For clients that renew it then, where a visitor would be answered something else.

    Raises:
        Refused: a token of nobody's, 401; `too-many-requests`, 429.

    """
    return await (caller(request) if _said(request) else caller_or_none(request))


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
    now, acting_for = request.app[TOOLS].clock(), _acting_for(request)
    if acting_for is None and is_personal(request[NEEDED]):
        acting_for = NOBODY
    found = await caller_of(session, token, now=now, acting_for=acting_for)
    if found is not None:
        if not _said(request):
            require_same_origin(request)
        let_in(request, found.person_id, found.credential)
        request[CALLER] = standing_in(request, found)


def let_in(request: web.Request, person_id: UUID, credential: Credential | None) -> None:
    """Let somebody go on who is known, if they have not asked for too much.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    require_allowed(request, person_id)
    request.app[USES].note(credential, request.app[TOOLS].clock())


def standing_in(request: web.Request, who: Caller) -> Caller:
    """Answer who somebody is by what they have shown of what the house wants."""
    return standing(who, SecondFactor(request.app[TOOLS].settings.second_factor))


def _found(request: web.Request) -> Caller:
    if CALLER not in request:
        raise unknown_caller()
    return request[CALLER]


def unknown_caller() -> Refused:
    """Say that we do not know who asks."""
    return Refused(
        "sign-in-first", "Please sign in, or send a token: Authorization: Bearer …", status=401
    )


def own_token_of(request: web.Request) -> str:
    """Answer the token of who asks, whoever it is, for what nobody does for another.

    Raises:
        Refused: there is none, 401; `not-as-member`, 403.

    """
    if _acting_for(request) is not None:
        raise Refused(
            "not-as-member",
            f"One plays for oneself only, and for no other account: leave {ACTING_FOR} out.",
            status=403,
        )
    token = _token(request)
    if token is None:
        raise unknown_caller()
    if not _said(request):
        require_same_origin(request)
    return token


def _acting_for(request: web.Request) -> UUID | None:
    said = request.headers.get(ACTING_FOR)
    return None if said is None else id_in(said, _unfit())


def _unfit() -> Refused:
    sentence = f"Say in {ACTING_FOR} for which account you act: its id, as /api/v1/memberships has."
    return Refused("acting-unfit", sentence, status=400)


def _token(request: web.Request) -> str | None:
    said = _said(request) or ("" if SHOWN in request else request.cookies.get(COOKIE, ""))
    # What is no ASCII is no token of ours, and some of it is no text at all.
    return said if said and said.isascii() else None


def _said(request: web.Request) -> str:
    if SHOWN in request:
        return request[SHOWN]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
