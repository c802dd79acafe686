"""One's playlists, and those of others that one makes with them; made, and chosen for a track."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, ValidationError

from base.errors import Refused
from catalog.cards import cards_for
from catalog.playlist_entries import add_entries
from catalog.playlist_rules import Part, Visibility
from catalog.playlists import Wording, create, editable, owned_by, shared_with
from stream.api.paging import Keyset
from stream.api.playlist_documents import NewPlaylist, documents_of
from stream.api.tracks import track_id_of
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_

HERE = "/playlists"
_ON_PAGE, _CHOICES = 48, 200
_OWN = Keyset("playlists page", tuple[AwareDatetime, UUID])
_NOTICES = {
    "deleted": N_("That playlist is deleted."),
    "left": N_("You are no member of that playlist any more."),
}
#: Who sees a playlist.
SEEN = (
    (Visibility.PRIVATE, N_("Only you, and whom you invite")),
    (Visibility.UNLISTED, N_("Whoever has the address")),
    (Visibility.PUBLIC, N_("Everybody")),
)


async def get_playlists_page(request: web.Request) -> web.Response:
    """Show all one's playlists."""
    return await _show(request)


async def post_playlists_page(request: web.Request) -> web.Response:
    """Make a playlist, with a track on it if one was brought along."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        wording = wording_in(form)
        async with tools.database.begin() as session:
            made = await create(session, who.id, wording, now=tools.clock())
            if form.get("track"):
                tracks = [track_id_of(form["track"])]
                await add_entries(session, made, tracks, by=who.id, now=tools.clock())
    except Refused as refused:
        return await _show(request, said=form, refused=refused)
    return see_other(f"{HERE}/{made.id}")


async def get_choosing_page(request: web.Request) -> web.Response:
    """Ask on which playlist a track shall be."""
    who, tools = await caller(request), request.app[TOOLS]
    track = track_id_of(request.query.get("track", ""))
    async with tools.database.read() as session:
        cards = await cards_for(session, who.id, [track])
        if track not in cards:
            raise Refused("track-unknown", "There is no such track.", status=404)
        own = await owned_by(session, who.id, limit=_CHOICES, after=None, public=False)
        shared = await shared_with(session, who.id, limit=_CHOICES, after=None)
        theirs = [one for one, _ in shared if one.part is Part.EDITOR]
        lists = await documents_of(session, [*own, *theirs])
    context = {"lists": lists, "track": str(track), "title": cards[track].title}
    return await form_page(request, "mine/choosing.html", context)


async def post_choosing_page(request: web.Request) -> web.Response:
    """Put a track on the playlist that was chosen."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    unknown = Refused("playlist-unknown", "There is no such playlist.", status=404)
    chosen = id_in(form.get("playlist", ""), unknown)
    async with tools.database.begin() as session:
        found = await editable(session, chosen, who.id)
        tracks = [track_id_of(form.get("track", ""))]
        await add_entries(session, found.playlist, tracks, by=who.id, now=tools.clock())
    return see_other(f"{HERE}/{chosen}?notice=added")


def wording_in(form: Mapping[str, str]) -> Wording:
    """Read what a playlist shall be called.

    Raises:
        Unfit: it has no name, or one that is too long.

    """
    try:
        told = NewPlaylist(
            title=" ".join(form.get("title", "").split()),
            description=form.get("description", "").replace("\r\n", "\n").strip(),
            visibility=Visibility(form.get("visibility") or Visibility.PRIVATE),
        )
    except (ValidationError, ValueError) as error:
        is_long = len(form.get("description", "")) > len(form.get("title", ""))
        field = "description" if is_long and form.get("title", "").strip() else "title"
        raise Unfit({field: _FAULTS[field]}) from error
    return Wording(**told.model_dump())


_FAULTS = {
    "title": "Give it a name of 200 characters at most.",
    "description": "Say it in 2000 characters at most.",
}


async def _show(
    request: web.Request,
    *,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    after = _OWN.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        own = await owned_by(session, who.id, limit=_ON_PAGE + 1, after=after, public=False)
        part = _OWN.page(
            own, limit=_ON_PAGE, place=lambda one: (one.playlist.created_at, one.playlist.id)
        )
        shared = await shared_with(session, who.id, limit=_CHOICES, after=None)
        lists = await documents_of(session, part.items)
        theirs = await documents_of(session, [one for one, _ in shared])
    context: dict[str, Any] = {
        "own": lists,
        "shared": theirs,
        "next": part.next,
        "seen": SEEN,
        "said": {"title": "", "description": "", "visibility": Visibility.PRIVATE, **(said or {})},
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/playlists.html", context, refused=refused)
