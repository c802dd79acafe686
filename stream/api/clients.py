"""Applications over HTTP: for operators, who add them, and for people, whom they act for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.oidc import OAuthClient
from catalog.models.people import Account
from catalog.oidc_apps import App, apps_of, show_out
from catalog.oidc_clients import NewClient as Wanted
from catalog.oidc_clients import (
    add_client,
    change_client,
    client_with,
    clients_after,
    new_secret,
    remove_client,
    vouch,
)
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.identity.oidc.fitting import (
    AuthMethod,
    ClientMetadata,
    GrantType,
    Line,
    Uris,
    new_client,
)
from stream.identity.oidc.scopes import OFFERED, words
from stream.keys import TOOLS

PLACE = Keyset("clients", tuple[AwareDatetime, str])


class NewClient(BaseModel):
    """Say what an application is, and what it may; `scopes` are all where none is named.

    Of one that is `is_trusted`, as it is ours, people are not asked whether they want to. One with
    `client_credentials` acts for `account`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "A player",
                    "redirect_uris": ["https://player.example/back"],
                    "auth_method": "none",
                    "grant_types": ["authorization_code", "refresh_token"],
                }
            ]
        },
    )

    name: Line
    redirect_uris: Uris = Field(default_factory=list)
    post_logout_redirect_uris: Uris = Field(default_factory=list)
    auth_method: AuthMethod = "client_secret_basic"
    grant_types: list[GrantType] = Field(default=["authorization_code"], min_length=1, max_length=4)
    scopes: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        default_factory=list, max_length=len(OFFERED)
    )
    is_trusted: bool = False
    account: UUID | None = None


class ClientDocument(BaseModel):
    """An application, without its secret."""

    id: str
    name: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    auth_method: str
    grant_types: list[str]
    scopes: list[str]
    is_trusted: bool
    is_self_registered: bool
    account: str | None
    created_at: datetime


class ClientMade(ClientDocument):
    """The same with its secret, which is told this once; nothing where it keeps none."""

    secret: str | None


class ClientList(BaseModel):
    """Applications, the newest first."""

    items: list[ClientDocument]
    next: str | None = None


class SecretMade(BaseModel):
    """A secret, which is told this once."""

    secret: str


class AppDocument(BaseModel):
    """An application that acts for somebody, and in words what it may."""

    id: str
    name: str
    scopes: list[str]
    words: list[str]
    since: datetime
    last_used_at: datetime | None


class AppList(BaseModel):
    """All applications that act for somebody."""

    items: list[AppDocument]
    next: str | None = None


class ClientQuery(Paged):
    """Which part of all applications."""


async def get_clients(request: web.Request) -> web.Response:
    """Answer applications."""
    asked = asking(request, ClientQuery)
    async with request.app[TOOLS].database.read() as session:
        after = PLACE.after(asked.cursor)
        found = await clients_after(session, after, limit=asked.limit + 1)
    page = PLACE.page(found, limit=asked.limit, place=lambda one: (one.created_at, one.id))
    items = [_document(one) for one in page.items]
    return answered(request, ClientList(items=items, next=page.next))


async def get_client(request: web.Request) -> web.Response:
    """Answer an application."""
    async with request.app[TOOLS].database.read() as session:
        return answered(request, _document(await client_with(session, _id(request))))


async def post_client(request: web.Request) -> web.Response:
    """Add an application."""
    asked = await told(request, NewClient)
    body = await added(request.app[TOOLS], await caller(request), asked)
    headers = {"Location": f"/api/v1/clients/{body.id}"}
    return answered(request, body, status=201, headers=headers, cache=NEVER_KEPT)


async def added(tools: Tools, who: Caller, asked: NewClient) -> ClientMade:
    """Add an application in the name of an operator.

    Raises:
        Refused: it cannot be what it says it is, or `account-unknown`, 404.

    """
    new, now = _wanted(asked), tools.clock()
    async with tools.database.begin() as session:
        await _require_account(session, new.account_id)
        made = await add_client(session, new, by=who.person_id, now=now)
        await note_act(session, who, Act.CLIENT_ADDED, made.client.id, now=now)
    return ClientMade(secret=made.secret, **_document(made.client).model_dump())


async def put_client(request: web.Request) -> web.Response:
    """Say anew what an application is; by itself it changes nothing from then on."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, NewClient)
    new, now = _wanted(asked), tools.clock()
    async with tools.database.begin() as session:
        client = await client_with(session, _id(request), lock=True)
        await require_match(request, lambda: _document(client))
        await _require_account(session, new.account_id)
        secret = change_client(client, new)
        vouch(client, new)
        await note_act(session, who, Act.CLIENT_CHANGED, client.id, now=now)
    body = ClientMade(secret=secret, **_document(client).model_dump())
    return answered(request, body, cache=NEVER_KEPT)


async def _require_account(session: Session, account_id: UUID | None) -> None:
    if account_id is not None and await session.get(Account, account_id) is None:
        raise Refused("account-unknown", "There is no such account.", status=404)


async def delete_client(request: web.Request) -> web.Response:
    """Remove an application; it acts for nobody from then on."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        client = await client_with(session, _id(request), lock=True)
        await require_match(request, lambda: _document(client))
        await take_out(session, who, client, now=tools.clock())
    return no_content()


async def take_out(session: Session, who: Caller, client: OAuthClient, *, now: datetime) -> None:
    """Remove an application in the name of an operator."""
    await note_act(session, who, Act.CLIENT_REMOVED, client.id, now=now)
    await remove_client(session, client, now=now)


async def post_secret(request: web.Request) -> web.Response:
    """Give an application another secret."""
    secret = await renewed(request.app[TOOLS], await caller(request), _id(request))
    return answered(request, SecretMade(secret=secret), status=201, cache=NEVER_KEPT)


async def renewed(tools: Tools, who: Caller, client_id: str) -> str:
    """Give an application another secret, in the name of an operator.

    Raises:
        Refused: as `client_with` and `new_secret` do.

    """
    async with tools.database.begin() as session:
        client = await client_with(session, client_id, lock=True)
        secret = new_secret(client)
        await note_act(session, who, Act.CLIENT_CHANGED, client.id, now=tools.clock())
    return secret


async def get_apps(request: web.Request) -> web.Response:
    """Answer which applications act for the caller."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await apps_of(session, who.person_id, now=tools.clock())
    return answered(request, AppList(items=[_app(one) for one in found]))


async def delete_app(request: web.Request) -> web.Response:
    """Show an application out."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        client = await client_with(session, _id(request))
        await show_out(session, who.person_id, client.id, now=tools.clock())
    return no_content()


def _wanted(asked: NewClient) -> Wanted:
    metadata = ClientMetadata(
        client_name=asked.name,
        redirect_uris=asked.redirect_uris,
        post_logout_redirect_uris=asked.post_logout_redirect_uris,
        token_endpoint_auth_method=asked.auth_method,
        grant_types=asked.grant_types,
        scope=" ".join(asked.scopes),
    )
    return new_client(metadata, OFFERED, is_trusted=asked.is_trusted, account_id=asked.account)


def _id(request: web.Request) -> str:
    return request.match_info["client"]


def _document(client: OAuthClient) -> ClientDocument:
    return ClientDocument(
        id=client.id,
        name=client.name,
        redirect_uris=client.redirect_uris,
        post_logout_redirect_uris=client.post_logout_redirect_uris,
        auth_method=client.auth_method,
        grant_types=client.grant_types,
        scopes=client.scopes,
        is_trusted=client.is_trusted,
        is_self_registered=client.registration_digest is not None,
        account=str(client.account_id) if client.account_id else None,
        created_at=client.created_at,
    )


def _app(app: App) -> AppDocument:
    return AppDocument(
        id=app.client_id,
        name=app.name,
        scopes=list(app.scopes),
        words=words(app.scopes),
        since=app.since,
        last_used_at=app.last_used_at,
    )
