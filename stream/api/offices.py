"""Offices over HTTP: who holds which role, and the record of what was done in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from base.errors import Refused
from catalog.acts import Act, Noted
from catalog.audit import Asked, acts_before
from catalog.callers import Caller
from catalog.offices import grant, held_by, revoke
from catalog.roles import Role
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking
from stream.api.paging import Keyset, Paged
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.ids import id_in
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


class RolesDocument(BaseModel):
    """The roles of an account; that of a listener all have, and shares make collaborators."""

    account: str
    name: str
    roles: list[Role]


PLACES = Keyset("acts", tuple[int])


class AuditQuery(Paged):
    """Which acts, and how many, from behind the `cursor` of the last page."""

    act: Act | None = None
    person: UUID | None = None
    subject: str | None = Field(default=None, max_length=120, pattern=r"^[\x20-\x7e]+$")
    outcome: str | None = Field(default=None, max_length=60, pattern=r"^[a-z0-9-]+$")


class ActDocument(BaseModel):
    """What was done, of which account, by which person; nobody's was done at a terminal.

    `outcome` is `done`, or the code of what it was refused with; `network` is where it came from.
    """

    id: int
    at: datetime
    act: str
    account: str | None
    person: str | None
    credential: str | None
    subject: str
    facts: dict[str, object]
    network: str | None
    request: str | None
    outcome: str


class ActList(BaseModel):
    """Acts, the newest first."""

    items: list[ActDocument]
    next: str | None


async def get_roles(request: web.Request) -> web.Response:
    """Answer the roles of an account."""
    async with request.app[TOOLS].database.read() as session:
        return _answered(await held_by(session, _account_in(request)))


async def put_role(request: web.Request) -> web.Response:
    """Grant a role."""
    who, tools, role = await caller(request), request.app[TOOLS], _role_in(request)
    require_fresh(who, now=tools.clock())
    async with tools.database.begin() as session:
        found = await grant(session, _account_in(request), role, by=who, now=tools.clock())
    return _answered(found)


async def delete_role(request: web.Request) -> web.Response:
    """Revoke a role."""
    who, tools, role = await caller(request), request.app[TOOLS], _role_in(request)
    require_fresh(who, now=tools.clock())
    async with tools.database.begin() as session:
        found = await revoke(session, _account_in(request), role, by=who, now=tools.clock())
    return _answered(found)


async def get_audit(request: web.Request) -> web.Response:
    """Answer who did what in an office."""
    query = asking(request, AuditQuery)
    asked = Asked(
        act=query.act, person_id=query.person, subject=query.subject, outcome=query.outcome
    )
    async with request.app[TOOLS].database.read() as session:
        [before] = PLACES.after(query.cursor) or (None,)
        found = await acts_before(session, asked, before=before, limit=query.limit + 1)
    part = PLACES.page(found, limit=query.limit, place=lambda act: (act.id,))
    body = ActList(items=[_act(one) for one in part.items], next=part.next)
    return answered(request, body, cache=NEVER_KEPT)


def _act(one: Noted) -> ActDocument:
    ids = (one.account_id, one.person_id, one.credential_id)
    account, person, credential = (None if each is None else str(each) for each in ids)
    return ActDocument(
        id=one.id,
        at=one.at,
        act=one.act,
        account=account,
        person=person,
        credential=credential,
        subject=one.subject,
        facts=dict(one.facts),
        network=one.network,
        request=one.request_id,
        outcome=one.outcome,
    )


def _answered(found: Caller) -> web.Response:
    roles = [one for one in Role if one in found.roles]
    body = RolesDocument(account=str(found.id), name=found.name, roles=roles)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


def _account_in(request: web.Request) -> UUID:
    unknown = Refused("account-unknown", "There is no such account.", status=404)
    return id_in(request.match_info["account"], unknown)


def _role_in(request: web.Request) -> Role:
    try:
        return Role(request.match_info["role"])
    except ValueError:
        raise Refused(
            "role-unknown", f"There is no such role; there are {', '.join(Role)}.", status=404
        ) from None
