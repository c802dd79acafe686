"""The authorization server of one request: Authlib's, over the transaction of that request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web
from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidScopeError
from joserfc.jwk import RSAKey

from base.bridge import awaited
from base.database import Session
from catalog.models.oidc import OAuthFamily
from catalog.oidc_clients import client_of
from catalog.oidc_families import NewFamily, begin_family
from catalog.oidc_tokens import give_access, give_refresh
from stream.identity.oidc.clients import WAYS, Client
from stream.identity.oidc.documents import CLIENT
from stream.identity.oidc.messages import Message, answer
from stream.identity.oidc.scopes import allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a request is answered with: a transaction, the time, and in whose name we sign."""

    session: Session
    now: datetime
    issuer: str
    key: RSAKey
    access_lasts: timedelta
    refresh_lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """For whom a token is asked."""

    account_id: UUID


class Provider(AuthorizationServer):
    """Authlib's server: it decides by the RFCs, and asks here for what we know and keep."""

    def __init__(self, moment: Moment) -> None:
        """Serve one request."""
        super().__init__()
        self.moment = moment
        for way, known in WAYS.items():
            self.register_client_auth_method(way, known)
        self.register_token_generator("default", self._unfilled)

    def query_client(self, client_id: str) -> Client | None:
        """Answer a client."""
        row = awaited(client_of(self.moment.session, client_id))
        return None if row is None else Client(row)

    def save_token(self, token: dict[str, Any], request: Message) -> None:
        """Give the tokens that were decided on, and keep what we need of them."""
        moment, family = self.moment, self._family(request)
        scopes = token["scope"].split()
        token["access_token"] = awaited(
            give_access(
                moment.session,
                family,
                scopes=scopes,
                allowed=allowed(scopes),
                label=request.client.row.name,
                expires_at=moment.now + moment.access_lasts,
                now=moment.now,
            )
        )
        if "refresh_token" in token:
            shown = request.refresh_token
            token["refresh_token"] = awaited(
                give_refresh(
                    moment.session,
                    family,
                    parent=None if shown is None else shown.held.digest,
                    expires_at=moment.now + moment.refresh_lasts,
                    now=moment.now,
                )
            )
        request.family = family

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody: there are no signals."""

    def create_oauth2_request(self, request: Message) -> Message:
        """Take a request, which is one of Authlib's already."""
        return request

    def handle_response(
        self,
        status: int,
        body: Mapping[str, Any] | str,
        headers: Any,  # noqa: ANN401 - pairs
    ) -> web.Response:
        """Answer."""
        return answer(status, body, headers)

    def _unfilled(  # noqa: PLR0913 - what Authlib tells
        self,
        *,
        grant_type: str,
        client: Client,
        user: Subject | None,
        scope: str | None,
        expires_in: int | None,
        include_refresh_token: bool,
    ) -> dict[str, Any]:
        """Answer what a token says; `save_token` puts the secrets in, which the rows have made."""
        del user, expires_in
        # What an operator gave it for itself, nobody is asked about; it need not name all of that.
        whole = " ".join(client.row.scopes) if grant_type == CLIENT else ""
        granted = client.get_allowed_scope(scope or whole)
        if granted is None:
            raise InvalidScopeError
        token = {
            "token_type": "Bearer",
            "access_token": "",
            "expires_in": int(self.moment.access_lasts.total_seconds()),
            "scope": granted,
        }
        return {**token, "refresh_token": ""} if include_refresh_token else token

    def _family(self, request: Message) -> OAuthFamily:
        if request.refresh_token is not None:
            family: OAuthFamily = request.refresh_token.held.family
            return family
        beginning = request.authorization_code or request.credential
        new = beginning.family if beginning else _of_itself(request.client)
        moment = self.moment
        return awaited(
            begin_family(
                moment.session, new, expires_at=moment.now + moment.access_lasts, now=moment.now
            )
        )


def _of_itself(client: Client) -> NewFamily:
    """Begin what a client does in its own name: that of the account it was given."""
    if client.row.account_id is None:
        raise InvalidScopeError("This application was given no account to act for.")
    return NewFamily(
        client_id=client.row.id, account_id=client.row.account_id, scopes=client.row.scopes
    )
