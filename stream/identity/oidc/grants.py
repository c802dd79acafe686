"""What is exchanged for tokens: a code, a refresh token, the client's own secret, a device's code.

The rules are Authlib's; here they find what they ask for, and where they leave a choice, it is
made: PKCE by S256 alone, and for whoever keeps no secret always (RFC 9700, 2.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceCodeGrant
from authlib.oidc.core import OpenIDToken

from base.bridge import awaited
from catalog.models.oidc import OAuthCode, OAuthDevice
from catalog.oidc_codes import code_shown, keep_code, new_code
from catalog.oidc_devices import device_shown
from catalog.oidc_families import NewFamily
from catalog.oidc_tokens import Held, mark_used, refresh_shown
from stream.identity.oidc.clients import Client
from stream.identity.oidc.documents import AUTH_METHODS, BASIC, POST
from stream.identity.oidc.id_tokens import id_token
from stream.identity.oidc.messages import Message
from stream.identity.oidc.pace import is_too_soon, slower
from stream.identity.oidc.provider import Moment, Provider, Subject


@dataclass(frozen=True)
class Code:
    """A code as Authlib asks for it."""

    row: OAuthCode

    @property
    def family(self) -> NewFamily:
        """The sign-in that it is the beginning of."""
        row = self.row
        return NewFamily(
            id=row.family_id,
            client_id=row.client_id,
            account_id=row.account_id,
            scopes=row.scopes,
            nonce=row.nonce,
            authenticated_at=row.authenticated_at,
            factors=row.factors,
            sign_in_id=row.sign_in_id,
        )

    @property
    def code_challenge(self) -> str | None:
        """What its exchange must answer to."""
        return self.row.challenge

    def get_redirect_uri(self) -> str | None:
        """Answer where it was sent, if that was said."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """Answer what was agreed to."""
        return " ".join(self.row.scopes)


class CodeGrant(AuthorizationCodeGrant):
    """A code that the browser brought."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    server: Provider

    def generate_authorization_code(self) -> str:
        """Make a code."""
        return new_code()

    def save_authorization_code(self, code: str, request: Message) -> None:
        """Keep what it is bound to."""
        who, moment, said = request.user, self.server.moment, request.form
        new = NewFamily(
            client_id=request.client.row.id,
            account_id=who.account_id,
            scopes=request.scope.split(),
            nonce=said.get("nonce"),
            authenticated_at=who.authenticated_at,
            factors=who.factors,
            sign_in_id=who.sign_in_id,
        )
        keeping = keep_code(
            moment.session,
            code,
            new,
            redirect_uri=said.get("redirect_uri"),
            challenge=said.get("code_challenge"),
            now=moment.now,
        )
        awaited(keeping)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Find it, if it is this client's and good."""
        moment = self.server.moment
        row = awaited(code_shown(moment.session, code, client_id=client.row.id, now=moment.now))
        return None if row is None else Code(row)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Let it be good no more; that it was shown again, we would notice."""
        authorization_code.row.used_at = self.server.moment.now

    def authenticate_user(self, authorization_code: Code) -> Subject:
        """Answer whose it is."""
        return Subject(account_id=authorization_code.row.account_id)


class Pkce(CodeChallenge):
    """What proves that who exchanges a code is who asked for it (RFC 7636)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse who might have a code stolen."""
        super().validate_code_challenge(grant, redirect_uri)
        said = grant.request.payload.data
        if said.get("code_challenge") and said.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send code_challenge_method=S256.")
        if grant.request.client.is_public and not said.get("code_challenge"):
            raise InvalidRequestError(
                "An application that keeps no secret sends a code_challenge (PKCE, S256)."
            )

    def get_authorization_code_challenge_method(self, authorization_code: Code) -> str:
        """Answer the one way there is."""
        del authorization_code
        return "S256"


@dataclass(frozen=True)
class Refresh:
    """A refresh token as Authlib asks for it."""

    held: Held

    def check_client(self, client: Client) -> bool:
        """Whether it is this client's."""
        return self.held.family.client_id == client.row.id

    def get_scope(self) -> str:
        """Answer what was agreed to."""
        return " ".join(self.held.scopes)


class RefreshGrant(RefreshTokenGrant):
    """A refresh token, which is exchanged for another."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Provider

    def authenticate_refresh_token(self, refresh_token: str) -> Refresh | None:
        """Find it, if it is good."""
        moment = self.server.moment
        held = awaited(refresh_shown(moment.session, refresh_token, now=moment.now))
        return None if held is None else Refresh(held)

    def authenticate_user(self, refresh_token: Refresh) -> Subject:
        """Answer whose it is."""
        return Subject(account_id=refresh_token.held.family.account_id)

    def revoke_old_credential(self, refresh_token: Refresh) -> None:
        """Write down that it was exchanged."""
        moment, digest = self.server.moment, refresh_token.held.digest
        if digest is not None:
            awaited(mark_used(moment.session, digest, now=moment.now))


class ClientGrant(ClientCredentialsGrant):
    """An application in its own name."""

    TOKEN_ENDPOINT_AUTH_METHODS = (BASIC, POST)


@dataclass(frozen=True)
class Device:
    """A device as Authlib asks for it."""

    row: OAuthDevice
    moment: Moment

    @property
    def family(self) -> NewFamily:
        """The sign-in that it begins."""
        row = self.row
        if row.account_id is None:
            raise InvalidGrantError
        return NewFamily(
            client_id=row.client_id,
            account_id=row.account_id,
            scopes=row.scopes,
            authenticated_at=row.authenticated_at,
            factors=row.factors,
        )

    def get_client_id(self) -> str:
        """Answer which application runs on it."""
        return self.row.client_id

    def get_scope(self) -> str:
        """Answer what was agreed to."""
        return " ".join(self.row.scopes)

    def get_user_code(self) -> str:
        """Answer what it shows."""
        return self.row.user_code

    def is_expired(self) -> bool:
        """Whether nobody came in time."""
        return self.row.expires_at <= self.moment.now


class DeviceGrant(DeviceCodeGrant):
    """A device that asks whether somebody let it in."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    server: Provider

    def query_device_credential(self, device_code: str) -> Device:
        """Find it."""
        moment = self.server.moment
        row = awaited(device_shown(moment.session, device_code))
        if row is None:
            raise InvalidGrantError("There is no such device_code, or it was exchanged.")
        self._row = row
        return Device(row, moment)

    def query_user_grant(self, user_code: str) -> tuple[Subject, bool] | None:
        """Answer what somebody decided."""
        del user_code  # it is the device's, which we have
        if self._row.decided_at is None or self._row.account_id is None:
            return None
        return Subject(account_id=self._row.account_id), self._row.is_allowed

    def should_slow_down(self, credential: Device) -> bool:
        """Whether it asks too often; then it waits longer from now on."""
        row, now = credential.row, self.server.moment.now
        is_soon = is_too_soon(polled_at=row.polled_at, interval_s=row.interval_s, now=now)
        row.interval_s = slower(row.interval_s) if is_soon else row.interval_s
        row.polled_at = now
        return is_soon

    def create_token_response(self) -> object:
        """Let the device in, this once."""
        self._row.used_at = self.server.moment.now
        return super().create_token_response()


class IdTokens(OpenIDToken):
    """Who signed in, said beside the tokens to whoever asked for `openid`."""

    def encode_id_token(self, token: dict[str, str], request: Message) -> str:
        """Sign it."""
        return id_token(self.moment, request, token["access_token"], token["scope"])

    def __init__(self, moment: Moment) -> None:
        """Sign for one request."""
        self.moment = moment


def provider_for(moment: Moment) -> Provider:
    """Answer a server with all that can be exchanged."""
    provider, signed = Provider(moment), IdTokens(moment)
    provider.register_grant(CodeGrant, [Pkce(), signed])
    provider.register_grant(RefreshGrant, [signed])
    provider.register_grant(ClientGrant)
    provider.register_grant(DeviceGrant, [signed])
    return provider
