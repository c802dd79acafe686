"""A wallet as documents: what it holds, and how that came about."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from accounting.ledger import TxnKind
from accounting.lots import LotKind
from accounting.wallet import contents_of, history_of
from catalog.denials import require
from catalog.permissions import Permission
from stream.api.amounts import Amount
from stream.api.asking import Query, asking
from stream.identity.callers import caller
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}
#: The number of a transaction fits in 64 bits.
_HIGHEST = 2**63 - 1


class LotFacts(BaseModel):
    """Credits that came together, as far as they are left, and what was paid for those."""

    id: int
    kind: LotKind
    acquired_at: datetime
    credits: int
    scale: Literal[6] = 6
    value: Amount


class WalletDocument(BaseModel):
    """Credits that were paid for and given, at scale 6; lots in the order in which they go."""

    paid: int
    promo: int
    scale: Literal[6] = 6
    frozen_at: datetime | None
    frozen_reason: str | None
    lots: list[LotFacts]


class HistoryLine(BaseModel):
    """Something that changed a wallet: credits came (more than nothing) or went, at scale 6."""

    transaction: int
    kind: TxnKind
    text: str
    occurred_at: datetime
    booked_at: datetime
    credits: int
    promo: int
    scale: Literal[6] = 6
    value: list[Amount]
    play: str | None
    purchase: str | None
    track: str | None
    reverses: int | None


class WalletHistory(BaseModel):
    """What changed a wallet, the last first; go on with `before`, until it is null."""

    lines: list[HistoryLine]
    before: int | None


class WalletQuery(Query):
    """Whose wallet, where treasurers look at another's."""

    listener: UUID | None = None


class HistoryQuery(WalletQuery):
    """How many, of those before a transaction."""

    limit: int = Field(default=50, ge=1, le=200)
    before: int | None = Field(default=None, ge=1, le=_HIGHEST)


async def get_wallet(request: web.Request) -> web.Response:
    """Answer what a wallet holds."""
    query, tools = asking(request, WalletQuery), request.app[TOOLS]
    listener_id = await _whose(request, query)
    async with tools.database.read() as session:
        found = await contents_of(session, listener_id, now=tools.clock())
    body = WalletDocument(
        paid=found.of(LotKind.PAID),
        promo=found.of(LotKind.PROMO),
        frozen_at=found.frozen_at,
        frozen_reason=found.frozen_reason,
        lots=[
            LotFacts(
                id=lot.id,
                kind=lot.kind,
                acquired_at=lot.acquired_at,
                credits=lot.credits,
                value=Amount(amount=lot.amount, currency=lot.currency),
            )
            for lot in found.lots
        ],
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def get_history(request: web.Request) -> web.Response:
    """Answer how a wallet came to hold that."""
    query = asking(request, HistoryQuery)
    listener_id = await _whose(request, query)
    async with request.app[TOOLS].database.read() as session:
        lines = await history_of(session, listener_id, before=query.before, limit=query.limit)
    body = WalletHistory(
        lines=[
            HistoryLine(
                transaction=one.txn_id,
                kind=one.kind,
                text=one.sentence,
                occurred_at=one.occurred_at,
                booked_at=one.booked_at,
                credits=one.credits,
                promo=one.promo,
                value=[
                    Amount(amount=amount, currency=currency)
                    for currency, amount in one.amounts.items()
                ],
                play=one.play_id,
                purchase=one.purchase_id,
                track=one.track_id,
                reverses=one.reverses or None,
            )
            for one in lines
        ],
        before=lines[-1].txn_id if len(lines) == query.limit else None,
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def _whose(request: web.Request, query: WalletQuery) -> UUID:
    """Answer whose wallet is asked for: the caller's own, or any, of those who keep the books."""
    who = await caller(request)
    if query.listener is None:
        return who.id
    require(who, Permission.BOOKS_READ)
    return query.listener
