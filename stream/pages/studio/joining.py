"""The page by which whoever listens becomes an artist: a name, what that means, and a studio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from accounting.payees import Payee, payees_waiting
from accounting.terms import terms_at
from base.errors import Refused
from catalog.artist_requests import MAKERS, request_of
from catalog.callers import Caller, CredentialKind
from catalog.members import accounts_of
from catalog.models.search import SearchKind
from catalog.permissions import Permission
from catalog.search import Asked, search
from catalog.states import ClaimState
from stream.api.artist_requests import asked_to_join
from stream.api.search_documents import FoundDocument, document
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_, saying

HERE = "/studio/join"
_LONGEST_NAME = 200
_MOST_ALIKE = 4
_NOTICES = {"asked": N_("We have your request.")}


async def get_join_page(request: web.Request) -> web.Response:
    """Show what it is to be an artist here, or what became of having asked."""
    who = await caller(request)
    # A token may be for less than the studio, which led here.
    if who.has(*MAKERS) and who.may(Permission.MUSIC_READ):
        return see_other("/studio")
    return await _show(request, who, said={"name": who.name})


async def post_join_page(request: web.Request) -> web.Response:
    """Be an artist from now on, or wait; who is called as others are looks at them before."""
    who, form = await caller(request), await form_of(request)
    name = " ".join(form.get("name", "").split())
    try:
        _require_fit(request, name, agrees="agrees" in form)
        if "another" not in form and (alike := await _alike(request, name)):
            return await _show(request, who, said=form, alike=alike)
        row = await asked_to_join(request, who, name)
    except Refused as refused:
        return await _show(request, who, said=form, refused=refused)
    is_in = row.state == ClaimState.APPROVED
    return see_other("/studio?notice=joined" if is_in else f"{HERE}?notice=asked")


def _require_fit(request: web.Request, name: str, *, agrees: bool) -> None:
    _, faults = saying(request), {}
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        faults["name"] = _("Tell the name under which your music comes out.")
    if not agrees:
        faults["agrees"] = _("Without that we may not play your music to anybody.")
    if faults:
        raise Unfit(faults)


async def _alike(
    request: web.Request, name: str
) -> tuple[Sequence[FoundDocument], Sequence[Payee]] | None:
    """Answer the artists who are called so or nearly, and shares that wait for somebody of it."""
    asked = Asked(text=name, kinds=(SearchKind.ARTIST,), limit=_MOST_ALIKE)
    async with request.app[TOOLS].database.read() as session:
        artists = [document(one) for one in await search(session, asked)]
        payees = await payees_waiting(session, name, limit=_MOST_ALIKE)
    return (artists, payees) if artists or payees else None


async def _show(
    request: web.Request,
    who: Caller,
    *,
    said: Any,  # noqa: ANN401 - fields of a form
    alike: tuple[Sequence[FoundDocument], Sequence[Payee]] | None = None,
    refused: Refused | None = None,
) -> web.Response:
    tools, held = request.app[TOOLS], who.credential
    async with tools.database.read() as session:
        row = await request_of(session, who.id)
        terms = await terms_at(session, tools.clock())
        others = await accounts_of(session, who.person_id)
    waits = row is not None and row.state == ClaimState.OPEN
    context: dict[str, Any] = {
        "asked": row,
        "waits": waits and refused is None and alike is None,
        "was_refused": row is not None and row.state == ClaimState.DENIED,
        "alike": alike[0] if alike else [],
        "shares": alike[1] if alike else [],
        "artist_ppm": terms.artist_ppm,
        "is_open": tools.settings.lets_artists_in(reviews=tools.settings.reviews),
        "is_reviewed": tools.settings.reviews,
        "others": others if held and held.kind is CredentialKind.SESSION else [],
        "said": {"name": said.get("name", ""), "agrees": "agrees" in said},
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/join.html", context, refused=refused)
