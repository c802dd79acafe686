"""The page of a person: the playlists that they show to all."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.liking import Kind, named
from catalog.playlists import owned_by
from stream.api.playlist_documents import documents_of
from stream.api.playlists import PUBLIC
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import looking
from stream.pages.render import show

_ON_SHELF = 36


async def get_person_page(request: web.Request) -> web.Response:
    """Show somebody who shows playlists to all; of others nobody is told."""
    unknown = Refused("person-unknown", "There is no such person.", status=404)
    person_id = id_in(request.match_info["person"], unknown)
    after = PUBLIC.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        person = (await named(session, Kind.PERSON, [person_id], for_id=None)).get(person_id)
        if person is None or not person.is_there:
            raise unknown
        found = await owned_by(session, person_id, limit=_ON_SHELF + 1, after=after, public=True)
        part = PUBLIC.page(
            found,
            limit=_ON_SHELF,
            place=lambda one: (one.playlist.created_at, one.playlist.id),
        )
        context = {
            "person": person,
            "is_self": looks.listener_id == person_id,
            "playlists": await documents_of(session, part.items),
            "next": part.next,
            "marks": await marks_on(session, looks, Kind.PERSON, person_id),
        }
    return await show(request, "listener/person.html", context)
