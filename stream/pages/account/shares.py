"""The page of shares: what waits for a word of whoever looks, and what they share."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from accounting.payees import Payee, payees_of_account
from accounting.sheets import concerning, waiting_for
from accounting.splits import WHOLE_PPM
from base.errors import Refused
from catalog.models.rights import PayeeKind, SheetKind
from catalog.states import SheetState
from stream.api.sheet_views import described
from stream.api.split_documents import ShareFacts, SheetDocument
from stream.api.splits import answer
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.render import show

_CONTRACT, _SHARES = N_("a label's part, taken before the rest is shared"), N_("shares")
_REST, _PART_OF_REST = N_("the rest"), N_("a part of the rest")
#: What is said of sheets, of shares and of payees, by what programs are told.
STATES = {
    SheetState.PROPOSED: N_("proposed"),
    SheetState.AGREED: N_("agreed"),
    SheetState.DECLINED: N_("declined"),
    SheetState.REPLACED: N_("replaced by another"),
    "accepted": N_("accepted"),
    "waiting": N_("waiting"),
    "unclaimed": N_("for nobody yet"),
}
KINDS = {
    PayeeKind.ARTIST: N_("artist"),
    PayeeKind.LABEL: N_("label"),
    PayeeKind.GROUP: N_("group"),
    PayeeKind.MEMBER: N_("member"),
}


async def get_shares_page(request: web.Request) -> web.Response:
    """Show what waits for the caller, and all sheets on which they stand."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        mine = await payees_of_account(session, who.id)
        ids = [one.id for one in mine]
        waiting = await described(session, await waiting_for(session, ids), who)
        every = await described(session, await concerning(session, ids), who)
    asked = {one.id for one in waiting}
    context = {
        "states": STATES,
        "payees": [_payee(one) for one in mine],
        "waiting": [sheet_words(one) for one in waiting],
        "others": [sheet_words(one) for one in every if one.id not in asked],
    }
    return await show(request, "account/shares.html", context)


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
        "title": found.title,
        "owner": found.owner_name,
        "what": _CONTRACT if is_contract else _SHARES,
        "by": found.proposed_by,
        "state": found.state,
        "since": found.in_force_from or found.valid_from,
        "until": found.valid_until,
        "shares": [
            _share(
                one,
                rest=left if is_contract and one is not found.shares[0] else 0,
                what=_REST if one.payee == found.owner else _PART_OF_REST,
            )
            for one in shown
        ],
        "waits": [one.model_dump() for one in found.waits],
        "may_answer": found.may_answer,
    }


def _share(share: ShareFacts, *, rest: int, what: str) -> dict[str, Any]:
    """Say what a share is; `rest` is what a contract leaves to those who share the music."""
    return {
        "name": share.name,
        "what": what if rest else "",
        "part": share.ppm,
        "ppm": rest or share.ppm,
        "state": share.state,
        "yours": share.yours,
    }


def _payee(payee: Payee) -> dict[str, str]:
    return {"id": str(payee.id), "name": payee.name, "kind": KINDS[payee.kind]}
