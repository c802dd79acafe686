"""What the caller likes, and the stars that they give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from base.database import Session
from base.errors import Refused
from catalog.cards import cards_for
from catalog.favourites import (
    disfavour,
    favour,
    favourites_of,
    marks_of,
    rate,
    ratings_of,
    unrate,
)
from catalog.liking import LIKED, RATED, Kind, named, require_there
from stream.api.answers import answered, no_content
from stream.api.asking import Sparse, asking, told
from stream.api.cards import TrackCard, card_document
from stream.api.paging import Keyset, Paged
from stream.api.picture_documents import picture_url
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

_LIKED = Keyset("favourites", tuple[AwareDatetime, UUID])
_RATED = Keyset("ratings", tuple[AwareDatetime, UUID])


class LikedDocument(BaseModel):
    """Something that is liked, or has stars; `title` is null where it is gone, or is hidden.

    `artwork` is the address of a release's cover or an artist's picture; of a track `card` tells
    more.
    """

    id: str
    since: datetime
    stars: int | None
    title: str | None
    by: str | None
    artwork: str | None
    card: TrackCard | None


class LikedList(BaseModel):
    """What is liked or rated, the newest first."""

    items: list[LikedDocument]
    next: str | None


class GiveStars(BaseModel):
    """How many stars of five."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"stars": 4}]})

    stars: int = Field(ge=1, le=5)


class MarksQuery(Sparse):
    """Which tracks, releases, artists or playlists: of one kind, a hundred at most."""

    id: list[UUID] = Field(min_length=1, max_length=100)


class MarkDocument(BaseModel):
    """Whether the caller likes something, since when, and the stars that they give it."""

    id: str
    since: datetime | None
    stars: int | None


class MarkList(BaseModel):
    """One for each that was asked for, in the order in which it was."""

    items: list[MarkDocument]


async def get_favourites(request: web.Request) -> web.Response:
    """Answer what the caller likes of a kind."""
    kind, asked, who = _kind(request, LIKED), asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await favourites_of(
            session, who.id, kind, limit=asked.limit + 1, after=_LIKED.after(asked.cursor)
        )
        page = _LIKED.page(found, limit=asked.limit, place=lambda one: (one.since, one.subject_id))
        told_of = [(one.subject_id, one.since, None) for one in page.items]
        items = await liked_documents(session, kind, told_of, for_id=who.id)
    return answered(request, LikedList(items=items, next=page.next))


async def put_favourite(request: web.Request) -> web.Response:
    """Like something."""
    kind, who, tools = _kind(request, LIKED), await caller(request), request.app[TOOLS]
    subject = _subject(request, kind)
    async with tools.database.begin() as session:
        await require_there(session, kind, subject, for_id=who.id)
        await favour(session, who.id, kind, subject, now=tools.clock())
    return no_content()


async def delete_favourite(request: web.Request) -> web.Response:
    """Like something no more."""
    kind, who = _kind(request, LIKED), await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await disfavour(session, who.id, kind, _subject(request, kind))
    return no_content()


async def get_ratings(request: web.Request) -> web.Response:
    """Answer what the caller gave stars to."""
    kind, asked, who = _kind(request, RATED), asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await ratings_of(
            session, who.id, kind, limit=asked.limit + 1, after=_RATED.after(asked.cursor)
        )
        page = _RATED.page(
            found, limit=asked.limit, place=lambda one: (one.rated_at, one.subject_id)
        )
        told_of = [(one.subject_id, one.rated_at, one.stars) for one in page.items]
        items = await liked_documents(session, kind, told_of, for_id=who.id)
    return answered(request, LikedList(items=items, next=page.next))


async def put_rating(request: web.Request) -> web.Response:
    """Give something stars."""
    kind, who, tools = _kind(request, RATED), await caller(request), request.app[TOOLS]
    subject, wanted = _subject(request, kind), await told(request, GiveStars)
    async with tools.database.begin() as session:
        await require_there(session, kind, subject, for_id=who.id)
        await rate(session, who.id, kind, subject, stars=wanted.stars, now=tools.clock())
    return no_content()


async def delete_rating(request: web.Request) -> web.Response:
    """Take stars away."""
    kind, who = _kind(request, RATED), await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await unrate(session, who.id, kind, _subject(request, kind))
    return no_content()


async def get_marks(request: web.Request) -> web.Response:
    """Answer what the caller thinks of some things."""
    kind, asked, who = _kind(request, LIKED), asking(request, MarksQuery), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await marks_of(session, who.id, kind, asked.id)
    items = [
        MarkDocument(id=str(one), since=found[one].since, stars=found[one].stars)
        for one in asked.id
    ]
    return answered(request, MarkList(items=items))


async def liked_documents(
    session: Session,
    kind: Kind,
    told_of: Sequence[tuple[UUID, datetime, int | None]],
    *,
    for_id: UUID,
) -> list[LikedDocument]:
    """Say what things of a kind are that somebody likes, in two statements at most."""
    ids = [one for one, _, _ in told_of]
    names = await named(session, kind, ids, for_id=for_id)
    cards = await cards_for(session, for_id, ids) if kind is Kind.TRACK else {}
    return [
        LikedDocument(
            id=str(one),
            since=since,
            stars=stars,
            title=names[one].title if one in names else None,
            by=names[one].by if one in names else None,
            artwork=picture_url(names[one].picture if one in names else None),
            card=card_document(cards[one]) if one in cards else None,
        )
        for one, since, stars in told_of
    ]


def _kind(request: web.Request, kinds: Sequence[Kind]) -> Kind:
    said = request.match_info["kind"].removesuffix("s")
    if said not in kinds:
        known = ", ".join(f"{one}s" for one in kinds)
        raise Refused("kind-unknown", f"There are {known}.", status=404)
    return Kind(said)


def _subject(request: web.Request, kind: Kind) -> UUID:
    unknown = Refused(f"{kind}-unknown", f"There is no such {kind}.", status=404)
    return id_in(request.match_info["subject"], unknown)
