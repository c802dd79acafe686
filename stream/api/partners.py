"""Partners over HTTP: who delivers, for operators; and for an account those whose music is its."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from aiohttp import web

from base.tools import Tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.findings import Severity
from catalog.models.ddex import Partner
from catalog.partners import (
    PartnerFacts,
    PartnerState,
    add_partner,
    all_partners,
    change_partner,
    partner_by_dpid,
    partners_of,
)
from catalog.permissions import Permission
from ingest.ddex.rules import require_known
from stream.api.answers import answered
from stream.api.asking import told
from stream.api.delivery_documents import (
    EditPartner,
    NewPartner,
    PartnerDocument,
    PartnerList,
    partner_document,
)
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.keys import TOOLS


def whose(who: Caller) -> UUID | None:
    """Answer whose deliveries somebody may see: None for all, else those of their own account."""
    return None if who.may(Permission.DELIVERIES_KEEP) else who.id


async def get_partners(request: web.Request) -> web.Response:
    """Answer all partners that somebody may see."""
    account_id = whose(await caller(request))
    async with request.app[TOOLS].database.read() as session:
        found = await (partners_of(session, account_id) if account_id else all_partners(session))
    return answered(request, PartnerList(partners=[partner_document(one) for one in found]))


async def get_partner(request: web.Request) -> web.Response:
    """Answer a partner."""
    async with request.app[TOOLS].database.read() as session:
        return answered(
            request, partner_document(await partner_by_dpid(session, request.match_info["dpid"]))
        )


async def post_partner(request: web.Request) -> web.Response:
    """Add a partner."""
    asked = await told(request, NewPartner)
    body = await added(request.app[TOOLS], await caller(request), asked)
    headers = {"Location": f"/api/v1/ddex/partners/{body.dpid}"}
    return answered(request, body, status=201, headers=headers)


async def patch_partner(request: web.Request) -> web.Response:
    """Say anew what is otherwise of a partner."""
    asked, dpid = await told(request, EditPartner), request.match_info["dpid"]

    async def matches(row: Partner) -> None:
        await require_match(request, lambda: partner_document(row))

    who = await caller(request)
    return answered(request, await changed(request.app[TOOLS], who, dpid, asked, matches))


async def added(tools: Tools, who: Caller | None, asked: NewPartner) -> PartnerDocument:
    """Add a partner in the name of an operator, or of who sits at the terminal.

    Raises:
        Refused: as `add_partner` does, or `rule-unknown`, 422.

    """
    require_known(asked.severities)
    facts = PartnerFacts(
        name=asked.name,
        account_id=asked.account,
        state=asked.state,
        severities=asked.severities,
        keys=asked.keys,
        prefix=asked.prefix,
    )
    async with tools.database.begin() as session:
        now, by = tools.clock(), who.person_id if who else None
        row = await add_partner(session, asked.dpid, facts, by=by, now=now)
        await note_act(session, who, Act.PARTNER_ADDED, row.id, now=now)
        return partner_document(row)


async def changed(
    tools: Tools,
    who: Caller | None,
    dpid: str,
    asked: EditPartner,
    matches: Callable[[Partner], Awaitable[None]] | None = None,
) -> PartnerDocument:
    """Say anew what is otherwise of a partner, if it `matches` what who asks knows of it.

    Raises:
        Refused: as `change_partner` does, or `rule-unknown`, 422.

    """
    require_known(asked.severities or ())
    async with tools.database.begin() as session:
        row = await partner_by_dpid(session, dpid, locks=True)
        if matches:
            await matches(row)
        await change_partner(session, dpid, _edited(row, asked), now=tools.clock())
        facts = {"changed": sorted(asked.model_fields_set)}
        await note_act(session, who, Act.PARTNER_CHANGED, row.id, now=tools.clock(), facts=facts)
        return partner_document(row)


def _edited(row: Partner, asked: EditPartner) -> PartnerFacts:
    """Answer what is said of a partner, with what is said anew; a prefix may be said to be none."""
    severities = {rule: Severity(one) for rule, one in row.severities.items()}
    return PartnerFacts(
        name=row.name if asked.name is None else asked.name,
        account_id=asked.account or row.account_id,
        state=asked.state or PartnerState(row.state),
        severities=severities if asked.severities is None else asked.severities,
        keys=row.keys if asked.keys is None else asked.keys,
        prefix=asked.prefix if "prefix" in asked.model_fields_set else row.prefix,
    )
