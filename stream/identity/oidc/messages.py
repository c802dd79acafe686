"""Requests and answers of the protocol, between aiohttp and Authlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload

from base.errors import Refused
from catalog.models.oidc import OAuthFamily

_MOST_FIELDS, _LONGEST = 60, 8_000
_LONGEST_OF: Mapping[str, int] = {"nonce": 500, "state": 4_000, "code_challenge": 128}
_FORM = "application/x-www-form-urlencoded"
#: Programs on any page may ask; what they hold they send by themselves, never the browser.
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After",
}
PREFLIGHT = {
    **CROSS_ORIGIN,
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Payload(OAuth2Payload):
    """The parameters of a request, each of which it has once."""

    def __init__(self, data: Mapping[str, str]) -> None:
        """Keep them."""
        self._data = data

    @property
    def data(self) -> Mapping[str, str]:
        """The parameters."""
        return self._data

    @property
    def datalist(self) -> Mapping[str, list[str]]:
        """The same, as if they could come more often."""
        return {name: [value] for name, value in self._data.items()}


class Message(OAuth2Request):
    """A request as Authlib reads it."""

    def __init__(self, method: str, parameters: Mapping[str, str], authorization: str) -> None:
        """Take what was said; whether the way here was safe, is seen to by who stands in front."""
        super().__init__(method, "https://provider.invalid", headers={})
        self.authorization = authorization
        self.payload = Payload(parameters)
        #: The sign-in that tokens are given of, once they were.
        self.family: OAuthFamily | None = None

    @property
    def form(self) -> Mapping[str, str]:
        """The parameters."""
        data: Mapping[str, str] = self.payload.data
        return data

    @property
    def args(self) -> Mapping[str, str]:
        """The parameters."""
        return self.form


def message(request: web.Request, parameters: Mapping[str, str]) -> Message:
    """Answer a request as Authlib reads it."""
    return Message(request.method, parameters, request.headers.get(hdrs.AUTHORIZATION, ""))


async def form_of(request: web.Request) -> dict[str, str]:
    """Read the parameters that were sent.

    Raises:
        InvalidRequestError: they are no form, or not fit.

    """
    if request.content_type != _FORM:
        raise InvalidRequestError(f"Send the parameters as {_FORM}.")
    try:
        text = (await request.read()).decode()
    except UnicodeDecodeError:
        raise InvalidRequestError("The parameters are no UTF-8.") from None
    return parameters_of(text)


def parameters_of(text: str) -> dict[str, str]:
    """Read parameters as they stand in a query or a form; empty ones are as good as none.

    Raises:
        InvalidRequestError: there are too many, one comes twice, or one is not fit.

    """
    try:
        pairs = parse_qsl(text, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequestError("The parameters cannot be read.") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidRequestError("A parameter is there more than once.")
        if not value.isprintable() or len(value) > _LONGEST_OF.get(name, _LONGEST):
            raise InvalidRequestError("A parameter is too long, or is no plain text.")
        found[name] = value
    return found


def answer(status: int, body: Mapping[str, Any] | str, headers: Any) -> web.Response:  # noqa: ANN401 - pairs of Authlib
    """Answer as Authlib says, and in a way that nobody keeps."""
    said = {name: value for name, value in headers if name != hdrs.CONTENT_TYPE}
    said |= {**NEVER_KEPT, **CROSS_ORIGIN}
    if isinstance(body, str):
        return web.Response(status=status, text=body, headers=said)
    return web.json_response(dict(body), status=status, headers=said)


def refused(error: Refused) -> web.Response:
    """Say a refusal of ours in the way of the protocol (RFC 6749, 5.2)."""
    body = {"error": "invalid_request", "error_description": error.sentence}
    after = error.retry_after_s
    again = {} if after is None else {"Retry-After": str(after)}
    return answer(error.status, body, again.items())
