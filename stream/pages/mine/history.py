"""What one heard, what became of it and what it cost; forgetting it, and who is told of it."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from catalog.callers import Caller
from catalog.elsewhere import forget_kept, unknown_listen
from catalog.history import choose_counted, forget_all, forget_one, is_counted
from catalog.plays import unknown_play
from catalog.states import PlayState
from stream.api.elsewhere import listens_elsewhere
from stream.api.history import plays_heard, sessions_heard
from stream.api.paging import Paged
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.listener.rows import looking
from stream.pages.mine.rows import rows_of

HERE = "/history"
_ON_PAGE = 50
_NOTICES = {
    "gone": N_("That is forgotten."),
    "forgotten": N_("That is forgotten. The books keep what was paid, and your beads stay."),
    "chosen": N_("That is how it is from tonight on."),
}
#: What became of a session, as people say it.
VERDICTS = {
    PlayState.OPEN: N_("going on, or left before it counted"),
    PlayState.QUALIFIED: N_("counts, and is booked in a moment"),
    PlayState.HELD: N_("is looked at before it counts"),
    PlayState.SETTLED: N_("counted"),
    PlayState.REJECTED: N_("did not count"),
}
#: How a play was paid for.
KINDS = {
    "paid": N_("paid"),
    "promo": N_("paid with given credit"),
    "owned": N_("yours: free"),
    "own": N_("your own music: free"),
    "free": N_("a free track"),
}


async def get_history_page(request: web.Request) -> web.Response:
    """Show what one heard."""
    who, tools = await caller(request), request.app[TOOLS]
    if request.query.get("of") == "elsewhere":
        return await _elsewhere(request, who)
    of = "sessions" if request.query.get("of") == "sessions" else "plays"
    list_of = sessions_heard if of == "sessions" else plays_heard
    asked = Paged(limit=_ON_PAGE, cursor=request.query.get("cursor"))
    found = await list_of(request, who.id, asked)
    tracks = [UUID(one.card.track) for one in found.items if one.card is not None]
    async with tools.database.read() as session:
        rows = await rows_of(session, await looking(session, request), tracks)
        counted = await is_counted(session, who.id)
    context = {
        "of": of,
        "items": found.items,
        "rows": rows,
        "next": found.next,
        "counted": counted,
        "verdicts": VERDICTS,
        "kinds": KINDS,
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/history.html", context)


async def _elsewhere(request: web.Request, who: Caller) -> web.Response:
    """Show what one listened to elsewhere, which counted for nobody."""
    asked = Paged(limit=_ON_PAGE, cursor=request.query.get("cursor"))
    found = await listens_elsewhere(request, who.id, asked)
    context = {
        "items": found.items,
        "next": found.next,
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/elsewhere.html", context)


async def post_forget_elsewhere_page(request: web.Request) -> web.Response:
    """Forget one thing that one listened to elsewhere."""
    await form_of(request)
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        listen_id = id_in(request.match_info["listen"], unknown_listen())
        await forget_kept(session, who.id, listen_id)
    return see_other(f"{HERE}?of=elsewhere&notice=gone")


async def post_forget_all_page(request: web.Request) -> web.Response:
    """Forget all until now."""
    await form_of(request)
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await forget_all(session, who.id, now=tools.clock())
    return see_other(f"{HERE}?notice=forgotten")


async def post_forget_page(request: web.Request) -> web.Response:
    """Forget one thing."""
    await form_of(request)
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await forget_one(session, who.id, id_in(request.match_info["play"], unknown_play()))
    return see_other(f"{HERE}?notice=forgotten")


async def post_counted_page(request: web.Request) -> web.Response:
    """Let what one hears be part of what others are recommended, or not."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    wanted = form.get("counted") == "yes"
    async with tools.database.begin() as session:
        await choose_counted(session, who.id, is_counted=wanted, now=tools.clock())
    return see_other(f"{HERE}?notice=chosen")
