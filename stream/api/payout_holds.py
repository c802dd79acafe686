"""Holds on payouts, for those who keep the books."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from accounting.payout_holds import hold_payouts, hold_placed, holds, lift_hold
from base.errors import Refused
from catalog.models.payouts import PayoutHold
from stream.api.asking import told
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.keys import TOOLS


class NewHold(BaseModel):
    """Hold what is owed to a payee: their id, or `member:` and an account's."""

    model_config = ConfigDict(extra="forbid")

    payee: str = Field(pattern="^(member:)?[0-9a-f-]{36}$")
    reason: str = Field(min_length=1, max_length=200)


class HoldDocument(BaseModel):
    """Why a payee is not paid, and since when."""

    hold: str
    payee: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_at: datetime | None


class HoldList(BaseModel):
    """All holds that nobody has lifted."""

    holds: list[HoldDocument]


async def post_hold(request: web.Request) -> web.Response:
    """Hold the payouts of a payee."""
    who, tools = await caller(request), request.app[TOOLS]
    said = await told(request, NewHold)
    step = partial(hold_payouts, payee=said.payee, reason=said.reason, by=who.id, now=tools.clock())
    hold = await at_most_once(request, who, step)
    if hold is None:
        async with tools.database.read() as session:
            hold = await hold_placed(session, said.payee, reason=said.reason, by=who.id)
    return web.json_response(text=_document(hold).model_dump_json(), status=201)


async def get_holds(request: web.Request) -> web.Response:
    """Answer the holds that there are."""
    async with request.app[TOOLS].database.read() as session:
        found = [_document(one) for one in await holds(session)]
    return web.json_response(text=HoldList(holds=found).model_dump_json())


async def delete_hold(request: web.Request) -> web.Response:
    """Lift a hold."""
    who, tools = await caller(request), request.app[TOOLS]
    try:
        hold_id = UUID(request.match_info["hold"])
    except ValueError:
        raise Refused("hold-unknown", "There is no such hold.", status=404) from None
    step = partial(lift_hold, hold_id=hold_id, by=who.id, now=tools.clock())
    await at_most_once(request, who, step)
    return web.Response(status=204)


def _document(hold: PayoutHold) -> HoldDocument:
    return HoldDocument(
        hold=str(hold.id),
        payee=hold.payee,
        reason=hold.reason,
        placed_by=str(hold.placed_by),
        placed_at=hold.placed_at,
        lifted_at=hold.lifted_at,
    )
