"""The page of who asks to be an artist here: seen, let in, or told why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.artist_requests import Verdict, open_requests, unknown_request
from catalog.models.artists import ArtistRequest
from catalog.models.search import SearchKind
from catalog.search import Asked, search
from catalog.states import ClaimEvent
from stream.api.artist_requests import REQUESTS, decided, place_of
from stream.api.search_documents import document
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, saying
from stream.pages.office.desk import Question, ask, ask_again, done, said_in
from stream.pages.office.months import names_of
from stream.pages.office.showing import office_page

HERE = "/office/artists"
#: For each the catalogue is searched: as many as one decides about at a sitting.
_ON_PAGE, _MOST_ALIKE = 20, 4
_NOTICES = {
    "approve": N_("They are an artist now, and are told by mail."),
    "deny": N_("They are told why not, and may ask again."),
}


async def get_artists_page(request: web.Request) -> web.Response:
    """Show who waits, the longest first, each with those who are called alike."""
    after = REQUESTS.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        found = await open_requests(session, after=after, limit=_ON_PAGE + 1)
        page = REQUESTS.page(found, limit=_ON_PAGE, place=place_of)
        names = await names_of(session, {one.account_id for one in page.items})
        rows = [
            {"row": one, "by": names.get(one.account_id), "alike": await _alike(session, one)}
            for one in page.items
        ]
    context = {"rows": rows, "next": page.next, "notice": notice_of(request, _NOTICES)}
    return await office_page(request, "office/artists.html", context)


async def _alike(session: Session, row: ArtistRequest) -> list[Any]:
    asked = Asked(text=row.name, kinds=(SearchKind.ARTIST,), limit=_MOST_ALIKE)
    return [document(one) for one in await search(session, asked)]


async def get_decide_page(request: web.Request) -> web.Response:
    """Say what deciding comes to."""
    return await ask(request, await _deciding(request, {}))


async def post_decide_page(request: web.Request) -> web.Response:
    """Let somebody in, or say why not."""
    form, _ = await form_of(request), saying(request)
    event = ClaimEvent(request.match_info["deed"])
    try:
        reason = form.get("reason", "").strip()[:1000]
        if event is ClaimEvent.DENY and not reason:
            raise Unfit({"reason": _("Say why not: they read it.")})
        async with request.app[TOOLS].database.begin() as session:
            await decided(request, session, _id_in(request), Verdict(event=event, reason=reason))
    except Refused as refused:
        return await ask_again(request, await _deciding(request, form), refused)
    return done(HERE, event)


def _id_in(request: web.Request) -> UUID:
    return id_in(request.match_info["request"], unknown_request())


async def _deciding(request: web.Request, form: Mapping[str, str]) -> Question:
    _, approves = saying(request), request.match_info["deed"] == ClaimEvent.APPROVE
    async with request.app[TOOLS].database.read() as session:
        row = await session.get(ArtistRequest, _id_in(request))
        if row is None:
            raise unknown_request()
        names = await names_of(session, {row.account_id})
    return Question(
        title=_("Let them in?") if approves else _("Say no?"),
        button=_("Let them in") if approves else _("Say no"),
        back=HERE,
        facts=[(_("Account"), names.get(row.account_id, "")), (_("As an artist"), row.name)],
        happens=[
            _("They upload and publish music under this name, by the rules of the house."),
            _("They are told by mail. The role can be taken from them at their account."),
        ]
        if approves
        else [_("They stay a listener. They are told why by mail, and may ask again.")],
        said=said_in(request, form, "reason"),
        reason="" if approves else _("Why not"),
    )
