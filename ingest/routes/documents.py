"""The documents that uploads are told in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from base.errors import Broken
from catalog.states import UploadState
from catalog.uploads import Upload, Way


class MasterAccepted(BaseModel):
    """What a master became, and what is odd about the file."""

    track: str
    master: str
    sha256: str
    warnings: list[dict[str, Any]]


class RefusalDocument(BaseModel):
    """Why nothing came of an upload; `detail` is a sentence for people, `code` is for programs."""

    code: str
    detail: str


class ArchiveAccepted(BaseModel):
    """The draft that the files of an archive become tracks of, and what is odd about it."""

    release: str
    sha256: str
    warnings: list[dict[str, Any]]


class UploadDocument(BaseModel):
    """One upload: how far it is, how long it is kept, and what it became.

    `release` is the draft that it is for, or that an archive became.
    """

    id: str
    filename: str
    way: Way
    state: UploadState
    offset: int
    length: int | None
    created_at: datetime
    expires_at: datetime
    warnings: list[dict[str, Any]]
    refusal: RefusalDocument | None
    track: str | None
    release: str | None
    sha256: str | None


class UploadList(BaseModel):
    """Your unfinished uploads, the newest first."""

    uploads: list[UploadDocument]


def document_of(upload: Upload) -> UploadDocument:
    """Say all that a client is told of an upload."""
    return UploadDocument(
        id=str(upload.id),
        filename=upload.filename,
        way=upload.way,
        state=upload.state,
        offset=upload.offset_bytes,
        length=upload.length_bytes,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
        warnings=_warnings(upload),
        refusal=_refusal(upload),
        track=str(upload.track_id) if upload.track_id else None,
        release=str(upload.release_id) if upload.release_id else None,
        sha256=upload.sha256,
    )


def _warnings(upload: Upload) -> list[dict[str, Any]]:
    return [dict(one) for one in upload.warnings]


def _refusal(upload: Upload) -> RefusalDocument | None:
    if upload.refusal is None:
        return None
    return RefusalDocument(code=upload.refusal.code, detail=upload.refusal.sentence)


def accepted(upload: Upload) -> web.Response:
    """Answer what PUT of a master or an archive answers, whichever way it came.

    Raises:
        Broken: it was not accepted.

    """
    if upload.is_archive:
        return _archive_accepted(upload)
    if upload.track_id is None or upload.sha256 is None:
        raise Broken("upload-unfinished", f"Upload {upload.id} is {upload.state}, and no master.")
    body = MasterAccepted(
        track=str(upload.track_id),
        master=str(upload.master_id),
        sha256=upload.sha256,
        warnings=_warnings(upload),
    )
    return web.json_response(
        body.model_dump(),
        status=200 if upload.is_known else 201,
        headers={"Location": place_of(upload)},
    )


def _archive_accepted(upload: Upload) -> web.Response:
    body = ArchiveAccepted(
        release=str(upload.release_id), sha256=str(upload.sha256), warnings=_warnings(upload)
    )
    return web.json_response(
        body.model_dump(),
        status=200 if upload.is_known else 202,
        headers={"Location": place_of(upload)},
    )


def place_of(upload: Upload) -> str:
    """Answer where to look at what an accepted upload became."""
    if upload.is_archive:
        return f"/api/v1/releases/{upload.release_id}"
    return f"/api/v1/tracks/{upload.track_id}"
