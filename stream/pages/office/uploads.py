"""The page of uploads of everybody: how far each is, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.job_list import owner_called
from catalog.states import UploadState
from catalog.upload_rows import UploadsAsked, uploads_of_all
from catalog.uploads import Upload
from stream.api.store import UPLOADS
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.office.showing import office_page

HERE = "/office/uploads"
_ON_PAGE, _LONGEST = 30, 200
_UNFINISHED = "unfinished"
_ASKED = ("state", "owner")
#: Of an upload: its word, and the kind of its badge.
STATES: Mapping[str, tuple[str, str]] = {
    UploadState.OPEN: (N_("under way"), "accent"),
    UploadState.WHOLE: (N_("waits for its other parts"), "accent"),
    UploadState.FINISHING: (N_("is taken in"), "accent"),
    UploadState.ACCEPTED: (N_("accepted"), "good"),
    UploadState.REFUSED: (N_("refused"), "wrong"),
    UploadState.EXPIRED: (N_("ran out"), "warn"),
    UploadState.TERMINATED: (N_("given up"), ""),
}


async def get_uploads_page(request: web.Request) -> web.Response:
    """Show uploads, the newest first, as far as they are asked for."""
    said = {name: request.query.get(name, "").strip()[:_LONGEST] for name in _ASKED}
    found: list[tuple[Upload, str]] = []
    following, refused = None, None
    try:
        async with request.app[TOOLS].database.read() as session:
            which = await _which(session, said)
            after = UPLOADS.after(request.query.get("cursor"))
            rows = await uploads_of_all(session, which, after=after, limit=_ON_PAGE + 1)
        part = UPLOADS.page(rows, limit=_ON_PAGE, place=lambda one: (one[0].created_at, one[0].id))
        found, following = list(part.items), part.next
    except Refused as error:
        refused = error
    query = {name: value for name, value in said.items() if value}
    context: dict[str, Any] = {
        "uploads": [_upload(upload, name) for upload, name in found],
        "asked": said,
        "is_asked": bool(query),
        "path": f"{HERE}?{urlencode(query)}" if query else HERE,
        "next": following,
        "states": STATES,
    }
    return await office_page(request, "office/uploads.html", context, refused=refused)


async def _which(session: Session, said: Mapping[str, str]) -> UploadsAsked:
    state = said["state"]
    if state and state != _UNFINISHED and state not in set(UploadState):
        raise Refused("bad-form", "Choose one of what is offered.", status=422)
    return UploadsAsked(
        state=UploadState(state) if state and state != _UNFINISHED else None,
        is_unfinished=state == _UNFINISHED,
        owner_id=await owner_called(session, said["owner"]) if said["owner"] else None,
    )


def _upload(one: Upload, owner: str) -> dict[str, Any]:
    length = one.length_bytes
    return {
        "filename": one.filename,
        "owner_id": str(one.owner_id),
        "owner": owner,
        "state": one.state,
        "way": one.way,
        "offset": one.offset_bytes,
        "length": length,
        "share": min(100, round(100 * one.offset_bytes / length)) if length else None,
        "created_at": one.created_at,
        "touched_at": one.touched_at,
        "refusal": one.refusal,
        "track": one.track_id,
    }
