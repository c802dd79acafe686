"""The page of applications that people may sign in to: added, given a new secret, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from base.errors import Refused
from catalog.oidc_clients import client_with, clients_after
from stream.api.clients import PLACE, ClientMade, NewClient, added, renewed, take_out
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.showing import office_page

HERE = "/office/applications"
_ON_PAGE = 20
_NOTICES = {"removed": N_("It is removed, and acts for nobody any more.")}
#: How an application shows that it is itself: only those of servers can keep a secret.
WAYS = {
    "none": N_("It runs on people's devices, and keeps no secret"),
    "client_secret_basic": N_("It runs on a server, and keeps a secret"),
}
_NEW = {"name": "", "uris": "", "way": "none", "trusted": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A secret, shown this once."""

    name: str
    id: str
    secret: str | None


async def get_applications_page(request: web.Request) -> web.Response:
    """Show applications, the newest first."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_applications_page(request: web.Request) -> web.Response:
    """Add one."""
    who, form = await caller(request), await form_of(request)
    try:
        made: ClientMade = await added(request.app[TOOLS], who, _new(form))
    except Refused as refused:
        return await _show(request, refused=refused, said=form)
    return await _show(request, told=Told(name=made.name, id=made.id, secret=made.secret))


async def post_secret_page(request: web.Request) -> web.Response:
    """Give one another secret."""
    who, _ = await caller(request), await form_of(request)
    client_id = request.match_info["client"]
    try:
        secret = await renewed(request.app[TOOLS], who, client_id)
    except Refused as refused:
        return await _show(request, refused=refused)
    return await _show(request, told=Told(name=client_id, id=client_id, secret=secret))


async def post_remove_page(request: web.Request) -> web.Response:
    """Remove one."""
    who, _ = await caller(request), await form_of(request)
    tools = request.app[TOOLS]
    try:
        async with tools.database.begin() as session:
            client = await client_with(session, request.match_info["client"], lock=True)
            await take_out(session, who, client, now=tools.clock())
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{HERE}?notice=removed")


def _new(form: Mapping[str, str]) -> NewClient:
    said = {
        "name": " ".join(form.get("name", "").split()),
        "redirect_uris": form.get("uris", "").split(),
        "auth_method": form.get("way", ""),
        "grant_types": ["authorization_code", "refresh_token"],
        "is_trusted": form.get("trusted") == "yes",
    }
    try:
        return NewClient.model_validate(said)
    except ValidationError as error:
        raise Unfit(dict(_fault(str(one["loc"][0])) for one in error.errors())) from None


def _fault(field: str) -> tuple[str, str]:
    if field == "redirect_uris":
        return "uris", "Tell whole addresses that begin with https://, one a line."
    if field == "auth_method":
        return "way", "Choose where it runs."
    return "name", "Tell a name by which people know it."


async def _show(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
    told: Told | None = None,
) -> web.Response:
    after = PLACE.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        rows = await clients_after(session, after, limit=_ON_PAGE + 1)
    part = PLACE.page(rows, limit=_ON_PAGE, place=lambda one: (one.created_at, one.id))
    context: dict[str, Any] = {
        "clients": part.items,
        "next": part.next,
        "path": HERE,
        "ways": WAYS,
        "told": told,
        "said": {**_NEW, **(said or {})},
        "notice": notice,
    }
    return await office_page(request, "office/applications.html", context, refused=refused)
