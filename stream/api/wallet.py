"""A wallet as documents: what it holds, and how that came about."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from accounting.ledger import TxnKind
from accounting.lots import LotKind
from accounting.wallet import Line, contents_of, history_of
from catalog.denials import require
from catalog.permissions import Permission
from stream.api.amounts import Amount
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import Sparse, asking
from stream.api.paging import Keyset, Paged
from stream.identity.callers import caller
from stream.keys import TOOLS

#: Transactions, by their numbers.
_HISTORY = Keyset("wallet-history", tuple[int])


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
    """What changed a wallet, the last first."""

    lines: list[HistoryLine]
    next: str | None


class WalletQuery(Sparse):
    """Whose wallet, where treasurers look at another's."""

    listener: UUID | None = None


class HistoryQuery(Paged, WalletQuery):
    """What changed whose wallet, in parts."""


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
    return answered(request, body, cache=NEVER_KEPT)


async def get_history(request: web.Request) -> web.Response:
    """Answer how a wallet came to hold that."""
    query = asking(request, HistoryQuery)
    place = _HISTORY.after(query.cursor)
    listener_id = await _whose(request, query)
    after = None if place is None else place[0]
    async with request.app[TOOLS].database.read() as session:
        found = await history_of(session, listener_id, after=after, limit=query.limit + 1)
    page = _HISTORY.page(found, limit=query.limit, place=lambda one: (one.txn_id,))
    body = WalletHistory(lines=[_line(one) for one in page.items], next=page.next)
    return answered(request, body, cache=NEVER_KEPT)


def _line(one: Line) -> HistoryLine:
    return HistoryLine(
        transaction=one.txn_id,
        kind=one.kind,
        text=one.sentence,
        occurred_at=one.occurred_at,
        booked_at=one.booked_at,
        credits=one.credits,
        promo=one.promo,
        value=[
            Amount(amount=amount, currency=currency) for currency, amount in one.amounts.items()
        ],
        play=one.play_id,
        purchase=one.purchase_id,
        track=one.track_id,
        reverses=one.reverses or None,
    )


async def _whose(request: web.Request, query: WalletQuery) -> UUID:
    """Answer whose wallet is asked for: the caller's own, or any, of those who keep the books."""
    who = await caller(request)
    if query.listener is None:
        return who.id
    require(who, Permission.BOOKS_READ)
    return query.listener
