"""The caller's own account: what it is, where it lives, and how it is forgotten."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from base.errors import Refused
from catalog.callers import Caller
from catalog.erasing import erase
from catalog.people import country_of, lock_account, write_country
from catalog.roles import GRANTED, Role
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

    model_config = ConfigDict(extra="forbid")

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


async def delete_account(request: web.Request) -> web.Response:
    """Forget who the caller is, for good."""
    who, tools = await caller(request), request.app[TOOLS]
    if who.has(*GRANTED):
        raise Refused(
            "not-erasable",
            "Only listeners are forgotten by themselves: others have music or work that bears "
            "their name; please ask an operator.",
            status=409,
        )
    async with tools.database.begin() as session:
        await erase(session, who.id, by=who.id, now=tools.clock())
    return web.Response(status=204)


def _document(who: Caller, country: str | None) -> AccountDocument:
    return AccountDocument(id=str(who.id), name=who.name, roles=sorted(who.roles), country=country)
