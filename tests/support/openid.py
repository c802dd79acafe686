"""People, applications and what passes between them and the provider."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from aiohttp import hdrs

from base.clock import ManualClock
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.oidc_clients import NewClient, Registered, add_client
from catalog.roles import Role
from stream.identity.callers import COOKIE
from tests.support.catalog import person
from tests.support.served import Client

BACK = "https://player.example/back"
SCOPES = ("openid", "profile", "email", "offline_access", "play", "library.read", "read_write")
GRANTS = (
    *("authorization_code", "refresh_token", "client_credentials"),
    "urn:ietf:params:oauth:grant-type:device_code",
)


@dataclass
class Said:
    """An answer: of the protocol its document, of pages their text and where they lead."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def told(self) -> dict[str, str]:
        """What the way back tells the application."""
        return dict(parse_qsl(urlsplit(self.location).query))


def verifier() -> tuple[str, str]:
    """Answer a verifier of PKCE, and its challenge."""
    text = secrets.token_urlsafe(48)
    digest = hashlib.sha256(text.encode()).digest()
    return text, urlsafe_b64encode(digest).rstrip(b"=").decode()


async def application(
    client: Client,
    *,
    is_public: bool = True,
    redirect_uris: Sequence[str] = (BACK,),
    **more: Any,  # noqa: ANN401 - of NewClient
) -> Registered:
    tools = client.holding.tools
    facts = {
        "name": "Some Player",
        "auth_method": "none" if is_public else "client_secret_basic",
        "redirect_uris": redirect_uris,
        "post_logout_redirect_uris": [f"{BACK}/out"],
        "grant_types": [one for one in GRANTS if not (is_public and one == "client_credentials")],
        "scopes": SCOPES,
    }
    async with tools.database.begin() as session:
        return await add_client(session, NewClient(**(facts | more)), by=None, now=tools.clock())


@dataclass
class Browser:
    """Somebody at a browser that keeps our cookie."""

    client: Client
    who: Caller
    cookie: str

    async def get(self, path: str, **query: str) -> Said:
        address = self.client.url + path + (f"?{urlencode(query)}" if query else "")
        return await _said(self.client.http, "GET", address, cookie=self.cookie)

    async def post(self, path: str, **form: str) -> Said:
        return await _said(
            self.client.http, "POST", self.client.url + path, cookie=self.cookie, form=form
        )

    async def let_in(self, **asked: str) -> Said:
        """Be sent by an application, and allow it what it asks for."""
        shown = await self.get("/oauth/authorize", **asked)
        if shown.status != 200:
            return shown
        return await self.post("/oauth/consent", request=urlencode(asked), decision="allow")


async def somebody(
    client: Client, *, at: datetime | None = None, role: Role = Role.LISTENER
) -> Browser:
    tools = client.holding.tools
    who = await person(tools.database, role)
    async with tools.database.begin() as session:
        issued = await issue(
            session,
            who.id,
            kind=CredentialKind.SESSION,
            label="A browser",
            authenticated_at=at or tools.clock(),
            factors=frozenset({"password"}),
            now=tools.clock(),
        )
    return Browser(client, who, issued.secret)


async def ask(
    client: Client,
    path: str,
    *,
    by: tuple[str, str] | None = None,
    bearer: str = "",
    method: str = "POST",
    **form: str,
) -> Said:
    """Ask as an application does, from its server."""
    headers = {hdrs.AUTHORIZATION: f"Bearer {bearer}"} if bearer else {}
    if by:
        headers[hdrs.AUTHORIZATION] = f"Basic {b64encode(':'.join(by).encode()).decode()}"
    return await _said(client.http, method, client.url + path, form=form or None, headers=headers)


def asked(made: Registered, challenge: str = "", **more: str) -> dict[str, str]:
    """Answer what an application asks people's browsers to ask."""
    said = {
        "response_type": "code",
        "client_id": made.client.id,
        "redirect_uri": made.client.redirect_uris[0],
        "scope": "openid profile play",
        "state": "a state",
    }
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"} if challenge else {}
    return {name: text for name, text in (said | pkce | more).items() if text}


async def signed_in(client: Client, browser: Browser, made: Registered, **more: str) -> Said:
    """Sign somebody in to a public application; answer its tokens."""
    text, challenge = verifier()
    told = (await browser.let_in(**asked(made, challenge, **more))).told
    return await exchange(client, made, told["code"], text)


async def exchange(client: Client, made: Registered, code: str, text: str, **more: str) -> Said:
    return await ask(
        client,
        "/oauth/token",
        grant_type="authorization_code",
        code=code,
        client_id=made.client.id,
        **({"redirect_uri": made.client.redirect_uris[0], "code_verifier": text} | more),
    )


async def refreshed(client: Client, client_id: str, token: str, **more: str) -> Said:
    return await ask(
        client,
        "/oauth/token",
        grant_type="refresh_token",
        client_id=client_id,
        refresh_token=token,
        **more,
    )


def later(house: Client, **by: float) -> None:
    """Let time pass in the house."""
    clock = house.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(**by))


async def _said(  # noqa: PLR0913 - of a request
    http: aiohttp.ClientSession,
    method: str,
    address: str,
    *,
    cookie: str = "",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said:
    kept = {"Accept": "text/html"}
    if cookie:
        kept |= {"Cookie": f"{COOKIE}={cookie}", "Sec-Fetch-Site": "same-origin"}
    asking = http.request(
        method,
        address,
        data=form,
        headers={**kept, **(headers or {})},
        allow_redirects=False,
    )
    async with asking as answer:
        text = await answer.text()
        is_json = answer.content_type == "application/json"
        return Said(answer.status, answer.headers, text, await answer.json() if is_json else None)
