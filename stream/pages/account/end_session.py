"""Where an application sends people who signed out of it (RP-Initiated Logout 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import OAuth2Error

from base.database import Session
from catalog.models.oidc import OAuthClient
from catalog.oidc_clients import client_of
from catalog.oidc_families import end_families
from stream.identity.callers import COOKIE
from stream.identity.entering import leave
from stream.identity.oidc.documents import END_SESSION
from stream.identity.oidc.id_tokens import said_in
from stream.identity.oidc.keys import OPENID_KEYS
from stream.identity.oidc.messages import form_of, parameters_of
from stream.identity.oidc.moments import issuer_of
from stream.identity.oidc.redirects import origin_of
from stream.identity.oidc.visitor import Visitor, visitor_or_none
from stream.keys import TOOLS
from stream.pages.render import account_in, page

CONFIRM = "/oauth/signed-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A sign-out: which application asks, whether it shows whom it means, and where they go."""

    client: OAuthClient | None
    #: Whom the application's ID token is about.
    subject: str | None
    back: str | None


async def get_end_session(request: web.Request) -> web.StreamResponse:
    """Sign somebody out whom an application shows to have signed in; else ask them first."""
    try:
        parameters = parameters_of(request.rel_url.raw_query_string)
    except OAuth2Error:
        parameters = {}
    visitor = await visitor_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        ending = await _ending(request, session, parameters)
    if visitor is None:
        return _gone(request, ending)
    if ending.subject == str(visitor.account_id):
        return await _end(request, visitor, ending)
    return await _ask(request, visitor, ending, parameters)


async def post_end_session(request: web.Request) -> web.StreamResponse:
    """Take the same from a form: it comes again, with what its browser keeps."""
    try:
        said = await form_of(request)
    except OAuth2Error:
        said = {}
    return _to(f"{END_SESSION}?{urlencode(said)}")


async def post_signed_out(request: web.Request) -> web.StreamResponse:
    """Sign somebody out who said that they want to."""
    form = await request.post()
    try:
        parameters = parameters_of(str(form.get("request", "")))
    except OAuth2Error:
        parameters = {}
    visitor = await visitor_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        ending = await _ending(request, session, parameters)
    return _gone(request, ending) if visitor is None else await _end(request, visitor, ending)


async def _ending(request: web.Request, session: Session, parameters: dict[str, str]) -> Ending:
    keys = await request.app[OPENID_KEYS].published()
    hint = parameters.get("id_token_hint", "")
    said = said_in(hint, keys, issuer=issuer_of(request)) if hint else None
    named = str(said["aud"]) if said else parameters.get("client_id", "")
    if said and parameters.get("client_id", named) != named:
        return Ending(client=None, subject=None, back=None)  # one asks with another's
    client = await client_of(session, named) if named else None
    back = parameters.get("post_logout_redirect_uri", "")
    is_its = client is not None and back in client.post_logout_redirect_uris
    # Section 3: nobody is sent on without an ID token that shows who asks.
    where = back if said and is_its else None
    if where and (state := parameters.get("state")):
        where = str(add_params_to_uri(where, [("state", state)]))
    return Ending(client=client, subject=str(said["sub"]) if said else None, back=where)


async def _end(request: web.Request, visitor: Visitor, ending: Ending) -> web.StreamResponse:
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        await end_families(
            session, sign_in_id=visitor.sign_in_id, why="signed out", now=tools.clock()
        )
    await leave(request)
    response = _gone(request, ending)
    response.del_cookie(COOKIE)
    return response


async def _ask(
    request: web.Request, visitor: Visitor, ending: Ending, parameters: dict[str, str]
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        account = await account_in(session, visitor.caller, now=tools.clock())
    context = {
        "account": account,
        "client": ending.client.name if ending.client else None,
        "request": urlencode(parameters),
        "confirm": CONFIRM,
    }
    leads_to = [origin_of(ending.back)] if ending.back else []
    return page(request, "account/end_session.html", context, forms_lead_to=leads_to)


def _gone(request: web.Request, ending: Ending) -> web.Response:
    if ending.back is not None:
        return _to(ending.back)
    name = ending.client.name if ending.client else None
    return page(request, "account/signed_out.html", {"account": None, "client": name})


def _to(location: str) -> web.Response:
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})
