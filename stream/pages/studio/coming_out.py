"""The page of how a release comes out: when, where and for what; and how to show it elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from aiohttp import web

from accounting.deal_rows import deals_of
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.releases import Release
from catalog.permissions import Permission
from catalog.pre_saves import count_pre_saves
from catalog.release_moves import moves_of
from catalog.releases import concerns, release_of, unknown_release
from catalog.states import ReleaseEvent, ReleaseState
from ingest.coming_out import (
    publish,
    recall,
    reinstate,
    schedule,
    submit,
    withdraw,
)
from ingest.dates import Date, date_of
from ingest.ddex.export.gathering import TOLD
from ingest.release_deeds import Occasion
from ingest.words import one_line
from stream.api.releases import document, release_id_in
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import ORIGIN, REQUEST_ID, TOOLS
from stream.pages.embed.oembed import HEIGHTS, Embedded, Kind, Shown, frame
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_, language_of
from stream.pages.meta import FRAME_WIDTH
from stream.pages.studio.deal_words import MODELS, deal_words
from stream.pages.studio.places import places_of

Deed = Callable[[Session, UUID, Occasion], Awaitable[Release]]
_NOTE_LETTERS = 1_000
STATES = {
    ReleaseState.DRAFT: (N_("draft"), ""),
    ReleaseState.SUBMITTED: (N_("waits to be looked at"), "warn"),
    ReleaseState.IN_REVIEW: (N_("is looked at"), "warn"),
    ReleaseState.SCHEDULED: (N_("scheduled"), "accent"),
    ReleaseState.PUBLISHED: (N_("out"), "good"),
    ReleaseState.WITHDRAWN: (N_("withdrawn"), "wrong"),
}
_EVENTS = {
    ReleaseEvent.SUBMIT: N_("Sent to be looked at"),
    ReleaseEvent.TAKE_UP: N_("Somebody looks at it"),
    ReleaseEvent.RECALL: N_("A draft again"),
    ReleaseEvent.RETURN: N_("Given back"),
    ReleaseEvent.SCHEDULE: N_("Scheduled"),
    ReleaseEvent.PUBLISH: N_("Came out"),
    ReleaseEvent.WITHDRAW: N_("Withdrawn"),
    ReleaseEvent.REINSTATE: N_("Put back"),
}
_NOTICES = {
    "publish": N_("It is out: all can hear it."),
    "schedule": N_("It comes out by itself at that time."),
    "submit": N_("It is looked at now; you hear of it."),
    "recall": N_("It is a draft again, and nothing comes out."),
    "withdraw": N_("Nobody hears it any more but those who own its tracks."),
    "reinstate": N_("All can hear it again."),
    "terms": N_("Written down."),
}


async def get_coming_out_page(request: web.Request) -> web.Response:
    """Show how a release of the caller's comes out."""
    return await show_release(request, await caller(request))


async def post_coming_out_page(request: web.Request) -> web.Response:
    """Publish, schedule, submit, recall, withdraw or put back a release."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    said, release_id = form.get("do", ""), release_id_in(request)
    try:
        deed = _deed(request, form, said)
        occasion = Occasion(
            caller=who,
            request_id=request[REQUEST_ID],
            now=tools.clock(),
            note=one_line(form.get("reason") or None, _NOTE_LETTERS),
        )
        async with tools.database.begin() as session:
            await deed(session, release_id, occasion)
    except Refused as refused:
        shown = Unfit({"reason": refused.sentence}) if refused.code == "reason-missing" else refused
        return await show_release(request, who, refused=shown, said=form)
    return see_other(f"{address_of(release_id)}?notice={said}")


def address_of(release_id: UUID) -> str:
    """Answer where the page of a release is."""
    return f"/studio/releases/{release_id}/coming-out"


async def show_release(
    request: web.Request,
    who: Caller,
    *,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    """Show how a release comes out, as it stands."""
    tools, language = request.app[TOOLS], language_of(request)
    async with tools.database.read() as session:
        release = await release_of(session, release_id_in(request))
        if not concerns(release, who):
            raise unknown_release()
        found = await document(session, release, who)
        moves = await moves_of(session, release.id)
        waiting = await count_pre_saves(session, release.id)
        deals = await deals_of(session, [UUID(one.track) for one in found.tracks])
    words, kind = STATES[found.state]
    every = [one for each in deals.values() for one in each]
    context: dict[str, Any] = {
        "place": "/studio",
        "beside": places_of(who),
        "path": address_of(release.id),
        "release": found,
        "state": words,
        "state_kind": kind,
        "errors": [one for one in found.findings or () if one.severity == "error"],
        "waiting": waiting,
        "moves": [(_EVENTS[ReleaseEvent(one.event)], one.note, one.at) for one in reversed(moves)],
        "deals": deal_words(every, language=language, now=tools.clock()),
        "models": [(str(one), words) for one, words in MODELS.items()],
        "zones": sorted(available_timezones()),
        "embed": _embed(request, found.id, found.title, found.artist),
        "link": f"{request.app[ORIGIN]}/releases/{found.id}",
        "is_told": bool(tools.settings.ddex_party_id) and found.state in TOLD,
        "may_publish": who.may(Permission.MUSIC_PUBLISH),
        "may_terms": who.may(Permission.MUSIC_TERMS),
        "key": uuid4().hex,
        "said": {**_NOTHING_SAID, **(said or {})},
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/coming_out.html", context, refused=refused)


_NOTHING_SAID = dict.fromkeys(
    ("at", "reason", "do", "territories", "excluded", "starts_at", "ends_at"), ""
) | {"zone": "Europe/Berlin", "model": "paid", "is_announced": "yes"}


def _embed(request: web.Request, release: str, title: str, artist: str) -> Mapping[str, Any]:
    embedded = Embedded(kind=Kind.RELEASE, id=UUID(release))
    shown, height = Shown(embedded=embedded, title=title, artist=artist), HEIGHTS[Kind.RELEASE]
    code = frame(shown, origin=request.app[ORIGIN], width=FRAME_WIDTH, height=height)
    return {"code": code, "src": f"/embed/releases/{release}", "height": height}


def _deed(request: web.Request, form: Mapping[str, str], said: str) -> Deed:
    reviews = request.app[TOOLS].settings.reviews
    deeds: Mapping[str, Callable[[], Deed]] = {
        "publish": lambda: partial(publish, reviews=reviews),
        "schedule": lambda: partial(schedule, date=_date(request, form), reviews=reviews),
        "submit": lambda: partial(submit, date=_date(request, form) if form.get("at") else None),
        "recall": lambda: recall,
        "withdraw": lambda: withdraw,
        "reinstate": lambda: reinstate,
    }
    if said not in deeds:
        raise Refused("bad-form", "Press one of the buttons.", status=422)
    return deeds[said]()


def _date(request: web.Request, form: Mapping[str, str]) -> Date:
    try:
        at = datetime.fromisoformat(form.get("at", ""))
    except ValueError:
        raise Unfit({"at": "Choose a day and a time."}) from None
    zone, is_announced = form.get("zone", "") or "UTC", form.get("is_announced") == "yes"
    return date_of(at, zone, is_announced=is_announced, now=request.app[TOOLS].clock())
