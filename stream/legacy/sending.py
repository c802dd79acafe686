"""Tracks that are announced and then sent, as earlier clients do it.

Here a track begins with its file. What is announced is an upload, whose number is the track's until
its file is there, and goes on to name it. The file lies in a draft of its own, so that nobody
hears it before it is put on a trackgroup, or out by itself.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.music import unknown_track
from catalog.releases import create_release
from catalog.removal import remove_track
from catalog.states import TrackState
from catalog.upload_rows import tracks_of_uploads, upload_of
from catalog.uploads import Upload, Way
from ingest import uploads
from ingest.drafts import Edit, TrackEdit, edit
from ingest.routes.door import plain_name
from ingest.saying import Said
from ingest.words import one_line
from stream.api.asking import told
from stream.api.tracks import own_track
from stream.form_files import first_file
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import DESK, REQUEST_ID, TOOLS
from stream.legacy.bodies import NewTrack
from stream.legacy.paging import Document, single

#: What is said with an upload: for which draft it is, and what its track is called.
_DRAFT, _TITLE = "release", "track_name"


async def post_track(request: web.Request) -> Document:
    """Announce a track: answer its number, under which its file is sent."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, NewTrack)
    title = one_line(wanted.track_name) or wanted.track_name
    async with tools.database.begin() as session:
        draft = await create_release(session, who, title=title, artist=who.name, now=tools.clock())
    new = uploads.NewUpload(
        filename=plain_name(wanted.track_name),
        length_bytes=None,
        way=Way.TUS,
        request_id=request[REQUEST_ID],
        metadata={_DRAFT: str(draft.id), _TITLE: title},
    )
    upload = await uploads.create(request.app[DESK], who, new)
    return single(_told(upload))


async def put_file(request: web.Request) -> Document:
    """Take the file of a track in; the answer comes when its bytes and its rows are durable."""
    who, tools, desk = await caller(request), request.app[TOOLS], request.app[DESK]
    upload = await uploads.find(desk, who, _number(request))
    if upload.offset_bytes:
        raise Refused(
            "upload-begun",
            "A part of this file came before: please delete the track, and send it anew.",
            status=409,
        )
    chunks = first_file(request, Refused("empty-file", "The file is empty.", status=422))
    body = uploads.Body(at=0, chunks=chunks, ends=True)
    done = await uploads.append(desk, who, upload.id, body)
    if done.track_id is None or done.release_id is None:
        raise Refused("no-track", "This file holds no track.", status=422)
    change = TrackEdit(track_id=done.track_id, said=Said(words={"title": done.metadata[_TITLE]}))
    async with tools.database.begin() as session:
        await edit(
            session, done.release_id, who, Edit(said=Said(), tracks=[change]), now=desk.clock()
        )
    return single(_told(done))


async def delete_track(request: web.Request) -> Document:
    """Delete a track, or what was announced and never sent."""
    who, tools, number = await caller(request), request.app[TOOLS], _number(request)
    async with tools.database.read() as session:
        track_id = (await tracks_of_uploads(session, who.id, [number])).get(number)
        announced = await upload_of(session, number)
    if track_id is None and announced is not None:
        await uploads.terminate(request.app[DESK], who, number)
        return single({"id": str(number)})
    found = await own_track(request, str(track_id or number))
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)

    async def remove(session: Session) -> TrackState:
        return await remove_track(session, found.track.id, now=tools.clock(), until=until)

    await tools.database.run(remove)
    return single({"id": str(number)})


def _number(request: web.Request) -> UUID:
    return id_in(request.match_info["id"], unknown_track())


def _told(upload: Upload) -> Document:
    return {
        "id": str(upload.id),
        "trackId": None if upload.track_id is None else str(upload.track_id),
        "title": upload.metadata[_TITLE],
        "creatorId": str(upload.owner_id),
        "status": "hidden",
    }
