"""Accounts elsewhere that are told what the caller listens to, as documents."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from catalog.models.scrobbling import ScrobbleLink
from catalog.permissions import Permission
from catalog.scrobble_links import Figures, link_of, unknown_link
from catalog.scrobble_states import LinkState, Service
from catalog.scrobbles import refused
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import told
from stream.api.openapi import Route
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.scrobbling import (
    Linked,
    begin_lastfm,
    connect_listenbrainz,
    disconnect,
    finish_lastfm,
    linked,
)

_HERE = "/api/v1/scrobbling"
_LINK = _HERE + "/links/{link}"
_MOST_REFUSED = 50


class ConnectListenBrainz(BaseModel):
    """Connect an account of a ListenBrainz by its token; of the one of the house unless told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"token": "6dcc5d60-5a7a-4e2b-9a4b-0d2a5f4c7b11"}]},
    )

    server: str = Field(default="", max_length=400)
    token: str = Field(min_length=1, max_length=400)


class LinkDocument(BaseModel):
    """An account elsewhere: what waits for it, and how it went last.

    `allow_at` is where one allows it first; `refused` listens it will never take.
    """

    link: str
    service: Service
    server: str
    username: str | None
    state: LinkState
    allow_at: str | None
    connected_at: datetime | None
    sent_at: datetime | None
    waiting: int
    refused: int
    trouble: str | None
    held_until: datetime | None


class ScrobblingDocument(BaseModel):
    """All of the caller's accounts elsewhere, and which services one can connect."""

    links: list[LinkDocument]
    listenbrainz_url: str
    has_lastfm: bool


class RefusedListen(BaseModel):
    """A listen that a service will never take, and why."""

    play: str
    listened_at: datetime | None
    track: str
    artist: str
    reason: str | None


class RefusedList(BaseModel):
    """The last of them, the newest first."""

    items: list[RefusedListen]


async def get_scrobbling(request: web.Request) -> web.Response:
    """Answer the caller's accounts elsewhere."""
    who, settings = await caller(request), request.app[TOOLS].settings
    body = ScrobblingDocument(
        links=[_document(one) for one in await linked(request, who)],
        listenbrainz_url=settings.listenbrainz_url,
        has_lastfm=bool(settings.lastfm_key),
    )
    return answered(request, body, cache=NEVER_KEPT)


async def post_listenbrainz(request: web.Request) -> web.Response:
    """Connect one of a ListenBrainz."""
    who, wanted = await caller(request), await told(request, ConnectListenBrainz)
    link = await connect_listenbrainz(request, who, server=wanted.server, token=wanted.token)
    return await _made(request, link)


async def post_lastfm(request: web.Request) -> web.Response:
    """Begin to connect one of Last.fm."""
    return await _made(request, await begin_lastfm(request, await caller(request)))


async def post_allowed(request: web.Request) -> web.Response:
    """Finish it, once it was allowed."""
    link_id = id_in(request.match_info["link"], unknown_link())
    await finish_lastfm(request, await caller(request), link_id)
    return no_content()


async def delete_link(request: web.Request) -> web.Response:
    """Disconnect one."""
    link_id = id_in(request.match_info["link"], unknown_link())
    await disconnect(request, await caller(request), link_id)
    return no_content()


async def get_refused_listens(request: web.Request) -> web.Response:
    """Answer what one will never take."""
    who, link_id = await caller(request), id_in(request.match_info["link"], unknown_link())
    async with request.app[TOOLS].database.read() as session:
        link = await link_of(session, who.person_id, link_id)
        found = await refused(session, link.id, limit=_MOST_REFUSED)
    items = [
        RefusedListen(
            play=str(one.session_id),
            listened_at=one.listen.listened_at,
            track=one.listen.track,
            artist=one.listen.artist,
            reason=one.reason,
        )
        for one in found
    ]
    return answered(request, RefusedList(items=items), cache=NEVER_KEPT)


async def _made(request: web.Request, link: ScrobbleLink) -> web.Response:
    mine = await linked(request, await caller(request))
    made = next((one for one in mine if one.link.id == link.id), None)
    body = _document(made or Linked(link=link, figures=Figures(), allow_at=None))
    return web.json_response(text=body.model_dump_json(), status=201, headers=_headers(link))


def _headers(link: ScrobbleLink) -> dict[str, str]:
    return {"Location": f"{_HERE}/links/{link.id}", "Cache-Control": "no-store"}


def _document(one: Linked) -> LinkDocument:
    link = one.link
    return LinkDocument(
        link=str(link.id),
        service=Service(link.service),
        server=link.server,
        username=link.username,
        state=LinkState(link.state),
        allow_at=one.allow_at,
        connected_at=link.connected_at,
        sent_at=link.sent_at,
        waiting=one.figures.waiting,
        refused=one.figures.refused,
        trouble=link.trouble,
        held_until=link.held_until,
    )


def scrobbling_routes() -> list[Route]:
    """Answer every operation of accounts elsewhere."""
    needs = Permission.LISTENS_SEND
    return [
        Route(
            method="GET",
            path=_HERE,
            handler=get_scrobbling,
            needs=needs,
            summary="Your accounts elsewhere that are told what you listen to.",
            answers={200: ScrobblingDocument},
            problems=(),
        ),
        Route(
            method="POST",
            path=f"{_HERE}/listenbrainz",
            handler=post_listenbrainz,
            needs=needs,
            summary="Connect an account of a ListenBrainz, by its token.",
            body=ConnectListenBrainz,
            answers={201: LinkDocument},
            problems={409: ("links-too-many",), 422: ("token-unknown", "address-unfit"), 503: ()},
        ),
        Route(
            method="POST",
            path=f"{_HERE}/lastfm",
            handler=post_lastfm,
            needs=needs,
            summary="Begin to connect an account of Last.fm; allow it at `allow_at`.",
            answers={201: LinkDocument},
            problems={409: ("lastfm-unknown", "links-too-many"), 503: ()},
        ),
        Route(
            method="POST",
            path=f"{_LINK}/allowed",
            handler=post_allowed,
            needs=needs,
            summary="Say that you allowed it there, which connects it.",
            answers={204: "text/plain"},
            problems={404: (), 409: ("not-allowed-yet", "nothing-asked"), 503: ()},
        ),
        Route(
            method="GET",
            path=f"{_LINK}/refused",
            handler=get_refused_listens,
            needs=needs,
            summary="The last listens that it will never take, and why.",
            answers={200: RefusedList},
        ),
        Route(
            method="DELETE",
            path=_LINK,
            handler=delete_link,
            needs=needs,
            summary="Disconnect it; what waits for it is not sent.",
            answers={204: "text/plain"},
        ),
    ]
