"""The door for the IETF's resumable uploads; the draft itself is read in ingest.protocol.ietf."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress

from aiohttp import web

from base.errors import RefrainError, Refused
from catalog.callers import Caller
from catalog.uploads import Upload, Way
from ingest import uploads
from ingest.protocol import ietf
from ingest.protocol.digests import print_digest
from ingest.routes.begin import begin, is_here
from ingest.routes.contents import chunks, say_meanwhile
from ingest.routes.documents import accepted, document_of
from ingest.routes.door import (
    Act,
    Asked,
    act_for,
    address_of,
    draft_in,
    id_in,
    plain_name,
    resumption,
    standing_of,
    track_field,
)
from ingest.uploads import Body, NewUpload

#: How often a client is told how far its bytes are safe, in seconds.
_TELL_EVERY_S = 1.0


async def answer(asked: Asked) -> web.Response:
    """Answer a request to an upload that speaks the draft; an error is told in its words, too."""
    return await _refusing(asked, act_for(_ON_UPLOAD, asked.request.method)(asked))


async def create(asked: Asked, *, filename: str | None = None) -> web.Response:
    """Begin an upload, and end it when all of it came; `filename` when the path names it."""
    return await _refusing(asked, _create(asked, filename))


async def _refusing(asked: Asked, acting: Awaitable[web.Response]) -> web.Response:
    try:
        return await acting
    except Refused as error:
        members = ietf.problem_members(error)
        response = asked.door.explain(asked.request, error, members)
        response.headers.update(ietf.refusal(error))
        return response


async def _create(asked: Asked, filename: str | None) -> web.Response:
    wanted = ietf.read_creation(asked.head, limit_bytes=asked.door.limit_bytes)
    caller = await asked.caller()
    new = NewUpload(
        filename=plain_name(filename or wanted.filename),
        length_bytes=wanted.length_bytes,
        way=Way.IETF,
        request_id=asked.door.request_id(asked.request),
        metadata={
            **({"sha256": wanted.sha256} if wanted.sha256 else {}),
            **draft_in(asked.request),
        },
    )
    upload = await uploads.create(asked.desk, caller, new)
    if await is_here(asked, upload):
        return _final(asked, upload)
    body = Body(
        at=0,
        chunks=chunks(asked.request),
        size_bytes=asked.head.content_bytes,
        checksum=wanted.checksum,
        length_bytes=wanted.length_bytes,
        ends=wanted.is_whole,
    )
    place = {"Location": address_of(asked, upload), **_limits(asked, upload)}
    taking = _take(asked, caller, upload, body)
    if version := ietf.interop_version(asked.head):
        await say_meanwhile(asked.request, ietf.interim(version, place))
        upload = await taking
    else:
        upload = await begin(asked.desk, caller, upload, taking)
    if wanted.is_whole or upload.refusal:
        return _final(asked, upload)
    return web.Response(status=201, headers={**ietf.progress(standing_of(upload)), **place})


async def _add(asked: Asked) -> web.Response:
    addition = ietf.read_addition(asked.head)
    caller = await asked.caller()
    upload = await uploads.find(asked.desk, caller, id_in(asked.request))
    body = Body(
        at=addition.offset_bytes,
        chunks=chunks(asked.request),
        size_bytes=asked.head.content_bytes,
        checksum=addition.checksum,
        length_bytes=addition.length_bytes,
        ends=addition.is_last,
    )
    upload = await _take(asked, caller, upload, body)
    if addition.is_last or upload.refusal:
        return _final(asked, upload)
    fields = {**ietf.progress(standing_of(upload)), **_limits(asked, upload)}
    return web.Response(status=204, headers=fields)


async def _describe(asked: Asked) -> web.Response:
    """Answer how far an upload is, to who is about to go on with it; others only look."""
    caller = await asked.caller()
    if asked.request.method == "GET" and ietf.interop_version(asked.head) is None:
        upload = await uploads.find(asked.desk, caller, id_in(asked.request))
        fields = {"Cache-Control": "no-store"}
    else:
        upload = await resumption(asked, caller)
        fields = {**ietf.description(standing_of(upload)), **_limits(asked, upload)}
    return web.json_response(
        text=document_of(upload).model_dump_json(), headers={**fields, **track_field(upload)}
    )


async def _cancel(asked: Asked) -> web.Response:
    caller = await asked.caller()
    await uploads.terminate(asked.desk, caller, id_in(asked.request))
    return web.Response(status=204)


async def _take(asked: Asked, caller: Caller, upload: Upload, body: Body) -> Upload:
    """Take bytes in, and tell meanwhile how many are safe; the upload may be refused then."""
    telling = asyncio.create_task(_tell(asked, caller, upload))
    try:
        return await uploads.append(asked.desk, caller, upload.id, body)
    except Refused:
        found = await uploads.find(asked.desk, caller, upload.id)
        if found.refusal is None:
            raise
        return found
    finally:
        telling.cancel()
        # The answer is begun only when nothing more is said meanwhile.
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(asked: Asked, caller: Caller, upload: Upload) -> None:
    version, told = ietf.interop_version(asked.head), upload.offset_bytes
    while version is not None:
        await asyncio.sleep(_TELL_EVERY_S)
        with suppress(RefrainError):  # the one who takes the bytes in will say it
            found = await uploads.find(asked.desk, caller, upload.id)
            if found.offset_bytes > told:
                told = found.offset_bytes
                fields = {"Upload-Offset": str(told)}
                await say_meanwhile(asked.request, ietf.interim(version, fields))


def _final(asked: Asked, upload: Upload) -> web.Response:
    """Answer what the request would have been answered that sends all at once."""
    if upload.refusal is not None:
        response = asked.door.explain(asked.request, upload.refusal.error())
    else:
        response = accepted(upload)
    response.headers.update(ietf.progress(standing_of(upload)))
    response.headers.update(track_field(upload))
    if upload.sha256:
        response.headers["Repr-Digest"] = print_digest(upload.sha256)
    return response


def _limits(asked: Asked, upload: Upload) -> Mapping[str, str]:
    return ietf.limits(
        limit_bytes=asked.door.limit_bytes,
        expires_at=upload.expires_at,
        now=asked.desk.clock(),
    )


_ON_UPLOAD: Mapping[str, Act] = {
    "HEAD": _describe,
    "GET": _describe,
    "PATCH": _add,
    "DELETE": _cancel,
}
