"""How an application shows who it is, and what Authlib asks of it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import ClientMixin

from catalog.models.oidc import OAuthClient
from catalog.oidc_clients import knows_secret
from stream.identity.oidc.documents import BASIC, POST, PUBLIC
from stream.identity.oidc.messages import Message
from stream.identity.oidc.redirects import matches
from stream.identity.oidc.scopes import granted


@dataclass(frozen=True)
class Client(ClientMixin):
    """A client as Authlib asks for it."""

    row: OAuthClient

    @property
    def is_public(self) -> bool:
        """Whether it keeps no secret."""
        return self.row.auth_method == PUBLIC

    def get_client_id(self) -> str:
        """Answer its id."""
        return self.row.id

    def get_default_redirect_uri(self) -> str | None:
        """Answer where people go back to who were not told where: there must be one only."""
        return self.row.redirect_uris[0] if len(self.row.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Answer what it gets of what it asks for; nothing where that is nothing."""
        return " ".join(granted(scope or "", self.row.scopes)) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether people may be sent there."""
        return matches(self.row.redirect_uris, redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it is its secret."""
        return knows_secret(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether it may show who it is in this way: a secret is one however it is sent."""
        del endpoint
        return (method == PUBLIC) == self.is_public

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may ask for that: there is one kind."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may exchange that."""
        return grant_type in self.row.grant_types


Find = Callable[[str], Client | None]


def by_basic(find: Find, message: Message) -> Client | None:
    """Know a client by id and secret in the header (RFC 6749, 2.3.1)."""
    name, secret = basic(message.authorization)
    return _with_secret(find, name, secret)


def by_post(find: Find, message: Message) -> Client | None:
    """Know a client by id and secret among the parameters."""
    return _with_secret(
        find, message.form.get("client_id", ""), message.form.get("client_secret", "")
    )


def by_name(find: Find, message: Message) -> Client | None:
    """Know a public client by its id; whatever it sends for a secret is none.

    Libraries that insist on one send a word of their own, as `missing`.
    """
    name = message.form.get("client_id") or basic(message.authorization)[0]
    return find(name) if name else None


WAYS = {BASIC: by_basic, POST: by_post, PUBLIC: by_name}


def basic(header: str) -> tuple[str, str]:
    """Read id and secret of a header; empty where it has none that can be read."""
    kind, _, said = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = b64decode(said.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _with_secret(find: Find, name: str, secret: str) -> Client | None:
    client = find(name) if name and secret else None
    return client if client is not None and client.check_client_secret(secret) else None
