"""The caller's own account: what it is, and where it lives."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from catalog.callers import Caller
from catalog.people import country_of, write_country
from catalog.roles import Role
from stream.api.asking import told
from stream.identity.callers import caller
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


class AccountDocument(BaseModel):
    """An account, and where its owner says they live (ISO 3166-1)."""

    id: str
    name: str
    roles: list[Role]
    country: str | None


class EditAccount(BaseModel):
    """Say where you live, or that you do not say so."""

    model_config = ConfigDict(extra="forbid")

    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None


async def get_account(request: web.Request) -> web.Response:
    """Answer the caller's account."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return _answer(who, await country_of(session, who.id))


async def patch_account(request: web.Request) -> web.Response:
    """Write down where the caller lives."""
    who = await caller(request)
    wanted = await told(request, EditAccount)
    async with request.app[TOOLS].database.begin() as session:
        await write_country(session, who.id, wanted.country)
    return _answer(who, wanted.country)


def _answer(who: Caller, country: str | None) -> web.Response:
    body = AccountDocument(id=str(who.id), name=who.name, roles=sorted(who.roles), country=country)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)
