"""Favourites, stars and follows: shown, and given by forms that work on any page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.errors import Refused
from catalog.favourites import disfavour, favour, favourites_of, rate, unrate
from catalog.follows import follow, follows_of, new_releases, people_followed, unfollow
from catalog.liking import FOLLOWED, LIKED, RATED, Kind, require_there
from catalog.playlists import public_of
from stream.api.cards import artwork_url
from stream.api.favourites import liked_documents
from stream.api.follows import names_followed
from stream.api.paging import Keyset
from stream.api.playlist_documents import documents_of
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, onward, see_other
from stream.pages.listener.rows import looking
from stream.pages.mine.rows import rows_of
from stream.pages.render import show

_ON_PAGE, _NEWS, _MOST_STARS = 50, 24, 5
_LIKED = Keyset("favourites page", tuple[AwareDatetime, UUID])
_RELEASES = Keyset("new releases page", tuple[AwareDatetime, UUID])


async def get_favourites_page(request: web.Request) -> web.Response:
    """Show what one likes of a kind: tracks, unless another is asked for."""
    who, tools = await caller(request), request.app[TOOLS]
    said = request.query.get("of", "tracks").removesuffix("s")
    kind = next((one for one in LIKED if one == said), Kind.TRACK)
    after = _LIKED.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        found = await favourites_of(session, who.id, kind, limit=_ON_PAGE + 1, after=after)
        part = _LIKED.page(found, limit=_ON_PAGE, place=lambda one: (one.since, one.subject_id))
        told_of = [(one.subject_id, one.since, None) for one in part.items]
        items = await liked_documents(session, kind, told_of, for_id=who.id)
        tracks = [UUID(one.card.track) for one in items if one.card is not None]
        rows = await rows_of(session, await looking(session, request), tracks)
    context = {"kind": f"{kind}s", "items": items, "rows": rows, "next": part.next}
    return await show(request, "mine/favourites.html", context)


async def get_following_page(request: web.Request) -> web.Response:
    """Show whom one follows, and what is new of them."""
    who, tools = await caller(request), request.app[TOOLS]
    after = _RELEASES.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        found = await new_releases(session, who.id, limit=_NEWS + 1, after=after)
        out = [(one, one.published_at) for one in found if one.published_at is not None]
        part = _RELEASES.page(out, limit=_NEWS, place=lambda one: (one[1], one[0].id))
        follows = await follows_of(session, who.id, limit=2 * _ON_PAGE)
        names = await names_followed(session, follows)
        lists = await public_of(session, people_followed(who.id), limit=_NEWS)
        playlists = await documents_of(session, lists)
    context: dict[str, Any] = {
        "releases": [
            {
                "id": str(one.id),
                "title": one.title,
                "artist": one.artist,
                "at": at,
                "artwork": artwork_url(one.id) if one.artwork_id else None,
            }
            for one, at in part.items
        ],
        "next": part.next,
        "follows": [
            {
                "kind": one.kind,
                "id": str(one.subject_id),
                "name": names[one.subject_id].title if one.subject_id in names else "",
            }
            for one in follows
        ],
        "playlists": playlists,
    }
    return await show(request, "mine/following.html", context)


async def post_favourite_page(request: web.Request) -> web.Response:
    """Like something, or no more; and go back to where the heart stood."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    kind, subject = _subject(request, LIKED)
    async with tools.database.begin() as session:
        if form.get("liked") == "no":
            await disfavour(session, who.id, kind, subject)
        else:
            await require_there(session, kind, subject, for_id=who.id)
            await favour(session, who.id, kind, subject, now=tools.clock())
    return see_other(onward(form.get("next", "/library/favourites")))


async def post_rating_page(request: web.Request) -> web.Response:
    """Give something stars, or take them away."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    kind, subject = _subject(request, RATED)
    said = form.get("stars", "")
    stars = int(said) if said.isdecimal() and len(said) == 1 else -1
    if not 0 <= stars <= _MOST_STARS:
        raise Refused("bad-request", "Give one to five stars, or none.", status=422)
    async with tools.database.begin() as session:
        if stars == 0:
            await unrate(session, who.id, kind, subject)
        else:
            await require_there(session, kind, subject, for_id=who.id)
            await rate(session, who.id, kind, subject, stars=stars, now=tools.clock())
    return see_other(onward(form.get("next", "/library/favourites")))


async def post_follow_page(request: web.Request) -> web.Response:
    """Follow somebody, or no more."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    kind, subject = _subject(request, FOLLOWED)
    async with tools.database.begin() as session:
        if form.get("followed") == "no":
            await unfollow(session, who.id, kind, subject)
        else:
            await require_there(session, kind, subject, for_id=who.id)
            await follow(session, who.id, kind, subject, now=tools.clock())
    return see_other(onward(form.get("next", "/following")))


def _subject(request: web.Request, kinds: tuple[Kind, ...]) -> tuple[Kind, UUID]:
    said = request.match_info["kind"]
    kind = next((one for one in kinds if one == said), None)
    if kind is None:
        raise Refused("not-found", "There is nothing of this kind.", status=404)
    unknown = Refused(f"{kind}-unknown", f"There is no such {kind}.", status=404)
    return kind, id_in(request.match_info["subject"], unknown)
