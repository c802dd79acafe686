"""Where somebody lets in a device that they have before them: they type what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from catalog.models.oidc import OAuthDevice
from catalog.oidc_clients import client_of
from catalog.oidc_consents import agree
from catalog.oidc_devices import Decision, decide, waiting_device
from catalog.people import caller_with
from stream.identity.callers import unknown_caller
from stream.identity.keys import TRIES
from stream.identity.oidc.moments import moment_of
from stream.identity.oidc.provider import Moment
from stream.identity.oidc.scopes import words_for
from stream.identity.oidc.user_codes import shown, typed
from stream.identity.oidc.visitor import Visitor, visitor_or_none
from stream.identity.throttle import Counter, waiting
from stream.keys import TOOLS
from stream.limits import address_of
from stream.pages.language import N_, saying
from stream.pages.render import account_in, page

#: Of 25 thousand million codes nobody finds one that waits by so many tries.
_OF_ACCOUNT, _OF_ADDRESS, _WITHIN_S = 20, 100, 600
_NONE = N_(
    "No device waits with this code. See that it is the one that the device shows now; "
    "after fifteen minutes it shows another."
)


async def get_device(request: web.Request) -> web.StreamResponse:
    """Show where the code is typed; one that came with the address stands there already."""
    return await _form(request, await _visitor(request), code=request.query.get("user_code", ""))


async def post_device(request: web.Request) -> web.StreamResponse:
    """Take a code, ask whether it is meant, and take what somebody says to that."""
    visitor, form = await _visitor(request), await request.post()
    text, decision = str(form.get("user_code", "")), str(form.get("decision", ""))
    if wait_s := await request.app[TRIES].wait_s(_counters(request, visitor)):
        _ = saying(request)
        error = _("That was tried too often; please try again in %(wait)s.", wait=waiting(wait_s))
        return await _form(request, visitor, code=text, error=error, status=429)
    code = typed(text)
    async with moment_of(request) as moment:
        device = code and await waiting_device(moment.session, code, now=moment.now)
        client = device and await client_of(moment.session, device.client_id)
        if not device or not client:
            error = saying(request)(_NONE)
            return await _form(request, visitor, code=text, error=error, status=404)
        who = await caller_with(moment.session, visitor.account_id)  # for whomever they act
        context = {
            "account": await account_in(moment.session, who, now=moment.now),
            "client": client.name,
            "code": shown(device.user_code),
            "words": words_for(device.scopes, client.grant_types),
            "is_unknown": client.registration_digest is not None,
            "decision": decision,
        }
        if decision not in {"allow", "deny"}:
            return page(request, "account/device_asked.html", context)
        await _decide(moment, device, visitor, is_allowed=decision == "allow")
    return page(request, "account/device_done.html", context)


async def _visitor(request: web.Request) -> Visitor:
    visitor = await visitor_or_none(request)
    if visitor is None:  # the guard has let in nobody who is not
        raise unknown_caller()
    return visitor


async def _decide(
    moment: Moment, device: OAuthDevice, visitor: Visitor, *, is_allowed: bool
) -> None:
    said = Decision(
        account_id=visitor.account_id,
        is_allowed=is_allowed,
        authenticated_at=visitor.authenticated_at,
        factors=visitor.factors,
    )
    decide(device, said, now=moment.now)
    if is_allowed:
        await agree(
            moment.session,
            visitor.account_id,
            device.client_id,
            scopes=device.scopes,
            now=moment.now,
        )


def _counters(request: web.Request, visitor: Visitor) -> Sequence[Counter]:
    return [
        Counter(name=f"codes:{visitor.account_id}", most=_OF_ACCOUNT, within_s=_WITHIN_S),
        Counter(name=f"codes:{address_of(request)}", most=_OF_ADDRESS, within_s=_WITHIN_S),
    ]


async def _form(
    request: web.Request, visitor: Visitor, *, code: str, error: str = "", status: int = 200
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        account = await account_in(session, visitor.caller, now=tools.clock())
    context = {"account": account, "code": code[:20], "error": error}
    return page(request, "account/device.html", context, status=status)
