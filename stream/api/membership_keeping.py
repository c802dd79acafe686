"""Members, for who keeps the roll: who is one, what they paid, and the register of shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from accounting.dues import Found, record
from accounting.payments.amounts import Money
from accounting.share_moves import Move, redeem, transfer
from base.errors import Refused
from catalog.charges import charge_of
from catalog.member_shares import entries_until
from catalog.member_states import MemberState
from catalog.memberships import Said, decide, exclude, listed, membership_called
from catalog.roll import roll_at
from stream.api.membership import described, said
from stream.api.membership_documents import (
    Decision,
    DuesFound,
    EntryList,
    MemberList,
    ShareRedemption,
    ShareTransfer,
    WhyExcluded,
    charge_document,
    entry_document,
    row_document,
)
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.keys import TOOLS


class MembersAsked(BaseModel):
    """Which memberships are asked for."""

    model_config = ConfigDict(extra="forbid")

    state: MemberState | None = None
    class_id: Annotated[str, StringConstraints(max_length=20, pattern="^[a-z0-9-]+$")] | None = (
        Field(default=None, alias="class")
    )
    limit: int = Field(default=50, ge=1, le=200)
    cursor: UUID | None = None


class AsOf(BaseModel):
    """As of when; now unless told."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime | None = None
    form: Literal["json", "csv"] = "json"


async def get_members(request: web.Request) -> web.Response:
    """Answer memberships, the newest applications first."""
    asked = MembersAsked.model_validate(dict(request.query))
    async with request.app[TOOLS].database.read() as session:
        found = await listed(
            session,
            state=asked.state,
            class_id=asked.class_id,
            after=asked.cursor,
            limit=asked.limit + 1,
        )
    shown = found[: asked.limit]
    following = str(shown[-1].id) if len(found) > len(shown) else None
    return said(MemberList(items=[row_document(one) for one in shown], next=following))


async def get_member(request: web.Request) -> web.Response:
    """Answer a membership, by its id or its number."""
    async with request.app[TOOLS].database.read() as session:
        row = await membership_called(session, request.match_info["member"])
        return said(await described(session, row))


async def post_decision(request: web.Request) -> web.Response:
    """Admit an applicant, or refuse them."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = Decision.model_validate_json(await request.read())
    async with tools.database.begin() as session:
        row = await membership_called(session, request.match_info["member"], lock=True)
        _require_other(row.account_id, who.person_id)
        word = Said(by=who.person_id, reason=asked.reason)
        await decide(session, row, word, admits=asked.admits, now=tools.clock())
        return said(await described(session, row))


async def post_exclusion(request: web.Request) -> web.Response:
    """Exclude a member."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = WhyExcluded.model_validate_json(await request.read())
    async with tools.database.begin() as session:
        row = await membership_called(session, request.match_info["member"], lock=True)
        word = Said(by=who.person_id, reason=asked.reason)
        await exclude(session, row, word, now=tools.clock())
        return said(await described(session, row))


def _require_other(account_id: UUID, person_id: UUID) -> None:
    if account_id == person_id:
        raise Refused("own-account", "Nobody admits themselves: ask another operator.", status=403)


async def post_member_payment(request: web.Request) -> web.Response:
    """Take money that arrived at the bank for what a member owes."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    told = DuesFound.model_validate_json(await request.read())
    now = tools.clock()
    if told.arrived_at is not None and told.arrived_at > now:
        raise Refused("not-yet", "What arrives later cannot be confirmed now.", status=422)
    found = Found(
        member=request.match_info["member"],
        has_dues=told.dues,
        shares=told.shares,
        amount=Money(micros=told.amount, currency=told.currency),
        reference=told.bank_reference,
        by=who.person_id,
        at=told.arrived_at or now,
    )
    payment = await keys.once(tools, lambda session: record(session, found, key=keys.key, now=now))
    async with tools.database.read() as session:
        return said(charge_document(await charge_of(session, payment.id), payment), status=201)


async def get_register(request: web.Request) -> web.Response:
    """Answer the register of shares, as of a time."""
    at = _as_of(request.query).at
    async with request.app[TOOLS].database.read() as session:
        found = await entries_until(session, at)
    return said(EntryList(items=[entry_document(one) for one in found]))


async def post_transfer(request: web.Request) -> web.Response:
    """Enter that shares are another member's now."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    told = ShareTransfer.model_validate_json(await request.read())
    move = Move(
        key=keys.key, member=told.member, count=told.count, by=who.person_id, reason=told.reason
    )
    made = await keys.once(
        tools, lambda session: transfer(session, move, to=told.to, now=tools.clock())
    )
    return said(EntryList(items=[entry_document(one) for one in made]), status=201)


async def post_redemption(request: web.Request) -> web.Response:
    """Book that shares were paid back."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    told = ShareRedemption.model_validate_json(await request.read())
    move = Move(
        key=keys.key, member=told.member, count=told.count, by=who.person_id, reason=told.reason
    )
    made = await keys.once(
        tools,
        lambda session: redeem(session, move, reference=told.bank_reference, now=tools.clock()),
    )
    return said(EntryList(items=[entry_document(one) for one in made]), status=201)


async def get_roll(request: web.Request) -> web.Response:
    """Answer the roll for votes, as of a time."""
    asked, tools = _as_of(request.query), request.app[TOOLS]
    at: datetime = asked.at or tools.clock()
    async with tools.database.read() as session:
        roll = await roll_at(session, at)
    headers = {"Cache-Control": "no-store", "Refrain-Digest": roll.digest}
    if asked.form == "csv":
        named = f'attachment; filename="roll-{at:%Y-%m-%d}.csv"'
        headers["Content-Disposition"] = named
        return web.Response(text=roll.as_csv, content_type="text/csv", headers=headers)
    return web.json_response(text=roll.as_json, headers=headers)


def _as_of(query: Mapping[str, str]) -> AsOf:
    return AsOf.model_validate(dict(query))
