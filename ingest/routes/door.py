"""What the handlers need of the application that they are part of, and share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Protocol
from uuid import UUID

from aiohttp import web

from catalog.callers import Caller
from catalog.states import UploadState
from catalog.uploads import UNFINISHED, Upload
from ingest import refusals, uploads
from ingest.desk import Desk
from ingest.protocol import cors
from ingest.protocol.details import CONCAT, METADATA
from ingest.protocol.heads import Head
from ingest.protocol.standing import Standing

UPLOADS = "/api/v1/uploads"
#: Which track an upload became, or which draft; of every answer after it was accepted.
TRACK, RELEASE = "Refrain-Track", "Refrain-Release"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Explain(Protocol):
    """Answers an error as a problem document; `members` are added to it, or replace its own."""

    def __call__(
        self, request: web.Request, error: Exception, members: Mapping[str, object] = ...
    ) -> web.Response:
        """Write it down, and answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The desk, and who asks, and how errors are said."""

    desk: Desk
    identify: Callable[[web.Request], Awaitable[Caller]]
    request_id: Callable[[web.Request], str]
    explain: Explain

    @property
    def limit_bytes(self) -> int:
        """The largest master that is taken."""
        return self.desk.settings.upload_limit_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request on its way through a door."""

    door: Door
    request: web.Request
    head: Head

    @property
    def desk(self) -> Desk:
        """What the use cases work with."""
        return self.door.desk

    async def caller(self) -> Caller:
        """Answer who asks.

        Raises:
            Refused: nobody who may (401, 403).

        """
        return await self.door.identify(self.request)


#: What is done for a method.
Act = Callable[[Asked], Awaitable[web.Response]]


def act_for(acts: Mapping[str, Act], method: str) -> Act:
    """Answer what is done for a method.

    Raises:
        web.HTTPMethodNotAllowed: nothing is.

    """
    if method not in acts:
        raise web.HTTPMethodNotAllowed(method, acts)
    return acts[method]


def for_browsers(door: Door, handler: Handler) -> Handler:
    """Answer a handler whose answers, errors too, pages of other sites may read."""

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Exception as error:  # noqa: BLE001 - what it is, the application explains
            response = door.explain(request, error)
        response.headers.update(cors.ANSWER)
        return response

    return handle


def head_of(request: web.Request) -> Head:
    """Answer the head; of a field that was sent twice, both values as one list."""
    fields: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return Head(method=request.method, fields=fields)


def id_in(request: web.Request) -> UUID:
    """Answer the upload that the path names.

    Raises:
        Refused: `upload-unknown`, 404.

    """
    try:
        return UUID(request.match_info["upload"])
    except ValueError:
        raise refusals.unknown() from None


def address_of(asked: Asked, upload: Upload) -> str:
    """Answer where the upload is; absolute, for some clients cannot do with less."""
    public = asked.desk.settings.public_url.rstrip("/")
    home = public or str(asked.request.url.origin())
    return f"{home}{UPLOADS}/{upload.id}"


def standing_of(upload: Upload) -> Standing:
    """Answer how an upload stands, in the words of the protocols."""
    return Standing(
        offset_bytes=upload.offset_bytes,
        length_bytes=upload.length_bytes,
        is_complete=upload.state is not UploadState.OPEN,
        expires_at=upload.expires_at if upload.state in UNFINISHED else None,
        metadata=upload.metadata.get(METADATA, ""),
        concat=upload.metadata.get(CONCAT, ""),
    )


async def resumption(asked: Asked, caller: Caller) -> Upload:
    """Answer an upload to who is about to go on with it.

    Whoever still sends to it is a connection that the client gave up, and is ended.

    Raises:
        Refused: as `halt`, and what the upload itself was refused for: nothing goes on there.

    """
    upload = await uploads.halt(asked.desk, caller, id_in(asked.request))
    if upload.refusal is not None:
        raise upload.refusal.error()
    return upload


def track_field(upload: Upload) -> dict[str, str]:
    """Answer the field that names what an upload became, once it is accepted."""
    if upload.is_archive:
        return {RELEASE: str(upload.release_id)}
    return {} if upload.track_id is None else {TRACK: str(upload.track_id)}


def draft_in(request: web.Request) -> dict[str, str]:
    """Answer the draft, or the track that it replaces, that the query says a file is for."""
    return {name: request.query[name] for name in ("release", "replaces") if name in request.query}


def plain_name(text: str | None) -> str:
    """Answer the last part of a path as one printable line; it names nothing on a disk."""
    name = (text or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in name if c.isprintable()).strip() or "untitled"
