"""Where applications ask: for tokens, about tokens, and that they are over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from base.bridge import awaited, bridged
from catalog.oidc_tokens import Held, access_of, is_good, refresh_of, take_back
from stream.identity.oidc.clients import Client
from stream.identity.oidc.documents import AUTH_METHODS, BASIC, POST
from stream.identity.oidc.grants import provider_for
from stream.identity.oidc.messages import PREFLIGHT, Message, answer, form_of, message
from stream.identity.oidc.moments import moment_of
from stream.identity.oidc.provider import Moment, Provider

_ACCESS = "refrain_at_"


class HeldToken:
    """A token of either kind as Authlib asks for it."""

    def __init__(self, held: Held) -> None:
        """Take one that is good."""
        self.held = held

    def check_client(self, client: Client) -> bool:
        """Whether it is this client's."""
        return self.held.family.client_id == client.row.id

    def is_expired(self) -> bool:
        """Answer no: those that are, are not found."""
        return False

    def is_revoked(self) -> bool:
        """Answer no, too."""
        return False


class Revocation(RevocationEndpoint):
    """Tokens that an application gives up (RFC 7009)."""

    CLIENT_AUTH_METHODS = AUTH_METHODS
    server: Provider

    def check_params(self, request: Message, client: Client) -> None:
        """Want a token; what kind it is thought to be is no matter."""
        del client
        _require_token(request)

    def query_token(self, token: str, hint: str | None) -> HeldToken | None:
        """Find it."""
        del hint
        return awaited(_held(self.server.moment, token))

    def revoke_token(self, token: HeldToken, request: Message) -> None:
        """End it; with a refresh token, all of its sign-in."""
        del request
        moment = self.server.moment
        awaited(take_back(moment.session, token.held, now=moment.now))


class Introspection(IntrospectionEndpoint):
    """What a token is worth, for its client, and for services of ours (RFC 7662)."""

    CLIENT_AUTH_METHODS = (BASIC, POST)
    server: Provider

    def check_params(self, request: Message, client: Client) -> None:
        """Want a token."""
        del client
        _require_token(request)

    def query_token(self, token: str, hint: str | None) -> HeldToken | None:
        """Find it."""
        del hint
        return awaited(_held(self.server.moment, token))

    def check_permission(self, token: HeldToken, client: Client, request: Message) -> bool:
        """Whether it is any of a client's business."""
        del request
        return token.check_client(client) or bool(client.row.is_trusted)

    def introspect_token(self, token: HeldToken) -> dict[str, Any]:
        """Say what it is worth."""
        held = token.held
        return {
            "active": True,
            "scope": " ".join(held.scopes),
            "client_id": held.family.client_id,
            "token_type": "Bearer",
            "sub": str(held.family.account_id),
            "iss": self.server.moment.issuer,
            "iat": int(held.created_at.timestamp()),
            "exp": int(held.expires_at.timestamp()),
        }


async def post_token(request: web.Request) -> web.Response:
    """Exchange something for tokens."""
    return await _asked(request, lambda provider, said: provider.create_token_response(said))


async def post_revoke(request: web.Request) -> web.Response:
    """End a token."""
    return await _asked(request, partial(_at, Revocation))


async def post_introspect(request: web.Request) -> web.Response:
    """Say what a token is worth."""
    return await _asked(request, partial(_at, Introspection))


async def preflight(request: web.Request) -> web.Response:
    """Let pages of any origin ask: they send what they hold, and their browser adds nothing."""
    del request
    return web.Response(status=204, headers=PREFLIGHT)


async def answering(
    request: web.Request, answered: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    """Answer, and say what is refused in the way of the protocol."""
    del request
    try:
        return await answered()
    except OAuth2Error as error:
        return answer(*error())


async def _asked(
    request: web.Request, decide: Callable[[Provider, Message], web.Response]
) -> web.Response:
    async def answered() -> web.Response:
        said = message(request, await form_of(request))
        async with moment_of(request) as moment:
            return await bridged(lambda: decide(provider_for(moment), said))

    return await answering(request, answered)


def _at(
    endpoint: type[Revocation | Introspection], provider: Provider, said: Message
) -> web.Response:
    provider.register_endpoint(endpoint)
    response: web.Response = provider.create_endpoint_response(endpoint.ENDPOINT_NAME, said)
    return response


async def _held(moment: Moment, token: str) -> HeldToken | None:
    if token.startswith(_ACCESS):
        held = await access_of(moment.session, token, now=moment.now)
    else:
        held = await refresh_of(moment.session, token)
        if held is not None and not await is_good(moment.session, held, now=moment.now):
            held = None
    return None if held is None else HeldToken(held)


def _require_token(request: Message) -> None:
    if not request.form.get("token"):
        raise InvalidRequestError("Send the token.")
