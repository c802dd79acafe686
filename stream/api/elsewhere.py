"""What the caller listened to elsewhere, as their programs said; it counts for nobody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from catalog.cards import cards_for
from catalog.elsewhere import forget_kept, kept_of, unknown_listen
from catalog.permissions import Permission
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import asking
from stream.api.cards import TrackCard, card_document
from stream.api.openapi import Route
from stream.api.paging import Keyset, Paged
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

_LISTENS = Keyset("listens elsewhere", tuple[AwareDatetime, UUID])
_PATH = "/api/v1/history/elsewhere"


class ListenDocument(BaseModel):
    """Something that was listened to elsewhere, by its names; `card` is the track, if it is here.

    `client` is the program that told of it.
    """

    listen: str
    at: datetime
    track: str
    artist: str
    release: str | None
    client: str | None
    card: TrackCard | None


class ListenList(BaseModel):
    """What was listened to elsewhere, the newest first."""

    items: list[ListenDocument]
    next: str | None


async def get_elsewhere(request: web.Request) -> web.Response:
    """Answer it, in parts."""
    asked, who = asking(request, Paged), await caller(request)
    return answered(request, await listens_elsewhere(request, who.id, asked), cache=NEVER_KEPT)


async def listens_elsewhere(request: web.Request, account_id: UUID, asked: Paged) -> ListenList:
    """Answer what an account listened to elsewhere."""
    async with request.app[TOOLS].database.read() as session:
        after = _LISTENS.after(asked.cursor)
        found = await kept_of(session, account_id, limit=asked.limit + 1, after=after)
        page = _LISTENS.page(found, limit=asked.limit, place=lambda one: (one.listened_at, one.id))
        known = {one.track_id for one in page.items if one.track_id is not None}
        cards = await cards_for(session, account_id, known)
    items = [
        ListenDocument(
            listen=str(one.id),
            at=one.listened_at,
            track=one.track,
            artist=one.artist,
            release=one.release,
            client=_client(one.info.get("submission_client")),
            card=card_document(cards[one.track_id]) if one.track_id in cards else None,
        )
        for one in page.items
    ]
    return ListenList(items=items, next=page.next)


async def delete_elsewhere(request: web.Request) -> web.Response:
    """Forget one."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        listen_id = id_in(request.match_info["listen"], unknown_listen())
        await forget_kept(session, who.id, listen_id)
    return no_content()


def _client(said: object) -> str | None:
    return said if isinstance(said, str) and said else None


def elsewhere_routes() -> list[Route]:
    """Answer every operation of it."""
    return [
        Route(
            method="GET",
            path=_PATH,
            handler=get_elsewhere,
            needs=Permission.LIBRARY_READ,
            summary="What you listened to elsewhere, as your programs told; it counts for nobody.",
            query=Paged,
            answers={200: ListenList},
        ),
        Route(
            method="DELETE",
            path=_PATH + "/{listen}",
            handler=delete_elsewhere,
            needs=Permission.LIBRARY_WRITE,
            summary="Forget one thing that you listened to elsewhere.",
            answers={204: "text/plain"},
        ),
    ]
