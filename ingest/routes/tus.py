"""The door for tus 1.0.0; what is asked and told is decided in ingest.protocol.tus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from catalog.uploads import Upload, Way
from ingest import uploads
from ingest.checksums import Checksum
from ingest.protocol import tus
from ingest.protocol.details import details_of
from ingest.protocol.metadata import name_in, parse_metadata
from ingest.routes.begin import begin, is_here
from ingest.routes.contents import chunks
from ingest.routes.door import (
    Act,
    Asked,
    act_for,
    address_of,
    id_in,
    plain_name,
    resumption,
    standing_of,
    track_field,
)
from ingest.uploads import Body, NewUpload


async def answer(asked: Asked) -> web.Response:
    """Answer a request that speaks tus; an error is told in tus's fields, too."""
    try:
        tus.require_version(asked.head)
        acts = _ON_UPLOAD if "upload" in asked.request.match_info else _ON_ALL
        response = await act_for(acts, tus.method_of(asked.head))(asked)
    except Exception as error:  # noqa: BLE001 - what it is, the application explains
        response = asked.door.explain(asked.request, error)
        response.headers.update(tus.refusal(error))
    return response


async def _create(asked: Asked) -> web.Response:
    wanted = tus.read_creation(asked.head, limit_bytes=asked.door.limit_bytes)
    caller = await asked.caller()
    if isinstance(wanted, tus.Joining):
        new = _new(asked, metadata=wanted.metadata, concat=wanted.concat)
        upload = await uploads.concatenate(asked.desk, caller, new, parts=wanted.pieces)
        return _created(asked, upload, tus.progress(standing_of(upload)))
    new = _new(asked, metadata=wanted.metadata, concat=wanted.concat)
    new = replace(new, length_bytes=wanted.length_bytes, is_partial=wanted.is_partial)
    upload = await uploads.create(asked.desk, caller, new)
    if await is_here(asked, upload):
        return _created(asked, upload, tus.progress(standing_of(upload)))
    if not wanted.has_content and wanted.length_bytes != 0:
        return _created(asked, upload, tus.created(standing_of(upload)))
    body = _body(asked, at=0, checksum=wanted.checksum)
    taking = uploads.append(asked.desk, caller, upload.id, body)
    upload = await begin(asked.desk, caller, upload, taking)
    return _created(asked, upload, tus.progress(standing_of(upload)))


async def _describe(asked: Asked) -> web.Response:
    caller = await asked.caller()
    upload = await resumption(asked, caller)
    fields = {**tus.description(standing_of(upload)), **track_field(upload)}
    return web.Response(status=200, headers=fields)


async def _add(asked: Asked) -> web.Response:
    addition = tus.read_addition(asked.head)
    caller = await asked.caller()
    body = _body(asked, at=addition.offset_bytes, checksum=addition.checksum)
    body = replace(body, length_bytes=addition.length_bytes)
    upload = await uploads.append(asked.desk, caller, id_in(asked.request), body)
    fields = {**tus.progress(standing_of(upload)), **track_field(upload)}
    return web.Response(status=204, headers=fields)


async def _terminate(asked: Asked) -> web.Response:
    caller = await asked.caller()
    await uploads.terminate(asked.desk, caller, id_in(asked.request))
    return web.Response(status=204, headers={"Tus-Resumable": tus.VERSION})


def _new(asked: Asked, *, metadata: str, concat: str) -> NewUpload:
    return NewUpload(
        filename=plain_name(name_in(parse_metadata(metadata))),
        length_bytes=None,
        way=Way.TUS,
        request_id=asked.door.request_id(asked.request),
        metadata=details_of(metadata, concat=concat),
    )


def _body(asked: Asked, *, at: int, checksum: Checksum | None) -> Body:
    return Body(
        at=at,
        chunks=chunks(asked.request),
        size_bytes=asked.head.content_bytes,
        checksum=checksum,
    )


def _created(asked: Asked, upload: Upload, fields: Mapping[str, str]) -> web.Response:
    told = {**fields, **track_field(upload), "Location": address_of(asked, upload)}
    return web.Response(status=201, headers=told)


_ON_ALL: Mapping[str, Act] = {"POST": _create}
_ON_UPLOAD: Mapping[str, Act] = {"HEAD": _describe, "PATCH": _add, "DELETE": _terminate}
