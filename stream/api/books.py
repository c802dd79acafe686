"""The books themselves, for who keeps them: our own money on its way, and what is put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from accounting.adjustments import Line, Proposal, approve, propose
from accounting.journal import post
from accounting.ledger import Transaction
from accounting.own_money import Movement, settled, vat_paid
from base.database import Session
from catalog.acts import Act
from catalog.adjustments import adjustments, unknown_adjustment
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.payments import differing_countries
from stream.api.asking import told
from stream.api.books_documents import (
    AdjustmentList,
    Booked,
    DifferingCountries,
    NewAdjustment,
    NewSettlement,
    NewVatPayment,
    adjustment_document,
    country_differs,
)
from stream.idempotency import Keyed, keyed
from stream.identity.callers import caller
from stream.keys import TOOLS


async def post_settlement(request: web.Request) -> web.Response:
    """Book what a provider paid out to us."""
    who = await caller(request)
    asked, said = await keyed(request, who), await told(request, NewSettlement)
    movement = _movement(said, who.id)
    txn = settled(said.provider, movement, fee=said.fee)
    return await _booked(request, asked, txn, act=Act.SETTLEMENT_BOOKED, by=who)


async def post_vat_payment(request: web.Request) -> web.Response:
    """Book tax that was paid."""
    who = await caller(request)
    asked, said = await keyed(request, who), await told(request, NewVatPayment)
    txn = vat_paid(said.country, _movement(said, who.id))
    return await _booked(request, asked, txn, act=Act.VAT_PAID, by=who)


async def post_adjustment(request: web.Request) -> web.Response:
    """Propose to put something right."""
    who, tools = await caller(request), request.app[TOOLS]
    asked, said = await keyed(request, who), await told(request, NewAdjustment)
    proposal = Proposal(
        key=asked.key,
        reason=said.reason,
        lines=tuple(
            Line(account=one.account, amount=one.amount, currency=one.currency)
            for one in said.entries
        ),
        occurred_at=_midnight(said.day),
        by=who.id,
    )
    made = await asked.once(tools, lambda session: propose(session, proposal, now=tools.clock()))
    return _said(adjustment_document(made), status=201)


async def get_adjustments(request: web.Request) -> web.Response:
    """Answer what was proposed lately."""
    async with request.app[TOOLS].database.read() as session:
        found = await adjustments(session)
    return _said(AdjustmentList(adjustments=[adjustment_document(one) for one in found]))


async def post_approval(request: web.Request) -> web.Response:
    """Book what somebody else proposed."""
    who, tools = await caller(request), request.app[TOOLS]
    asked, which = await keyed(request, who), _adjustment_id(request)
    made = await asked.once(
        tools, lambda session: approve(session, which, by=who.id, now=tools.clock())
    )
    return _said(adjustment_document(made))


async def get_countries(request: web.Request) -> web.Response:
    """Answer top-ups whose evidence of the country differs."""
    async with request.app[TOOLS].database.read() as session:
        found = await differing_countries(session)
    return _said(DifferingCountries(topups=[country_differs(one) for one in found]))


def _movement(said: NewSettlement | NewVatPayment, by: UUID) -> Movement:
    at = _midnight(said.day)
    return Movement(reference=said.reference, amount=said.money, at=at, by=str(by))


async def _booked(
    request: web.Request, asked: Keyed, txn: Transaction, *, act: Act, by: Caller
) -> web.Response:
    tools = request.app[TOOLS]

    async def work(session: Session) -> int:
        [posted] = await post(session, [txn], now=tools.clock())
        await note_act(session, by, act, posted.id, now=tools.clock())
        return posted.id

    return _said(Booked(transaction=await asked.once(tools, work)), status=201)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _adjustment_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["adjustment"])
    except ValueError:
        raise unknown_adjustment() from None


def _said(body: BaseModel, *, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.json_response(text=body.model_dump_json(), status=status, headers=headers)
