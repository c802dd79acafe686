"""Playlists of whoever asks: made, worded, filled, and shown to others or not."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.numbered import playlists_owned
from catalog.playlist_entries import (
    AT_END,
    Beside,
    add_entries,
    entries_of,
    remove_entries,
    replace_entries,
)
from catalog.playlist_rules import MOST_TRACKS, Visibility
from catalog.playlists import (
    Shown,
    Wording,
    create,
    editable,
    keepable,
    remove,
    shown,
    unknown_playlist,
    word,
)
from stream.api.asking import told
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.legacy.bodies import Items, NewList, Worded
from stream.legacy.paging import Document, single
from stream.legacy.reading import whole_list, with_entries
from stream.legacy.told import tell_playlists, told_playlists


async def get_own(request: web.Request) -> Document:
    """Answer the playlists of whoever asks."""
    who = await caller(request)
    return await whole_list(request, playlists_owned(who.id), told_playlists)


async def post_own(request: web.Request) -> Document:
    """Begin a playlist, which others see unless it is private."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, NewList)
    wording = Wording(
        title=wanted.title,
        description=wanted.about or "",
        visibility=_visibility(Visibility.PRIVATE, wanted.private),
    )
    async with tools.database.begin() as session:
        made = await create(session, who.id, wording, now=tools.clock())
        return await _answer(session, request, made.id)


async def get_one(request: web.Request) -> Document:
    """Answer a playlist and what stands on it."""
    async with request.app[TOOLS].database.read() as session:
        return await _answer(session, request, _id(request))


async def put_one(request: web.Request) -> Document:
    """Call a playlist something else, or show it to others or to nobody."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Worded)
    async with tools.database.begin() as session:
        found = await keepable(session, _id(request), who.id)
        word(found.playlist, _wording(found, wanted), now=tools.clock())
        await session.flush()
        return await _answer(session, request, found.playlist.id)


async def delete_one(request: web.Request) -> Document:
    """Delete a playlist."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await remove(session, [(await keepable(session, _id(request), who.id)).playlist.id])
    return single({"id": str(_id(request))})


async def put_items(request: web.Request) -> Document:
    """Let a playlist be these tracks."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Items)
    async with tools.database.begin() as session:
        playlist = (await editable(session, _id(request), who.id)).playlist
        tracks = wanted.in_order
        await replace_entries(session, playlist, tracks, by=who.person_id, now=tools.clock())
        return await _answer(session, request, playlist.id)


async def add_items(request: web.Request) -> Document:
    """Put tracks on a playlist, at a place or at the end."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Items)
    async with tools.database.begin() as session:
        playlist = (await editable(session, _id(request), who.id)).playlist
        tracks, place = wanted.in_order, await _place(session, playlist.id, wanted)
        now = tools.clock()
        await add_entries(session, playlist, tracks, place=place, by=who.person_id, now=now)
        return await _answer(session, request, playlist.id)


async def _place(session: Session, playlist_id: UUID, wanted: Items) -> Beside:
    """Answer where tracks come: all of them where the first of them should."""
    places = [one.index for one in wanted.tracks if one.index is not None]
    if not places:
        return AT_END
    entries = await entries_of(session, playlist_id, limit=min(places) + 1)
    return Beside(before=entries[-1].id) if len(entries) > min(places) else AT_END


async def remove_items(request: web.Request) -> Document:
    """Take tracks off a playlist: the one at a place, or wherever they stand."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Items)
    async with tools.database.begin() as session:
        playlist = (await editable(session, _id(request), who.id)).playlist
        entries = await entries_of(session, playlist.id, limit=MOST_TRACKS)
        named = {(one.trackId, one.index) for one in wanted.tracks}
        gone = [
            one.id
            for i, one in enumerate(entries)
            if (one.track_id, i) in named or (one.track_id, None) in named
        ]
        await remove_entries(session, playlist, gone, now=tools.clock())
        return await _answer(session, request, playlist.id)


async def put_privacy(request: web.Request) -> Document:
    """Show a playlist to others, or to nobody."""
    return await put_one(request)


async def _answer(session: Session, request: web.Request, playlist_id: UUID) -> Document:
    found = await shown(session, playlist_id, (await caller(request)).id)
    [told_of] = await tell_playlists(session, request, [found])
    return single(await with_entries(session, request, playlist_id, told_of))


def _id(request: web.Request) -> UUID:
    return id_in(request.match_info["id"], unknown_playlist())


def _wording(found: Shown, wanted: Worded) -> Wording:
    playlist = found.playlist
    return Wording(
        title=playlist.title if wanted.title is None else wanted.title,
        description=playlist.description if wanted.about is None else wanted.about,
        visibility=_visibility(Visibility(playlist.visibility), wanted.private),
    )


def _visibility(known: Visibility, is_private: bool | None) -> Visibility:  # noqa: FBT001 - as it was sent
    """Who shows a list to those who know its address goes on so, unless they say otherwise."""
    if is_private is None:
        return known
    if not is_private:
        return Visibility.PUBLIC
    return known if known is Visibility.UNLISTED else Visibility.PRIVATE
