"""A session begins here and nowhere else, when all was shown that it takes; and ends here.

Who must show more than a password is asked between `stream.identity.signing_in` and this. A session
tells by which factors somebody showed who they are, and when.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import CredentialKind
from catalog.credentials import act_for, end, issue
from catalog.members import acted_for
from catalog.models.privacy import Erasure
from catalog.people import NOBODY, caller_of, caller_with
from catalog.roles import SecondFactor
from catalog.sign_ins import Where, note_sign_in, sign_out
from stream.identity.callers import COOKIE
from stream.identity.devices import block_of, country_in, device_of
from stream.identity.known_devices import COOKIE as DEVICE_COOKIE
from stream.identity.known_devices import device_cookie
from stream.identity.standing import SECOND, is_wanted
from stream.keys import SECRETS, TOOLS
from stream.limits import LIMITS, address_of

_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that has begun, to be told to the browser."""

    session: str
    lasts_s: int
    device: str
    is_secure: bool
    #: Whether the house wants more of them than they have shown.
    lacks_factor: bool
    #: When they will be forgotten, where they asked for that: only they are told, once they are in.
    closes_at: datetime | None

    def onto(self, response: web.Response) -> web.Response:
        """Have the browser keep it, where no script and no other site reads it."""
        for name, value, lasts_s in (
            (COOKIE, self.session, self.lasts_s),
            (DEVICE_COOKIE, self.device, _YEAR_S),
        ):
            keep(response, name, value, lasts_s=lasts_s, is_secure=self.is_secure)
        return response


async def enter(request: web.Request, account_id: UUID, *, factors: frozenset[str]) -> Entered:
    """Begin a session; one that the browser had before ends.

    Who shows again who they are goes on acting for whom they acted, as long as they are a member.
    """
    tools = request.app[TOOLS]
    now, lasts = tools.clock(), timedelta(days=tools.settings.session_days)
    where = where_of(request)
    async with tools.database.begin() as session:
        acting = None
        if (own := await _own_session(request, session)) is not None:
            acting = await acted_for(session, own)
            await end(session, [own])
        issued = await issue(
            session,
            account_id,
            kind=CredentialKind.SESSION,
            label=where.device,
            now=now,
            expires_at=now + lasts,
            authenticated_at=now,
            factors=factors,
        )
        await note_sign_in(session, issued.id, account_id, where, now=now)
        if acting is not None and acting.person_id == account_id:
            await act_for(session, issued.id, acting.account_id)
        roles = (await caller_with(session, account_id)).roles
        erasure = await session.get(Erasure, account_id)
    return Entered(
        session=issued.secret,
        lasts_s=int(lasts.total_seconds()),
        device=device_cookie(account_id, request.app[SECRETS][0]),
        is_secure=is_secure(request),
        closes_at=erasure.due_at if erasure else None,
        lacks_factor=SECOND.isdisjoint(factors)
        and is_wanted(roles, SecondFactor(tools.settings.second_factor)),
    )


async def leave(request: web.Request) -> None:
    """End the session of a browser, in the applications that it was used for as well."""
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        if (own := await _own_session(request, session)) is not None:
            await sign_out(session, own, now=tools.clock())


async def _own_session(request: web.Request, session: Session) -> UUID | None:
    """Answer the session that a browser has; a token that was pasted in is none, and goes on."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    with suppress(Refused):  # it has run out anyway
        found = await caller_of(session, secret, now=request.app[TOOLS].clock(), acting_for=NOBODY)
        held = found and found.credential
        if held and held.kind is CredentialKind.SESSION:
            return held.id
    return None


def keep(response: web.Response, name: str, value: str, *, lasts_s: int, is_secure: bool) -> None:
    """Set a cookie that no script reads, and that no other site's forms come with."""
    response.set_cookie(
        name, value, max_age=lasts_s, httponly=True, samesite="Lax", secure=is_secure, path="/"
    )


def is_secure(request: web.Request) -> bool:
    """Whether listeners come by TLS: then cookies go no other way."""
    return request.app[TOOLS].settings.public_url.startswith("https:")


def where_of(request: web.Request) -> Where:
    """Answer where somebody signs in, as much as is told of it."""
    header = request.app[TOOLS].settings.country_header
    is_told = header and request.app[LIMITS].clients.is_proxy(request.remote or "")
    return Where(
        device=device_of(request.headers.get("User-Agent", "")),
        address=block_of(address_of(request)),
        country=country_in(request.headers.get(header, "")) if is_told else None,
    )
