"""What stands on a playlist: told in parts, added, moved, removed, or written all anew.

With `If-Match` (the tag of the playlist itself) only what nobody else changed meanwhile is
changed; without it, what two editors do comes together.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import StringConstraints

from base.database import Session
from base.errors import Refused
from catalog.playlist_entries import (
    Beside,
    add_entries,
    entries_of,
    move_entry,
    remove_entries,
    replace_entries,
)
from catalog.playlists import Shown, editable, shown
from stream.api.answers import answered, no_content
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.playlist_documents import (
    AddTracks,
    EntriesWritten,
    EntryList,
    MoveEntry,
    WriteTracks,
    entry_documents,
)
from stream.api.playlists import document, playlist_id_in, reader_of
from stream.api.preconditions import require_match
from stream.identity.callers import caller, caller_or_none
from stream.ids import id_in
from stream.keys import TOOLS

_Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){1,200}$")]
_ENTRIES = Keyset("entries", tuple[_Hex, UUID])


async def get_entries(request: web.Request) -> web.Response:
    """Answer what stands on a playlist."""
    asked = asking(request, Paged)
    place = _ENTRIES.after(asked.cursor)
    after = None if place is None else (bytes.fromhex(place[0]), place[1])
    async with request.app[TOOLS].database.read() as session:
        for_id = reader_of(await caller_or_none(request, session))
        found = await shown(session, playlist_id_in(request), for_id)
        entries = await entries_of(session, found.playlist.id, limit=asked.limit + 1, after=after)
        page = _ENTRIES.page(entries, limit=asked.limit, place=lambda one: (one.rank.hex(), one.id))
        is_theirs = found.part is not None
        items = await entry_documents(session, page.items, for_id=for_id, is_theirs=is_theirs)
    return answered(request, EntryList(items=items, next=page.next))


async def post_entries(request: web.Request) -> web.Response:
    """Put tracks on a playlist."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, AddTracks)
    async with tools.database.begin() as session:
        found = await _changing(session, request, who.id)
        ids = await add_entries(
            session,
            found.playlist,
            wanted.tracks,
            place=_beside(wanted),
            by=who.id,
            now=tools.clock(),
        )
    body = EntriesWritten(entries=[str(one) for one in ids], version=found.playlist.version)
    return answered(request, body, status=HTTPStatus.CREATED)


async def put_entries(request: web.Request) -> web.Response:
    """Let a playlist be some tracks and no others."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, WriteTracks)
    async with tools.database.begin() as session:
        found = await _changing(session, request, who.id)
        ids = await replace_entries(
            session, found.playlist, wanted.tracks, by=who.id, now=tools.clock()
        )
    body = EntriesWritten(entries=[str(one) for one in ids], version=found.playlist.version)
    return answered(request, body)


async def patch_entry(request: web.Request) -> web.Response:
    """Put an entry at another place."""
    who, tools = await caller(request), request.app[TOOLS]
    entry, wanted = _entry(request), await told(request, MoveEntry)
    async with tools.database.begin() as session:
        found = await _changing(session, request, who.id)
        await move_entry(session, found.playlist, entry, _beside(wanted), now=tools.clock())
    body = EntriesWritten(entries=[str(entry)], version=found.playlist.version)
    return answered(request, body)


async def delete_entry(request: web.Request) -> web.Response:
    """Take an entry away, if nobody else did."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await _changing(session, request, who.id)
        await remove_entries(session, found.playlist, [_entry(request)], now=tools.clock())
    return no_content()


async def _changing(session: Session, request: web.Request, account_id: UUID) -> Shown:
    """Lock a playlist that the caller may change, if it is what they say it is."""
    found = await editable(session, playlist_id_in(request), account_id)
    await require_match(request, lambda: document(session, found))
    return found


def _beside(wanted: AddTracks | MoveEntry) -> Beside:
    if wanted.before is not None and wanted.behind is not None:
        raise Refused("bad-request", "Say `before` or `behind`, not both.", status=422)
    return Beside(before=wanted.before, behind=wanted.behind)


def _entry(request: web.Request) -> UUID:
    unknown = Refused("entry-unknown", "There is no such entry on the playlist.", status=404)
    return id_in(request.match_info["entry"], unknown)
