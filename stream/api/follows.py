"""Whom the caller follows, and what is new of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from base.database import Session
from base.errors import Refused
from catalog.follows import follow, follows_of, new_releases, people_followed, unfollow
from catalog.liking import FOLLOWED, Kind, Named, named, require_there
from catalog.models.listening import Follow
from catalog.playlists import public_of
from stream.api.answers import answered, no_content
from stream.api.asking import asking
from stream.api.cards import artwork_url
from stream.api.paging import Keyset, Paged
from stream.api.picture_documents import picture_url
from stream.api.playlist_documents import PlaylistList, documents_of
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

_FOLLOWS = Keyset("follows", tuple[AwareDatetime, UUID])
_RELEASES = Keyset("followed releases", tuple[AwareDatetime, UUID])
_PLAYLISTS = Keyset("followed playlists", tuple[AwareDatetime, UUID])


class FollowDocument(BaseModel):
    """Somebody who is followed; `name` is null where they are not told of any more.

    `picture` is the address of their picture, if they have one.
    """

    kind: Kind
    id: str
    name: str | None
    picture: str | None
    since: datetime


class FollowList(BaseModel):
    """Whom the caller follows, the newest first."""

    items: list[FollowDocument]
    next: str | None


class FollowedRelease(BaseModel):
    """A release of somebody who is followed."""

    release: str
    title: str
    artist: str
    label: str | None
    published_at: datetime
    artwork: str | None


class FollowedReleaseList(BaseModel):
    """What came out, the newest first."""

    items: list[FollowedRelease]
    next: str | None


async def get_follows(request: web.Request) -> web.Response:
    """Answer whom the caller follows."""
    asked, who = asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await follows_of(
            session, who.id, limit=asked.limit + 1, after=_FOLLOWS.after(asked.cursor)
        )
        page = _FOLLOWS.page(
            found, limit=asked.limit, place=lambda one: (one.since, one.subject_id)
        )
        names = await names_followed(session, page.items)
    items = [
        FollowDocument(
            kind=Kind(one.kind),
            id=str(one.subject_id),
            name=names[one.subject_id].title if one.subject_id in names else None,
            picture=picture_url(names[one.subject_id].picture if one.subject_id in names else None),
            since=one.since,
        )
        for one in page.items
    ]
    return answered(request, FollowList(items=items, next=page.next))


async def put_follow(request: web.Request) -> web.Response:
    """Follow somebody."""
    kind, subject = _subject(request)
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await require_there(session, kind, subject, for_id=who.id)
        await follow(session, who.id, kind, subject, now=tools.clock())
    return no_content()


async def delete_follow(request: web.Request) -> web.Response:
    """Follow somebody no more."""
    kind, subject = _subject(request)
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await unfollow(session, who.id, kind, subject)
    return no_content()


async def get_new_releases(request: web.Request) -> web.Response:
    """Answer what came out of whom the caller follows."""
    asked, who = asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await new_releases(
            session, who.id, limit=asked.limit + 1, after=_RELEASES.after(asked.cursor)
        )
    out = [(one, one.published_at) for one in found if one.published_at is not None]
    page = _RELEASES.page(out, limit=asked.limit, place=lambda one: (one[1], one[0].id))
    items = [
        FollowedRelease(
            release=str(one.id),
            title=one.title,
            artist=one.artist,
            label=one.label,
            published_at=at,
            artwork=artwork_url(one.id) if one.artwork_id else None,
        )
        for one, at in page.items
    ]
    return answered(request, FollowedReleaseList(items=items, next=page.next))


async def get_new_playlists(request: web.Request) -> web.Response:
    """Answer public playlists of people whom the caller follows."""
    asked, who = asking(request, Paged), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await public_of(
            session,
            people_followed(who.id),
            limit=asked.limit + 1,
            after=_PLAYLISTS.after(asked.cursor),
        )
        page = _PLAYLISTS.page(
            found, limit=asked.limit, place=lambda one: (one.playlist.changed_at, one.playlist.id)
        )
        items = await documents_of(session, page.items)
    return answered(request, PlaylistList(items=items, next=page.next))


async def names_followed(session: Session, follows: Sequence[Follow]) -> dict[UUID, Named]:
    """Answer what those are called who are followed: a statement a kind, three at most."""
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for one in follows:
        by_kind[one.kind].append(one.subject_id)
    found: dict[UUID, Named] = {}
    for kind in FOLLOWED:
        found |= await named(session, kind, by_kind[kind], for_id=None)
    return found


def _subject(request: web.Request) -> tuple[Kind, UUID]:
    said = request.match_info["kind"]
    kind = {"artists": Kind.ARTIST, "labels": Kind.LABEL, "people": Kind.PERSON}.get(said)
    if kind is None:
        raise Refused("kind-unknown", "Artists, labels and people are followed.", status=404)
    unknown = Refused(f"{kind}-unknown", f"There is no such {kind}.", status=404)
    return kind, id_in(request.match_info["subject"], unknown)
