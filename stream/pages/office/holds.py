"""The pages of plays that are held: why, with the figures; let go or rejected, one or many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from aiohttp import web

from accounting.hold_facts import explained_facts
from accounting.holds import Held, Who, explain, held_plays, reject, release
from base.errors import Refused
from catalog.plays import play_session, unknown_play
from stream.api.plays import evidence_document
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, language_of, saying
from stream.pages.office.desk import Question, ask, ask_again, desk_page, done, said_in
from stream.sessions import weigh

log = structlog.get_logger()
HERE = "/office/holds"
_MOST, _REASON_LETTERS = 200, 500
_NOTICES = {
    "release": N_("They are let go, are settled in a moment, and are never held again for this."),
    "reject": N_("They came to nothing: nobody is charged, and nobody is paid for them."),
    "none": N_("Nothing was decided: somebody else was faster."),
}
#: What each rule says, in few words.
REASONS: Mapping[str, str] = {
    "held:reported-unserved": N_("reported, but never served"),
    "held:faster-than-time": N_("faster than time passes"),
    "held:beside-itself": N_("beside many other plays"),
    "held:too-many-an-hour": N_("too many in an hour"),
    "held:too-many-a-day": N_("too many in a day"),
    "held:same-purse": N_("paid by who is paid for it"),
    "held:shared-method": N_("many accounts, one card"),
    "held:new-account-spends": N_("a new account spends much"),
    "held:one-payee": N_("all of it to one payee"),
    "held:promo-farm": N_("given credit to one payee"),
    "held:loop": N_("two artists pay each other"),
    "held:wallet-frozen": N_("the wallet is frozen"),
    "held:not-settled": N_("settling failed on our side"),
}


async def get_holds_page(request: web.Request) -> web.Response:
    """Show plays that wait for a person, of one listener or for one reason if asked so."""
    reason, _ = request.query.get("reason") or None, saying(request)
    said = request.query.get("listener", "").strip()
    listener = id_in(said, unknown_play()) if said else None
    async with request.app[TOOLS].database.read() as session:
        found = await held_plays(session, limit=_MOST + 1, reason=reason, listener_id=listener)
    context = {
        "holds": [_held(one) for one in found[:_MOST]],
        "has_more": len(found) > _MOST,
        "listener": {"id": said, "name": found[0].listener} if said and found else None,
        "is_some": bool(reason or said),
        "reason": reason or "",
        "reasons": [(code, _(words)) for code, words in REASONS.items()],
        "notice": notice_of(request, _NOTICES),
    }
    return await desk_page(request, "office/holds.html", context)


async def get_hold_page(request: web.Request) -> web.Response:
    """Show why a play is held, what was heard of it, and what was decided."""
    async with request.app[TOOLS].database.read() as session:
        found = await explain(session, id_in(request.match_info["play"], unknown_play()))
        play = await play_session(session, found.held.session_id)
        evidence = evidence_document(await weigh(session, play))
        others = await held_plays(session, limit=_MOST, listener_id=found.held.listener_id)
    evidence_ms = {
        "needed": evidence.needed_ms,
        "heard": evidence.heard_ms,
        "passed": evidence.passed_ms,
    }
    longest = max(1, *evidence_ms.values())
    context = {
        "hold": {**explained_facts(found), **_held(found.held)},
        "is_held": found.held.state == "held",
        "evidence": {
            name: {"seconds": ms / 1000, "width": round(100 * ms / longest)}
            for name, ms in evidence_ms.items()
        },
        "territory": play.territory,
        "others": len(others),
        "notice": notice_of(request, _NOTICES),
    }
    return await desk_page(request, "office/hold.html", context)


async def get_decide_page(request: web.Request) -> web.Response:
    """Say what deciding comes to, for the plays that are named."""
    return await ask(request, await _deciding(request, {}))


async def post_decide_page(request: web.Request) -> web.Response:
    """Let plays go, or reject them, with a reason."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    _ = saying(request)
    try:
        why = form.get("reason", "").strip()
        if not 0 < len(why) <= _REASON_LETTERS or not why.isprintable():
            raise Unfit({"reason": _("Say why, in one line: it is kept with the decision.")})
        plays = await _plays(request, form)
        decide = release if request.match_info["deed"] == "release" else reject
        by = Who(id=who.id, name=who.name, why=why)
        async with tools.database.begin() as session:
            decided = await decide(session, plays, by, now=tools.clock())
    except Refused as refused:
        return await ask_again(request, await _deciding(request, form), refused)
    log.info("holds decided", deed=request.match_info["deed"], plays=decided, by=str(who.id))
    return done(HERE, request.match_info["deed"] if decided else "none")


async def _plays(request: web.Request, form: Mapping[str, str]) -> list[UUID]:
    """Answer one play, or all that are held of a listener."""
    said = said_in(request, form, "play", "listener")
    if "listener" not in said:
        return [id_in(said.get("play", ""), unknown_play())]
    async with request.app[TOOLS].database.read() as session:
        listener = id_in(said["listener"], unknown_play())
        held = await held_plays(session, limit=_MOST, listener_id=listener)
    return [one.session_id for one in held]


async def _deciding(request: web.Request, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    said, plays = said_in(request, form, "play", "listener", "reason"), await _plays(request, form)
    releases = request.match_info["deed"] == "release"
    async with request.app[TOOLS].database.read() as session:
        first = (await explain(session, plays[0])).held if plays else None
    facts = [(_("Plays"), say["number"](len(plays)))]
    if first is not None:
        facts.append((_("Listener"), first.listener))
    return Question(
        title=_("Let these plays go?") if releases else _("Reject these plays?"),
        button=_("Let them go") if releases else _("Reject them"),
        back=HERE,
        facts=facts,
        happens=[
            _("They are settled as any play: the listener is charged, and the payees are paid."),
            _("These plays are never held again for it."),
        ]
        if releases
        else [
            _("They come to nothing: nobody is charged for them, and nobody is paid."),
            _("This cannot be taken back."),
        ],
        said=said,
        reason=_("Why"),
        reason_hint=_("Your name and this stand with the decision for good."),
        is_final=not releases,
    )


def _held(one: Held) -> dict[str, Any]:
    return {
        "id": str(one.session_id),
        "words": REASONS.get(one.reason, one.reason),
        "listener_id": str(one.listener_id),
        "listener": one.listener,
        "track_id": str(one.track_id),
        "title": one.title,
        "at": one.heard_at,
        "figures": one.features.as_json() if one.features else {},
    }
