"""Who sits at the browser while an application asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiohttp import web

from catalog.callers import Caller
from stream.identity.callers import caller_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who signed in, and how; `caller` is who they are to the rest of the house."""

    caller: Caller
    #: Not known where a token of one's own is kept in the cookie.
    authenticated_at: datetime | None
    factors: frozenset[str]
    sign_in_id: UUID

    @property
    def account_id(self) -> UUID:
        """Whose account it is: an application acts for a person, never for whom they act for."""
        return self.caller.person_id


async def visitor_or_none(request: web.Request) -> Visitor | None:
    """Answer who signed in at this browser; what was given away for less is no sign-in."""
    who = await caller_or_none(request)
    credential = None if who is None else who.credential
    if who is None or credential is None or credential.scopes is not None:
        return None
    return Visitor(
        caller=who,
        authenticated_at=credential.authenticated_at,
        factors=credential.factors,
        sign_in_id=credential.id,
    )
