"""The wallet: what it holds, said simply, and what it was spent on, down to the artist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from accounting.journal import reversed_by
from accounting.ledger import TxnKind
from accounting.lots import LotKind
from accounting.spent_on import Part, Spent, parts_of, spent_by
from accounting.terms import terms_at
from accounting.wallet import Line, contents_of, history_of
from catalog.payment_states import PaymentState
from catalog.payments import payments_of
from stream.api.paging import Keyset
from stream.api.topup_documents import topup_document
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_page, notice_of
from stream.pages.language import N_

_MICROS_PER_MILLICREDIT, _ON_PAGE, _AT_FIRST = 1_000, 40, 5
_LINES = Keyset("wallet page", tuple[int])
_NOTICES = {
    "returned": N_("It is given back, and the credit is yours again."),
    "given": N_("Your gift is on its way: the credit is with them already."),
}
_WAITING = {PaymentState.NEW, PaymentState.OPEN}
#: What changed a wallet, in a word.
KINDS = {
    TxnKind.PLAY: N_("Play"),
    TxnKind.PURCHASE: N_("Bought"),
    TxnKind.TOPUP: N_("Top-up"),
    TxnKind.GIFT: N_("Gift"),
    TxnKind.GRANT: N_("Given credit"),
    TxnKind.REFUND: N_("Given back"),
    TxnKind.REVERSAL: N_("Given back"),
}


async def get_wallet_page(request: web.Request) -> web.Response:
    """Show what is in it, what it is good for, and what happened last."""
    who, tools = await caller(request), request.app[TOOLS]
    now = tools.clock()
    async with tools.database.read() as session:
        held = await contents_of(session, who.id, now=now)
        terms = await terms_at(session, now)
        lines = await history_of(session, who.id, after=None, limit=_AT_FIRST)
        orders = await payments_of(session, who.id)
    kinds = LotKind.PAID, LotKind.PROMO
    paid, given = (held.of(kind) // _MICROS_PER_MILLICREDIT for kind in kinds)
    context = {
        "paid": paid,
        "given": given,
        "balance": paid + given,
        "frozen_at": held.frozen_at,
        "whole": sum(terms.prices),
        "first": terms.prices[0],
        "lines": [_line(one, [], is_returnable=False) for one in lines],
        "waiting": [topup_document(one) for one in orders if one.state in _WAITING],
        "kinds": KINDS,
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/wallet.html", context)


async def get_spending_page(request: web.Request) -> web.Response:
    """Show everything that changed a wallet, and whom each part of it went to."""
    who, tools = await caller(request), request.app[TOOLS]
    place = _LINES.after(request.query.get("cursor"))
    after = None if place is None else place[0]
    async with tools.database.read() as session:
        found = await history_of(session, who.id, after=after, limit=_ON_PAGE + 1)
        part = _LINES.page(found, limit=_ON_PAGE, place=lambda one: (one.txn_id,))
        music = [one.txn_id for one in part.items if one.track_id is not None]
        parts = await parts_of(session, music)
        undone = await reversed_by(session, music)
        spent = await spent_by(session, who.id) if after is None else None
    since = tools.clock() - timedelta(days=tools.settings.refund_days)
    context = {
        "lines": [
            _line(
                one,
                parts.get(one.txn_id, ()),
                is_returnable=_is_returnable(one, since) and one.txn_id not in undone,
            )
            for one in part.items
        ],
        "spent": None if spent is None else _spent(spent),
        "next": part.next,
        "kinds": KINDS,
    }
    return await form_page(request, "mine/spending.html", context)


def _is_returnable(line: Line, since: datetime) -> bool:
    is_purchase = line.kind is TxnKind.PURCHASE and line.purchase_id is not None
    return is_purchase and line.occurred_at > since


def _line(line: Line, parts: Sequence[Part], *, is_returnable: bool) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "sentence": line.sentence,
        "at": line.occurred_at,
        "millicredits": (line.credits + line.promo) // _MICROS_PER_MILLICREDIT,
        "is_given": bool(line.promo),
        "track": line.track_id,
        "purchase": line.purchase_id if is_returnable else None,
        "parts": [part_words(one) for one in parts if one.amount],
    }


def part_words(part: Part) -> dict[str, Any]:
    """Tell whom a part went to, and how much it was."""
    return {
        "name": part.name,
        "is_payee": part.is_payee,
        "is_tax": part.name is None and part.kind == "vat",
        "amount": abs(part.amount),
        "currency": part.currency,
    }


def _spent(spent: Spent) -> dict[str, Any]:
    totals: Mapping[str, int] = {
        currency: sum(one.amount for one in spent.parts if one.currency == currency)
        for currency in {one.currency for one in spent.parts}
    }
    return {
        "millicredits": spent.credits // _MICROS_PER_MILLICREDIT,
        "artists": sum(1 for one in spent.parts if one.is_payee),
        "parts": [
            {**part_words(one), "ppm": one.amount * 1_000_000 // totals[one.currency]}
            for one in spent.parts
        ],
    }
