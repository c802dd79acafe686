"""The caller's own account: what it is, and where it lives."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from catalog.callers import Caller
from catalog.people import country_of, lock_account, write_country
from catalog.roles import Role
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import told
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.keys import TOOLS


class AccountDocument(BaseModel):
    """An account, and where its owner says they live (ISO 3166-1)."""

    id: str
    name: str
    roles: list[Role]
    country: str | None


class EditAccount(BaseModel):
    """Say where you live, or that you do not say so."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"country": "DE"}]})

    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None


async def get_account(request: web.Request) -> web.Response:
    """Answer the caller's account."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        body = _document(who, await country_of(session, who.id))
    return answered(request, body, cache=NEVER_KEPT)


async def patch_account(request: web.Request) -> web.Response:
    """Write down where the caller lives."""
    who = await caller(request)
    wanted = await told(request, EditAccount)
    async with request.app[TOOLS].database.begin() as session:
        await lock_account(session, who.id)
        before = _document(who, await country_of(session, who.id))
        await require_match(request, lambda: before)
        await write_country(session, who.id, wanted.country)
    return answered(request, _document(who, wanted.country), cache=NEVER_KEPT)


def _document(who: Caller, country: str | None) -> AccountDocument:
    return AccountDocument(id=str(who.id), name=who.name, roles=sorted(who.roles), country=country)
