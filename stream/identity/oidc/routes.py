"""The table of what applications ask: every address of the protocol, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp.typedefs import Handler

from stream.identity.oidc import documents
from stream.identity.oidc.devices import post_device
from stream.identity.oidc.endpoints import post_introspect, post_revoke, post_token
from stream.identity.oidc.facts import get_discovery, get_keys, get_userinfo
from stream.identity.oidc.registration import (
    delete_registration,
    get_registration,
    post_register,
    put_registration,
)

_CLIENT = f"{documents.REGISTER}/{{client:[a-z0-9]{{1,60}}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """An address, and who answers which method; pages of any origin may ask."""

    path: str
    handlers: dict[str, Handler]


def protocol_routes() -> Sequence[Protocol]:
    """Answer every address."""
    return [
        Protocol(path="/.well-known/openid-configuration", handlers={"GET": get_discovery}),
        Protocol(path="/.well-known/oauth-authorization-server", handlers={"GET": get_discovery}),
        Protocol(path=documents.JWKS, handlers={"GET": get_keys}),
        Protocol(path=documents.TOKEN, handlers={"POST": post_token}),
        Protocol(path=documents.REVOKE, handlers={"POST": post_revoke}),
        Protocol(path=documents.INTROSPECT, handlers={"POST": post_introspect}),
        Protocol(path=documents.DEVICE, handlers={"POST": post_device}),
        Protocol(path=documents.USERINFO, handlers={"GET": get_userinfo, "POST": get_userinfo}),
        Protocol(path=documents.REGISTER, handlers={"POST": post_register}),
        Protocol(
            path=_CLIENT,
            handlers={
                "GET": get_registration,
                "PUT": put_registration,
                "DELETE": delete_registration,
            },
        ),
    ]
