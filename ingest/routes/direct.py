"""The door for multipart uploads straight to the storage, in the shape of Uppy's Companion.

The bytes do not come through here: their client puts them where it is told, and says when it is
done. Then what the storage has is read once, hashed, and accepted.
"""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from base.errors import Refused
from base.storage.direct import MOST_PARTS, Direct, DirectUploads
from base.storage.kept import Kept
from catalog.states import UploadState
from catalog.uploads import Upload, Way
from ingest import uploads
from ingest.desk import Desk
from ingest.multipart import (
    BeginMultipart,
    CompleteMultipart,
    MultipartBegun,
    MultipartCompleted,
    PartAddress,
    StoredPart,
    StoredParts,
    chosen,
    details_in,
)
from ingest.refusals import unknown
from ingest.routes.documents import place_of
from ingest.routes.door import Asked, Door, Handler, for_browsers, head_of, id_in, plain_name
from ingest.uploads import NewUpload

#: A part of 100 MB at 1 Mbit/s takes a quarter of an hour.
_LIFETIME_S = 3_600


def begin_multipart(door: Door) -> Handler:
    """Answer the handler of POST to all."""

    async def begin_multipart(request: web.Request) -> web.StreamResponse:
        """Open an upload whose parts the client puts into the storage."""
        asked = Asked(door=door, request=request, head=head_of(request))
        caller, direct = await asked.caller(), _direct(door.desk)
        wanted = BeginMultipart.model_validate_json(await request.read(), strict=True)
        new = NewUpload(
            filename=plain_name(wanted.filename),
            length_bytes=None,
            way=Way.S3,
            request_id=door.request_id(request),
            metadata=details_in(wanted.metadata),
        )
        upload = await uploads.create(door.desk, caller, new)
        await uploads.adopt(door.desk, caller, upload.id, direct.open, ends=False)
        begun = MultipartBegun(key=str(upload.id), upload_id=str(upload.id))
        return web.json_response(text=begun.model_dump_json(by_alias=True))

    return for_browsers(door, begin_multipart)


def sign_part(door: Door) -> Handler:
    """Answer the handler of GET of a part."""

    async def sign_part(request: web.Request) -> web.StreamResponse:
        """Tell where to put a part."""
        direct, upload = await _open(door, request)
        number = int(request.match_info["number"][:6])  # six digits are too many already
        if not 1 <= number <= MOST_PARTS:
            raise Refused("part-number", f"Parts are numbered from 1 to {MOST_PARTS}.")
        url = await direct.sign(_kept(upload), number, lifetime_s=_LIFETIME_S)
        address = PartAddress(url=url, expires=_LIFETIME_S)
        return web.json_response(text=address.model_dump_json())

    return for_browsers(door, sign_part)


def list_parts(door: Door) -> Handler:
    """Answer the handler of GET of an upload."""

    async def list_parts(request: web.Request) -> web.StreamResponse:
        """Tell which parts are there, so that the others can be sent."""
        direct, upload = await _open(door, request)
        parts = [
            StoredPart(number=piece.number, size_bytes=piece.size_bytes, tag=piece.tag)
            for piece in await direct.parts(_kept(upload))
        ]
        return web.json_response(text=StoredParts(parts).model_dump_json(by_alias=True))

    return for_browsers(door, list_parts)


def complete_multipart(door: Door) -> Handler:
    """Answer the handler of POST to the end of an upload."""

    async def complete_multipart(request: web.Request) -> web.StreamResponse:
        """Take what the storage has as a master; said again, answer the same."""
        wanted = CompleteMultipart.model_validate_json(await request.read(), strict=True)
        direct, upload = await _open(door, request)

        async def look(kept: Kept) -> Kept:
            return replace(kept, pieces=chosen(wanted.parts, await direct.parts(kept)))

        if upload.state is not UploadState.ACCEPTED:
            caller = await door.identify(request)
            upload = await uploads.adopt(door.desk, caller, upload.id, look, ends=True)
        place = place_of(upload)
        completed = MultipartCompleted(
            location=place,
            key=str(upload.id),
            track=str(upload.track_id) if upload.track_id else None,
            release=str(upload.release_id) if upload.release_id else None,
            master=str(upload.master_id) if upload.master_id else None,
            sha256=str(upload.sha256),
        )
        return web.json_response(text=completed.model_dump_json(), headers={"Location": place})

    return for_browsers(door, complete_multipart)


def abort_multipart(door: Door) -> Handler:
    """Answer the handler of DELETE of an upload."""

    async def abort_multipart(request: web.Request) -> web.StreamResponse:
        """Give it up, and its parts with it."""
        caller = await door.identify(request)
        await uploads.terminate(door.desk, caller, id_in(request))
        return web.json_response({})

    return for_browsers(door, abort_multipart)


def refuse_single(door: Door) -> Handler:
    """Answer the handler of what Companion signs for a file in one piece."""

    async def refuse_single(request: web.Request) -> web.StreamResponse:
        """Say what to do instead: of a single PUT nobody would tell us that it is done."""
        del request
        raise Refused(
            "multipart-only",
            "Files go to the storage in parts only: set shouldUseMultipart to true.",
            status=501,
        )

    return for_browsers(door, refuse_single)


async def _open(door: Door, request: web.Request) -> tuple[Direct, Upload]:
    caller = await door.identify(request)
    upload = await uploads.find(door.desk, caller, id_in(request))
    if upload.way is not Way.S3:
        raise unknown()
    return _direct(door.desk), upload


def _direct(desk: Desk) -> Direct:
    if not isinstance(desk.storage, DirectUploads):
        raise Refused(
            "no-direct-upload",
            "The storage here takes no files from outside; please send them to /api/v1/uploads.",
            status=501,
        )
    return desk.storage.direct


def _kept(upload: Upload) -> Kept:
    if upload.kept is None:
        raise Refused("upload-ended", "This upload is complete; it has no parts.", status=409)
    return upload.kept
