"""Applications that register themselves, and change what they said (RFC 7591, RFC 7592)."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web
from authlib.oauth2.rfc7591 import InvalidClientMetadataError, InvalidRedirectURIError
from pydantic import ValidationError

from base.database import Session
from base.errors import Refused
from catalog.models.oidc import OAuthClient
from catalog.oidc_clients import (
    NewClient,
    Registered,
    add_client,
    change_client,
    registered_by,
    remove_client,
)
from stream.identity.keys import TRIES
from stream.identity.oidc.documents import REGISTER
from stream.identity.oidc.endpoints import answering
from stream.identity.oidc.fitting import ClientMetadata, new_client
from stream.identity.oidc.messages import answer, refused
from stream.identity.oidc.moments import issuer_of
from stream.identity.oidc.scopes import OPEN_TO_ALL
from stream.identity.throttle import Counter
from stream.keys import TOOLS
from stream.limits import address_of, too_many

#: One address may register so many within an hour.
_MOST, _WITHIN_S = 20, 3_600


async def post_register(request: web.Request) -> web.Response:
    """Take in an application."""
    tools = request.app[TOOLS]
    if not tools.settings.client_registration:
        return _not_open()
    counted = Counter(name=f"registrations:{address_of(request)}", most=_MOST, within_s=_WITHIN_S)
    if wait_s := await request.app[TRIES].wait_s([counted]):
        return refused(too_many(wait_s))

    async def answered() -> web.Response:
        new = await _wanted(request)
        async with tools.database.begin() as session:
            made = await add_client(
                session, new, by=None, is_self_registered=True, now=tools.clock()
            )
        return answer(201, _document(request, made), ())

    return await answering(request, answered)


async def get_registration(request: web.Request) -> web.Response:
    """Answer what an application said of itself."""
    async with request.app[TOOLS].database.read() as session:
        client = await _its(session, request)
        if client is None:
            return _unknown()
        return answer(200, _document(request, Registered(client=client, secret=None)), ())


async def put_registration(request: web.Request) -> web.Response:
    """Let an application say something else of itself."""

    async def answered() -> web.Response:
        async with request.app[TOOLS].database.begin() as session:
            client = await _its(session, request)
            if client is None:
                return _unknown()
            secret = change_client(client, await _wanted(request))
            return answer(200, _document(request, Registered(client=client, secret=secret)), ())

    return await answering(request, answered)


async def delete_registration(request: web.Request) -> web.Response:
    """Let an application go, and all sign-ins to it."""
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        client = await _its(session, request)
        if client is None:
            return _unknown()
        await remove_client(session, client, now=tools.clock())
    return answer(204, "", ())


async def _wanted(request: web.Request) -> NewClient:
    try:
        metadata = ClientMetadata.model_validate_json(await request.read())
        return new_client(metadata, OPEN_TO_ALL)
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"])) or "body" for one in error.errors()})
        raise InvalidClientMetadataError(_plain(f"Not fit: {', '.join(places)}.")) from None
    except Refused as error:
        kind = InvalidRedirectURIError if error.code == "redirect-unfit" else None
        raise (kind or InvalidClientMetadataError)(_plain(error.sentence)) from None


async def _its(session: Session, request: web.Request) -> OAuthClient | None:
    kind, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if kind.lower() != "bearer" or not token.isascii():
        return None
    return await registered_by(session, request.match_info["client"], token.strip())


def _document(request: web.Request, made: Registered) -> dict[str, Any]:
    client = made.client
    told: dict[str, Any] = {
        "client_id": client.id,
        "client_id_issued_at": int(client.created_at.timestamp()),
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "token_endpoint_auth_method": client.auth_method,
        "grant_types": client.grant_types,
        "response_types": ["code"],
        "scope": " ".join(client.scopes),
        "id_token_signed_response_alg": "RS256",
        "registration_client_uri": f"{issuer_of(request)}{REGISTER}/{client.id}",
        **client.about,
    }
    if made.secret is not None:
        told |= {"client_secret": made.secret, "client_secret_expires_at": 0}
    if made.registration_token is not None:
        told["registration_access_token"] = made.registration_token
    return told


def _plain(sentence: str) -> str:
    """Leave out what RFC 6749, 5.2 allows in no description."""
    return "".join(one for one in sentence if " " <= one <= "~" and one not in '"\\')


def _unknown() -> web.Response:
    body = {"error": "invalid_token", "error_description": "This is no token of that application."}
    return answer(401, body, [("WWW-Authenticate", 'Bearer error="invalid_token"')])


def _not_open() -> web.Response:
    body = {
        "error": "access_denied",
        "error_description": "Here applications are added by an operator.",
    }
    return answer(403, body, ())
