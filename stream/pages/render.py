"""A template becomes an answer, with the headers that every page has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import hdrs, web

from accounting.seen import Seen, seen_of
from base.database import Session
from catalog.callers import Caller
from catalog.permissions import Permission
from stream.identity.callers import caller_or_none
from stream.keys import ASSETS, CALLER, SEEN, TOOLS
from stream.pages.assets import Shell
from stream.pages.catalogues import catalogue_of
from stream.pages.environments import environment_of
from stream.pages.language import GROUNDS, language_of, theme_of
from stream.pages.navigation import Place, places_for

Said = dict[str, Any]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "worker-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: The places that are built, each with what it needs.
PLACES: web.AppKey[Iterable[tuple[Place, Permission]]] = web.AppKey("places")
SHELL = web.AppKey("shell", Shell)


async def show(
    request: web.Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    forms_lead_to: Sequence[str] = (),
) -> web.Response:
    """Answer a page with the head that whoever asks sees."""
    tools, who = request.app[TOOLS], await caller_or_none(request)
    if who is not None and SEEN not in request:
        async with tools.database.read() as session:
            request[SEEN] = await seen_of(session, who, now=tools.clock())
    account = None if who is None else account_of(who, request[SEEN])
    said = {"account": account, **context}
    return page(request, template, said, status=status, forms_lead_to=forms_lead_to)


def page(
    request: web.Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    forms_lead_to: Sequence[str] = (),
) -> web.Response:
    """Answer a page.

    Its forms lead to our own pages, and to these origins where they are sent on.
    """
    text = printed(request, template, context)
    return answered(request, text, status=status, forms_lead_to=forms_lead_to)


def printed(request: web.Request, template: str, context: Mapping[str, Any]) -> str:
    """Answer the text of a page, in the language and the light of who asks."""
    shell = _shell(request, is_signed_in=context["account"] is not None)
    return environment_of(language_of(request)).get_template(template).render(shell, **context)


def answered(
    request: web.Request, text: str, *, status: int = 200, forms_lead_to: Sequence[str] = ()
) -> web.Response:
    """Answer the text of a page; nobody keeps it, as it shows who is signed in."""
    language = language_of(request)
    response = web.Response(text=text, content_type="text/html", status=status)
    leading = " ".join(("form-action 'self'", *forms_lead_to))
    response.headers["Content-Security-Policy"] = f"{_POLICY}; {leading}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Cookie"
    if request.method == hdrs.METH_POST:
        response.headers["HX-Push-Url"] = "false"  # there is nothing to come back to
    response.enable_compression()
    return response


def _shell(request: web.Request, *, is_signed_in: bool) -> dict[str, Any]:
    """Answer what the shell of every page knows, whatever the page is."""
    name = catalogue_of(language_of(request)).script_name
    who = request.get(CALLER) if is_signed_in else None
    return {
        "assets": request.app[ASSETS],
        "shell": request.app[SHELL],
        "grounds": GROUNDS,
        "here": request.path,
        "again": request.path_qs if request.method == hdrs.METH_GET else "/",
        "theme": theme_of(request),
        "sentences": f"/language/{name}.json" if name else "",
        "places": places_for(request.app[PLACES], who),
    }


async def account_in(session: Session, who: Caller | None, *, now: datetime) -> Said | None:
    """Answer what the head of a page says of who is signed in, where nobody asked before."""
    return None if who is None else account_of(who, await seen_of(session, who, now=now))


def account_of(who: Caller, seen: Seen) -> Said:
    """Answer what the head of a page says of who is signed in."""
    payer = who.personal_id(Permission.WALLET_READ)
    return {
        "id": who.person_id,
        "name": who.name,
        "acting_for": seen.head.acting_for,
        "roles": sorted(who.roles),
        "balance_millicredits": None if payer is None else seen.balance,
        "lacks_factor": bool(who.withheld),
        "is_unconfirmed": seen.head.is_unconfirmed,
    }
