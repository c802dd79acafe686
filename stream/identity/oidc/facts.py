"""What anybody may know of the provider, and what an application may know of somebody."""

from __future__ import annotations

from aiohttp import hdrs, web
from authlib.oauth2.rfc6749 import OAuth2Error

from catalog.oidc_tokens import access_of
from stream.identity.oidc.claims import person_claims
from stream.identity.oidc.documents import discovery
from stream.identity.oidc.keys import OPENID_KEYS
from stream.identity.oidc.messages import CROSS_ORIGIN, answer, form_of
from stream.identity.oidc.moments import issuer_of
from stream.identity.oidc.people import person_of
from stream.identity.oidc.scopes import OFFERED, OPENID
from stream.keys import TOOLS

#: A key is published for two days before it signs.
_KEPT = {"Cache-Control": "public, max-age=3600", **CROSS_ORIGIN}


async def get_discovery(request: web.Request) -> web.Response:
    """Say where everything is."""
    is_open = request.app[TOOLS].settings.client_registration
    found = discovery(issuer_of(request), OFFERED, is_open=is_open)
    return web.json_response(found, headers=_KEPT)


async def get_keys(request: web.Request) -> web.Response:
    """Answer what our signatures are checked by."""
    keys = await request.app[OPENID_KEYS].published()
    return web.json_response(keys.as_dict(private=False), headers=_KEPT)


async def get_userinfo(request: web.Request) -> web.Response:
    """Say who it is that an application acts for (Core, 5.3)."""
    token = await _bearer(request)
    if not token:
        return _unknown("", "Send an access token: Authorization: Bearer …", status=401)
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        held = await access_of(session, token, now=tools.clock())
        if held is None:
            return _unknown(
                "invalid_token", "The access token is not good, or no more.", status=401
            )
        if OPENID not in held.scopes:
            return _unknown("insufficient_scope", "The token was not asked for openid.", status=403)
        person = await person_of(session, held.family.account_id)
    return answer(200, person_claims(person, set(held.scopes)), ())


async def _bearer(request: web.Request) -> str:
    """Read the token of a header, or of a form (RFC 6750, 2)."""
    kind, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if kind:
        return token.strip() if kind.lower() == "bearer" else ""
    if request.method != hdrs.METH_POST:
        return ""
    try:
        return (await form_of(request)).get("access_token", "")
    except OAuth2Error:
        return ""


def _unknown(error: str, sentence: str, *, status: int) -> web.Response:
    said = f', error="{error}", error_description="{sentence}"' if error else ""
    header = {"WWW-Authenticate": f'Bearer realm="refrain"{said}'}
    body = {"error": error or "invalid_request", "error_description": sentence}
    return answer(status, body, header.items())
