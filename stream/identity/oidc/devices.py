"""Where a device without keyboard asks to be let in (RFC 8628, 3.1)."""

from __future__ import annotations

from aiohttp import web
from authlib.oauth2.rfc6749 import InvalidScopeError, UnauthorizedClientError

from base.bridge import bridged
from base.errors import Unavailable
from catalog.oidc_devices import LASTS, await_device
from stream.identity.oidc.clients import Client
from stream.identity.oidc.documents import AUTH_METHODS, DEVICE_CODE
from stream.identity.oidc.endpoints import answering
from stream.identity.oidc.grants import provider_for
from stream.identity.oidc.messages import Message, answer, form_of, message
from stream.identity.oidc.moments import moment_of
from stream.identity.oidc.pace import INTERVAL_S
from stream.identity.oidc.provider import Moment
from stream.identity.oidc.user_codes import new_user_code, shown

PAGE = "/device"
_TRIES = 5


async def post_device(request: web.Request) -> web.Response:
    """Give a device what it shows, and what it asks with."""

    async def answered() -> web.Response:
        said = message(request, await form_of(request))
        async with moment_of(request) as moment:
            client = await bridged(lambda: _client(moment, said))
            return await _let_wait(moment, client, said)

    return await answering(request, answered)


def _client(moment: Moment, said: Message) -> Client:
    client: Client = provider_for(moment).authenticate_client(said, AUTH_METHODS, "device")
    if not client.check_grant_type(DEVICE_CODE):
        raise UnauthorizedClientError("This application may not ask for devices.")
    return client


async def _let_wait(moment: Moment, client: Client, said: Message) -> web.Response:
    scope = client.get_allowed_scope(said.form.get("scope"))
    if scope is None:
        raise InvalidScopeError
    for _ in range(_TRIES):
        user_code = new_user_code()
        code = await await_device(
            moment.session,
            user_code=user_code,
            client_id=client.row.id,
            scopes=scope.split(),
            interval_s=INTERVAL_S,
            now=moment.now,
        )
        if code is not None:
            return answer(200, _shown(moment.issuer, code, user_code), ())
    raise Unavailable("no-code-free", "There is no code free now; please try again.")


def _shown(issuer: str, code: str, user_code: str) -> dict[str, object]:
    page = issuer + PAGE
    return {
        "device_code": code,
        "user_code": shown(user_code),
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={shown(user_code)}",
        "expires_in": int(LASTS.total_seconds()),
        "interval": INTERVAL_S,
    }
