"""Releases that listeners want before they are out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from base.errors import Refused
from catalog.pre_saves import forget_pre_save, pre_save, pre_saved_by
from catalog.releases import concerns, release_of, unknown_release
from catalog.states import ReleaseState
from stream.api.answers import answered
from stream.api.asking import asking
from stream.api.paging import Keyset, Paged
from stream.api.releases import release_id_in
from stream.identity.callers import caller
from stream.keys import TOOLS

_PLACE = Keyset("pre-saves", tuple[AwareDatetime, UUID])


class PreSaveFacts(BaseModel):
    """A release that is waited for."""

    release: str
    title: str
    artist: str
    publish_at: datetime | None
    publish_zone: str | None
    since: datetime


class PreSaveList(BaseModel):
    """What you wait for, what you asked for last at the top."""

    items: list[PreSaveFacts]
    next: str | None


async def put_pre_save(request: web.Request) -> web.Response:
    """Want a release that is announced; when it is out it is among the caller's favourites."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        release = await release_of(session, release_id_in(request), lock=True)
        if release.state == ReleaseState.PUBLISHED:
            raise Refused("release-out", "It is out: you can hear it.", status=409)
        if release.state != ReleaseState.SCHEDULED or not release.is_announced:
            if not concerns(release, who):
                raise unknown_release()
            raise Refused(
                "release-unannounced",
                "Nobody is told of it yet: schedule it, and let it be announced.",
                status=409,
            )
        await pre_save(session, release.id, who.id, now=tools.clock())
    return web.Response(status=204)


async def delete_pre_save(request: web.Request) -> web.Response:
    """Want a release no more."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await forget_pre_save(session, release_id_in(request), who.id)
    return web.Response(status=204)


async def get_pre_saves(request: web.Request) -> web.Response:
    """Answer what the caller waits for."""
    asked, who = asking(request, Paged), await caller(request)
    after = _PLACE.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await pre_saved_by(session, who.id, limit=asked.limit + 1, after=after)
    page = _PLACE.page(found, limit=asked.limit, place=lambda one: (one[0].at, one[0].release_id))
    items = [
        PreSaveFacts(
            release=str(release.id),
            title=release.title,
            artist=release.artist,
            publish_at=release.publish_at,
            publish_zone=release.publish_zone,
            since=row.at,
        )
        for row, release in page.items
    ]
    return answered(request, PreSaveList(items=items, next=page.next))
