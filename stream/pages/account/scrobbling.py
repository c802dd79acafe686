"""The page of accounts elsewhere that are told what one listens to: connected, held, refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from base.errors import Refused, Unavailable
from catalog.callers import Caller
from catalog.scrobble_links import unknown_link
from catalog.scrobble_states import LinkState, Service
from catalog.scrobbles import refused as refused_listens
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import ORIGIN, TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.scrobbling import (
    NAMES,
    Linked,
    begin_lastfm,
    connect_listenbrainz,
    disconnect,
    finish_lastfm,
    linked,
)

_HERE = "/account/scrobbling"
_MOST_REFUSED = 20
_NOTICES = {
    "connected": N_("Connected. It is told what you listen to from now on."),
    "begun": N_("One step is left: allow it at Last.fm, come back here and finish."),
    "disconnected": N_("Disconnected. It is told nothing more."),
}
#: Where a connection stands, as people say it.
_STATES = {
    LinkState.ASKED: N_("not connected yet"),
    LinkState.CONNECTED: N_("connected"),
    LinkState.SIGNED_OUT: N_("to be connected again"),
}


async def get_scrobbling_page(request: web.Request) -> web.Response:
    """Show them."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_listenbrainz_page(request: web.Request) -> web.Response:
    """Connect an account of a ListenBrainz."""
    who, form = await caller(request), await form_of(request)
    try:
        await connect_listenbrainz(
            request, who, server=form.get("server", ""), token=form.get("token", "")
        )
    except (Refused, Unavailable) as error:
        return await _show(request, who, error=error, said=form)
    return see_other(f"{_HERE}?notice=connected")


async def post_lastfm_page(request: web.Request) -> web.Response:
    """Begin to connect an account of Last.fm."""
    who, _ = await caller(request), await form_of(request)
    try:
        await begin_lastfm(request, who)
    except (Refused, Unavailable) as error:
        return await _show(request, who, error=error)
    return see_other(f"{_HERE}?notice=begun")


async def post_link_page(request: web.Request) -> web.Response:
    """Finish a connection that was allowed, or end one."""
    who, form = await caller(request), await form_of(request)
    link_id = id_in(request.match_info["link"], unknown_link())
    try:
        if form.get("do") == "finish":
            await finish_lastfm(request, who, link_id)
            return see_other(f"{_HERE}?notice=connected")
        await disconnect(request, who, link_id)
    except (Refused, Unavailable) as error:
        return await _show(request, who, error=error)
    return see_other(f"{_HERE}?notice=disconnected")


async def _show(
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    error: Refused | Unavailable | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    tools = request.app[TOOLS]
    found = await linked(request, who)
    links = [_link(one) for one in found]
    async with tools.database.read() as session:
        for shown, one in zip(links, found, strict=True):
            if one.figures.refused:
                shown["left_out"] = await refused_listens(session, one.link.id, limit=_MOST_REFUSED)
    context = {
        "links": links,
        "names": NAMES,
        "states": _STATES,
        "server": (said or {}).get("server") or tools.settings.listenbrainz_url,
        "has_lastfm": bool(tools.settings.lastfm_key),
        "address": request.app[ORIGIN],
        "notice": notice,
    }
    return await form_page(request, "account/scrobbling.html", context, refused=_refused(error))


def _link(one: Linked) -> dict[str, Any]:
    link = one.link
    return {
        "id": link.id,
        "name": NAMES[Service(link.service)],
        "server": link.server if link.service == Service.LISTENBRAINZ else None,
        "username": link.username,
        "state": LinkState(link.state),
        "allow_at": one.allow_at,
        "sent": link.sent_at,
        "waiting": one.figures.waiting,
        "refused": one.figures.refused,
        "trouble": link.trouble,
        "again": link.held_until,
        "left_out": [],
    }


def _refused(error: Refused | Unavailable | None) -> Refused | None:
    if isinstance(error, Unavailable):
        return Refused(error.code, error.sentence, status=error.status)
    return error
