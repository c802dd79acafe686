"""A token for an office is made by who showed a second factor a moment ago, and by no token."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import OFFICE_SCOPES, Scope
from catalog.roles import OFFICES, SecondFactor
from stream.identity.fresh import require_just_signed_in
from stream.keys import TOOLS


def require_shown_for_token(
    request: web.Request, who: Caller, scopes: Collection[Scope] | None
) -> None:
    """See that who makes a token for their office may.

    Raises:
        Refused: `second-factor-needed` or `sign-in-again`, 403.

    """
    tools = request.app[TOOLS]
    rule = SecondFactor(tools.settings.second_factor)
    is_for_office = scopes is None or not OFFICE_SCOPES.isdisjoint(scopes)
    holds = not OFFICES.isdisjoint(who.roles | who.withheld)
    if holds and is_for_office and rule is not SecondFactor.NONE:
        require_just_signed_in(who, now=tools.clock())
        if who.withheld:
            raise Refused(
                "second-factor-needed",
                "A token for an office is made by who showed more than a password. Set up an app "
                "for codes or a passkey at /account/security; if you have one, sign in again.",
                status=403,
            )
