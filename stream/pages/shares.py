"""The page of shares: what waits for a word of whoever looks, and what they share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import hdrs, web

from accounting.payees import Payee, payees_of_account
from accounting.sheets import concerning, waiting_for
from accounting.splits import WHOLE_PPM
from base.errors import Refused
from catalog.models.rights import SheetKind
from catalog.states import SheetState
from stream.api.amounts import Amount
from stream.api.sheet_views import described
from stream.api.split_documents import ShareFacts, SheetDocument
from stream.api.splits import answer
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.render import account_of, page

_PPM_PER_CENT = 10_000
_WORDS = {
    SheetState.PROPOSED: "proposed",
    SheetState.AGREED: "agreed",
    SheetState.DECLINED: "declined",
    SheetState.REPLACED: "replaced by another",
}


async def get_shares_page(request: web.Request) -> web.Response:
    """Show what waits for the caller, and all sheets on which they stand."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        mine = await payees_of_account(session, who.id)
        ids = [one.id for one in mine]
        waiting = await described(session, await waiting_for(session, ids), who)
        every = await described(session, await concerning(session, ids), who)
        account = await account_of(session, who, now=request.app[TOOLS].clock())
    asked = {one.id for one in waiting}
    context = {
        "account": account,
        "payees": [_payee(one) for one in mine],
        "waiting": [sheet_words(one) for one in waiting],
        "others": [sheet_words(one) for one in every if one.id not in asked],
    }
    return page(request, "shares.html", context)


async def post_shares_page(request: web.Request) -> web.Response:
    """Take what the caller says to a sheet, and show the page again."""
    who = await caller(request)
    said = str((await request.post()).get("answer", ""))
    if said not in {"accept", "decline"}:
        raise Refused("bad-answer", "Please accept or decline.", status=422)
    await answer(request, who, said)
    return web.Response(status=303, headers={hdrs.LOCATION: "/shares"})


def sheet_words(found: SheetDocument) -> dict[str, Any]:
    """Tell a sheet as people read it."""
    is_contract = found.kind is SheetKind.CONTRACT
    shown = [share for share in found.shares if share.ppm or share.yours]
    left = WHOLE_PPM - sum(share.ppm for share in shown)
    return {
        "id": found.id,
        "title": found.title or f"All music of {found.owner_name}",
        "what": "a label's part, taken before the rest is shared" if is_contract else "shares",
        "by": found.proposed_by,
        "state": _WORDS[found.state],
        "since": _day(found.in_force_from or found.valid_from),
        "until": _day(found.valid_until) if found.valid_until else None,
        "shares": [
            _share(
                one,
                rest=left if is_contract and one is not found.shares[0] else 0,
                what="the rest" if one.payee == found.owner else "a part of the rest",
            )
            for one in shown
        ],
        "waits": [_amount(one) for one in found.waits],
        "may_answer": found.may_answer,
    }


def _share(share: ShareFacts, *, rest: int, what: str) -> dict[str, Any]:
    """Say what a share is; `rest` is what a contract leaves to those who share the music."""
    return {
        "name": share.name,
        "part": what if rest else _per_cent(share.ppm),
        "ppm": rest or share.ppm,
        "state": "for nobody yet" if share.state == "unclaimed" else share.state,
        "yours": share.yours,
    }


def _payee(payee: Payee) -> dict[str, str]:
    return {"id": str(payee.id), "name": payee.name, "kind": str(payee.kind)}


def _per_cent(ppm: int) -> str:
    whole, rest = divmod(ppm, _PPM_PER_CENT)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".") + " %"


def _amount(amount: Amount) -> str:
    whole, rest = divmod(abs(amount.amount), 10**amount.scale)
    parts = f"{rest:06}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount.amount < 0 else ''}{whole:,}.{parts} {amount.currency}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
