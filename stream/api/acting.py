"""Acting for artists and labels: the accounts, their members, and for whom one acts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.members import (
    Membership,
    accounts_of,
    change_member,
    choose,
    make_account,
    members_of,
    remove_member,
    unknown_membership,
)
from catalog.roles import Capacity
from stream.api.acting_documents import (
    ActFor,
    EditMember,
    MemberDocument,
    MemberList,
    MembershipDocument,
    MembershipList,
    NewAccount,
)
from stream.api.asking import told
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.ids import id_in
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_account(request: web.Request) -> web.Response:
    """Make the account of an artist or a label."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, NewAccount)
    async with tools.database.begin() as session:
        made = await make_account(
            session, who, name=wanted.name, kind=wanted.kind, now=tools.clock()
        )
        found = await accounts_of(session, who.person_id)
    body = next(_membership(one) for one in found if one.account_id == made.id)
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def get_memberships(request: web.Request) -> web.Response:
    """Answer for whom the caller acts."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await accounts_of(session, who.person_id)
    body = MembershipList(items=[_membership(one) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def put_acting(request: web.Request) -> web.Response:
    """Let a sign-in act for an account until told otherwise."""
    who, tools = await caller(request), request.app[TOOLS]
    said = await told(request, ActFor)
    account = None if said.account is None else id_in(said.account, unknown_membership())
    async with tools.database.begin() as session:
        await choose(session, who, account)
    return web.Response(status=204)


async def delete_membership(request: web.Request) -> web.Response:
    """Act for an account no longer."""
    who, tools = await caller(request), request.app[TOOLS]
    account_id = id_in(request.match_info["account"], unknown_membership())
    async with tools.database.begin() as session:
        await remove_member(session, who, account_id, who.person_id, now=tools.clock())
    return web.Response(status=204)


async def get_members(request: web.Request) -> web.Response:
    """Answer who acts for the account."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        body = MemberList(items=[_member(one) for one in await members_of(session, who.id)])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def put_member(request: web.Request) -> web.Response:
    """Let a member act as something else."""
    who, tools, person_id = await caller(request), request.app[TOOLS], _person_in(request)
    said = await told(request, EditMember)
    async with tools.database.begin() as session:
        await changed_member(session, who, person_id, said.capacity, now=tools.clock())
        found = await members_of(session, who.id)
    body = next(_member(one) for one in found if one.person_id == person_id)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def changed_member(
    session: Session, who: Caller, person_id: UUID, capacity: Capacity, *, now: datetime
) -> None:
    """Let a member act as something else; an owner is made by who has just signed in.

    Raises:
        Refused: `sign-in-again`, 403; and as `change_member`.

    """
    if capacity is Capacity.OWNER:
        require_fresh(who, now=now)
    await change_member(session, who, person_id, capacity, now=now)


async def delete_member(request: web.Request) -> web.Response:
    """Let a person no longer act for the account."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await remove_member(session, who, who.id, _person_in(request), now=tools.clock())
    return web.Response(status=204)


def _membership(one: Membership) -> MembershipDocument:
    return MembershipDocument(
        account=str(one.account_id),
        name=one.name,
        kind=one.kind,
        capacity=one.capacity,
        since=one.since,
    )


def _member(one: Membership) -> MemberDocument:
    return MemberDocument(
        person=str(one.person_id), name=one.name, capacity=one.capacity, since=one.since
    )


def _person_in(request: web.Request) -> UUID:
    unknown = Refused("member-unknown", "Nobody of that id acts for the account.", status=404)
    return id_in(request.match_info["person"], unknown)
