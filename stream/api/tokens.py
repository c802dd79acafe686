"""Personal access tokens over HTTP: made with a label, scopes and an end, and told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from base.errors import Refused
from catalog.access_tokens import AccessToken, Wanted, end_token, make_token, tokens_of
from catalog.permissions import Scope
from catalog.player_passwords import SCOPES, make_password
from stream.api.acting_documents import Name
from stream.api.asking import told
from stream.identity.callers import caller
from stream.identity.office_tokens import require_shown_for_token
from stream.ids import id_in
from stream.keys import SECRETS, TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


class NewToken(BaseModel):
    """Ask for a token: what for, what it may, and for how many days it is good.

    Without `scopes` it may all that you may; without `days` it never ends by itself. One that is
    `for_player` is short enough to be typed into a player of OpenSubsonic, as password or as key,
    and is for listening: it has no other scopes, and no end.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"label": "release script", "scopes": ["music.write"], "days": 90}]
        },
    )

    label: Name
    scopes: list[Scope] | None = Field(default=None, max_length=len(Scope))
    days: int | None = Field(default=None, ge=1, le=3650)
    for_player: bool = False

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if self.for_player and (self.scopes is not None or self.days is not None):
            raise ValueError("What is for a player has neither scopes nor days.")
        return self


class TokenDocument(BaseModel):
    """A token, without its secret; `last_used_at` to the minute."""

    id: str
    label: str
    scopes: list[Scope] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenMade(TokenDocument):
    """The same with its secret, which is told this once."""

    token: str


class TokenList(BaseModel):
    """All tokens of a person, the newest first."""

    items: list[TokenDocument]
    next: str | None = None


async def post_token(request: web.Request) -> web.Response:
    """Make a token."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, NewToken)
    now = tools.clock()
    require_shown_for_token(request, who, [*SCOPES] if asked.for_player else asked.scopes)
    async with tools.database.begin() as session:
        if asked.for_player:
            secret = request.app[SECRETS][0]
            issued = await make_password(session, who, asked.label, secret, now=now)
        else:
            issued = await make_token(session, who, _wanted(asked, now), by=who, now=now)
        found = await tokens_of(session, who.person_id)
    made = next(_document(one) for one in found if one.id == issued.id)
    body = TokenMade(token=issued.secret, **made.model_dump())
    headers = {**_NEVER_KEPT, "Location": f"/api/v1/tokens/{issued.id}"}
    return web.json_response(text=body.model_dump_json(), status=201, headers=headers)


def _wanted(asked: NewToken, now: datetime) -> Wanted:
    return Wanted(
        label=asked.label,
        scopes=None if asked.scopes is None else frozenset(asked.scopes),
        expires_at=None if asked.days is None else now + timedelta(days=asked.days),
    )


async def get_tokens(request: web.Request) -> web.Response:
    """Answer the caller's tokens."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        body = TokenList(items=[_document(one) for one in await tokens_of(session, who.person_id)])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def delete_token(request: web.Request) -> web.Response:
    """End a token at once."""
    who, tools = await caller(request), request.app[TOOLS]
    unknown = Refused("token-unknown", "You have no such token.", status=404)
    token_id = id_in(request.match_info["token"], unknown)
    async with tools.database.begin() as session:
        await end_token(session, who, token_id, by=who, now=tools.clock())
    return web.Response(status=204)


def _document(one: AccessToken) -> TokenDocument:
    return TokenDocument(
        id=str(one.id),
        label=one.label,
        scopes=None if one.scopes is None else [scope for scope in Scope if scope in one.scopes],
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
    )
