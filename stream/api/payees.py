"""Payees: whom a caller speaks for, and whom they made; groups and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aiohttp import web

from accounting.payees import (
    Payee,
    add_payee,
    lock_payee,
    members_of,
    payee_of,
    payees_made_by,
    payees_of_account,
    write_members,
)
from base.database import Session
from base.errors import Refused
from stream.api.answers import answered
from stream.api.asking import told
from stream.api.preconditions import require_match
from stream.api.split_documents import (
    MemberFacts,
    NewPayee,
    PayeeDocument,
    PayeeList,
    WriteMembers,
)
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.keys import TOOLS


async def post_payee(request: web.Request) -> web.Response:
    """Make a label, a group, or somebody who has no account."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, NewPayee)
    asked = await keyed(request, who)
    async with tools.database.begin() as session:
        await asked.note(session, tools)
        made = await add_payee(
            session,
            who,
            kind=body.kind,
            name=body.name,
            country=body.country,
            is_spoken_for=body.mine,
            now=tools.clock(),
            key=asked.key,
        )
        [document] = await _documents(session, [made])
    return web.json_response(
        text=document.model_dump_json(),
        status=201,
        headers={"Location": f"/api/v1/payees/{made.id}"},
    )


async def get_payees(request: web.Request) -> web.Response:
    """Answer whom the caller speaks for, and whom they made."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        body = PayeeList(
            payees=await _documents(session, await payees_of_account(session, who.id)),
            made=await _documents(session, await payees_made_by(session, who.id)),
        )
    return web.json_response(text=body.model_dump_json())


async def get_payee(request: web.Request) -> web.Response:
    """Answer who a payee is, to who knows their id."""
    async with request.app[TOOLS].database.read() as session:
        found = await payee_of(session, payee_id_of(request.match_info["payee"]))
        document = await _document(session, found)
    return answered(request, document)


async def put_members(request: web.Request) -> web.Response:
    """Say who a group of the caller's is."""
    who, tools = await caller(request), request.app[TOOLS]
    group_id = payee_id_of(request.match_info["payee"])
    body = await told(request, WriteMembers)
    members = {one.payee: one.ppm for one in body.members}
    async with tools.database.begin() as session:
        if request.if_match is not None:
            group = await lock_payee(session, group_id)
            await require_match(request, lambda: _document(session, group))
        await write_members(session, group_id, members, by=who, now=tools.clock())
        document = await _document(session, await payee_of(session, group_id))
    return answered(request, document)


def payee_id_of(text: str) -> UUID:
    """Read an id.

    Raises:
        Refused: `payee-unknown`: what is no id is no payee's.

    """
    try:
        return UUID(text)
    except ValueError:
        raise Refused("payee-unknown", "There is no such payee.", status=404) from None


async def _document(session: Session, payee: Payee) -> PayeeDocument:
    [document] = await _documents(session, [payee])
    return document


async def _documents(session: Session, payees: Iterable[Payee]) -> list[PayeeDocument]:
    found = list(payees)
    members = await members_of(session, [one.id for one in found])
    return [
        PayeeDocument(
            id=str(one.id),
            kind=one.kind,
            name=one.name,
            country=one.country,
            spoken_for=one.account_id is not None,
            members=[MemberFacts(payee=member, ppm=ppm) for member, ppm in members.get(one.id, ())],
        )
        for one in found
    ]
