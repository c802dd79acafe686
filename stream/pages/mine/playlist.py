"""One playlist: heard by whoever may see it, ordered and worded by who may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import StringConstraints

from base.errors import Refused
from catalog.playlist_entries import AT_END, Beside, entries_of, move_entry, remove_entries
from catalog.playlist_members import invite, members_of
from catalog.playlist_rules import Part, may_edit, may_keep
from catalog.playlists import editable, keepable, remove, shown, word
from stream.api.paging import Keyset
from stream.api.playlist_documents import EntryDocument, entry_documents
from stream.api.playlists import document, playlist_id_in, reader_of
from stream.identity.callers import caller, caller_or_none
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.listener.rows import looking
from stream.pages.mine.playlists import HERE, SEEN, wording_in
from stream.pages.mine.rows import rows_of

_ON_PAGE, _INVITED_FOR = 100, timedelta(days=7)
_Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){1,200}$")]
_ENTRIES = Keyset("entries page", tuple[_Hex, UUID])
_NOTICES = {
    "added": N_("It is on the playlist."),
    "moved": N_("It is moved."),
    "taken": N_("It is off the playlist."),
    "worded": N_("That is what the playlist is called now."),
    "joined": N_("You are a member of this playlist."),
    "ended": N_("No link of before leads in any more."),
    "member": N_("That is changed."),
}


async def get_playlist_page(request: web.Request) -> web.Response:
    """Show a playlist."""
    return await show_playlist(request)


async def post_wording_page(request: web.Request) -> web.Response:
    """Call it something else, or let others see it."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        wording = wording_in(form)
        async with tools.database.begin() as session:
            found = await keepable(session, playlist_id_in(request), who.id)
            word(found.playlist, wording, now=tools.clock())
    except Refused as refused:
        return await show_playlist(request, said=form, refused=refused)
    return _back(request, "worded")


async def post_delete_page(request: web.Request) -> web.Response:
    """Delete it, for all who share it."""
    await form_of(request)
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        found = await keepable(session, playlist_id_in(request), who.id)
        await remove(session, [found.playlist.id])
    return see_other(f"{HERE}?notice=deleted")


async def post_move_page(request: web.Request) -> web.Response:
    """Put an entry before another, or behind one."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    entry, unknown = _entry(request), _unknown_entry()
    before, behind = form.get("before"), form.get("behind")
    place = AT_END
    if before:
        place = Beside(before=id_in(before, unknown))
    elif behind:
        place = Beside(behind=id_in(behind, unknown))
    async with tools.database.begin() as session:
        found = await editable(session, playlist_id_in(request), who.id)
        await move_entry(session, found.playlist, entry, place, now=tools.clock())
    return _back(request, "moved")


async def post_take_page(request: web.Request) -> web.Response:
    """Take an entry off."""
    await form_of(request)
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await editable(session, playlist_id_in(request), who.id)
        await remove_entries(session, found.playlist, [_entry(request)], now=tools.clock())
    return _back(request, "taken")


async def post_invitation_page(request: web.Request) -> web.Response:
    """Make a link by which others come in, and show it this once."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    part = Part.VIEWER if form.get("part") == Part.VIEWER else Part.EDITOR
    now = tools.clock()
    try:
        async with tools.database.begin() as session:
            found = await keepable(session, playlist_id_in(request), who.id)
            code = await invite(session, found.playlist, part, within=_INVITED_FOR, now=now)
    except Refused as refused:
        return await show_playlist(request, refused=refused)
    root = tools.settings.public_url.rstrip("/") or str(request.url.origin())
    link = f"{root}{HERE}/invitations/{code}"
    return await show_playlist(request, invited=(link, now + _INVITED_FOR))


async def show_playlist(
    request: web.Request,
    *,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    invited: tuple[str, datetime] | None = None,
) -> web.Response:
    """Show a playlist, with what was wrong, or the link that was just made."""
    who, tools = await caller_or_none(request), request.app[TOOLS]
    reader, place = reader_of(who), _ENTRIES.after(request.query.get("cursor"))
    after = None if place is None else (bytes.fromhex(place[0]), place[1])
    async with tools.database.read() as session:
        found = await shown(session, playlist_id_in(request), reader)
        listed = await entries_of(session, found.playlist.id, limit=_ON_PAGE + 1, after=after)
        part = _ENTRIES.page(listed, limit=_ON_PAGE, place=lambda one: (one.rank.hex(), one.id))
        is_theirs = found.part is not None
        entries = await entry_documents(session, part.items, for_id=reader, is_theirs=is_theirs)
        tracks = [UUID(one.card.track) for one in entries if one.card is not None]
        rows = await rows_of(session, await looking(session, request), tracks)
        body = await document(session, found)
        members = await members_of(session, found.playlist.id) if is_theirs else []
    context: dict[str, Any] = {
        "list": body,
        "entries": entries,
        "rows": rows,
        "play": _playable(entries, rows),
        "members": members,
        "me": reader,
        "next": part.next,
        "is_first": place is None,
        "may_edit": may_edit(found.part),
        "may_keep": may_keep(found.part),
        "invited": invited,
        "seen": SEEN,
        "said": {**body.model_dump(include={"title", "description", "visibility"}), **(said or {})},
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/playlist.html", context, refused=refused)


def _playable(entries: Sequence[EntryDocument], rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    tracks = [one.card.track for one in entries if one.card is not None]
    return [one for one in tracks if rows[one]["is_audible"]]


def _back(request: web.Request, notice: str) -> web.Response:
    return see_other(f"{HERE}/{playlist_id_in(request)}?notice={notice}")


def _entry(request: web.Request) -> UUID:
    return id_in(request.match_info["entry"], _unknown_entry())


def _unknown_entry() -> Refused:
    return Refused("entry-unknown", "There is no such entry on the playlist.", status=404)
