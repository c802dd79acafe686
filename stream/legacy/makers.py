"""Artists whom whoever asks looks after: made, written, and shown with a picture."""

from __future__ import annotations

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.artists import new_artist
from catalog.discographies import artists_looked_after
from catalog.models.artists import Artist
from ingest.fields import read_needed
from stream.api.artists import WriteArtist, own_artist, write_artist
from stream.api.asking import told
from stream.api.pictures import put_on, received
from stream.form_files import first_file
from stream.identity.callers import caller
from stream.keys import ORIGIN, TOOLS
from stream.legacy.bodies import NewArtist, WrittenArtist
from stream.legacy.paging import Document, Turned, listed, single
from stream.legacy.shapes import page_shape
from stream.legacy.told import told_artists

_MOST = 100


async def get_own(request: web.Request) -> Document:
    """Answer the artists that whoever asks looks after, by name."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await artists_looked_after(session, who.id, after=None, limit=_MOST)
        ids = [one.id for one in found]
        data = await told_artists(session, request, ids, owner_id=who.id)
    return listed(data, count=len(data), page=Turned(limit=_MOST))


async def post_own(request: web.Request) -> Document:
    """Make an artist."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, NewArtist)
    now = tools.clock()
    row = new_artist(who.id, read_needed("artist_name", wanted.displayName), now=now)
    async with tools.database.begin() as session:
        session.add(row)
        write_artist(row, _written(wanted), now=now)
        await session.flush()
        return await _answer(session, request, row)


async def get_one(request: web.Request) -> Document:
    """Answer an artist."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return await _answer(session, request, await own_artist(session, request, who, lock=False))


async def put_one(request: web.Request) -> Document:
    """Write of an artist."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, WrittenArtist)
    async with tools.database.begin() as session:
        row = await own_artist(session, request, who)
        write_artist(row, _written(wanted), now=tools.clock())
        await session.flush()
        return await _answer(session, request, row)


async def put_avatar(request: web.Request) -> Document:
    """Show an artist with a picture; its sizes are made in a moment."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        await own_artist(session, request, who, lock=False)  # before anything is read
    none = Refused("artwork-kind", "Please choose a picture.", status=422)
    new = await received(request, first_file(request, none))

    async def take(session: Session) -> Document:
        row = await own_artist(session, request, who)
        row.changed_at = tools.clock()
        await put_on(request, session, row, new, owner_id=row.account_id)
        return await _answer(session, request, row)

    return await tools.database.run(take)


async def _answer(session: Session, request: web.Request, row: Artist) -> Document:
    told_of = await told_artists(session, request, [row.id], owner_id=row.account_id)
    return single(told_of[0] if told_of else page_shape(row, None, at=request.app[ORIGIN]))


def _written(wanted: WrittenArtist) -> WriteArtist:
    """Answer what is written of an artist; a short biography is one as well."""
    bio = wanted.description if wanted.description is not None else wanted.shortBio
    said: dict[str, object] = {}
    if wanted.displayName is not None:
        said["name"] = wanted.displayName
    if bio is not None:
        said["bio"] = bio
    if wanted.country is not None:
        said["country"] = wanted.country
    if wanted.links is not None:
        said["links"] = [one.uri for one in wanted.links]
    return WriteArtist.model_validate(said)
