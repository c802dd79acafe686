"""One's own data: asked for and fetched; and to be forgotten, or to stay after all."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from base.database import Session
from base.storage.port import Key
from catalog.exports import ask, export_of, export_to_fetch, exports_of, unknown_export
from catalog.leaving import ask_erasure, erasure_of, stay
from catalog.mails import MailKind
from catalog.models.privacy import Erasure, PersonalExport
from catalog.permissions import Permission
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.openapi import Route
from stream.identity.callers import caller
from stream.identity.fresh import require_just_signed_in
from stream.identity.writing_to import tell_owner
from stream.keys import SECRETS, TOOLS
from stream.personal_links import link_of, require_good

_EXPORTS = "/api/v1/account/exports"
_ERASURE = "/api/v1/account/erasure"


class ExportDocument(BaseModel):
    """An export; `link` is there when its file is, and good for some minutes without signing in."""

    id: UUID
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    size_bytes: int | None
    link: str | None


class ExportList(BaseModel):
    """Your exports, the newest first."""

    items: list[ExportDocument]
    next: None = None


class ErasureDocument(BaseModel):
    """When your account is forgotten, unless you come back before."""

    asked_at: datetime
    due_at: datetime


def privacy_routes() -> list[Route]:
    """Answer every operation on one's own data."""
    return [*_exporting(), *_erasing()]


def _exporting() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_EXPORTS,
            handler=post_export,
            needs=Permission.ACCOUNT_CLOSE,
            summary="Ask for all that is known of you.",
            answers={202: ExportDocument},
            problems=(409,),
        ),
        Route(
            method="GET",
            path=_EXPORTS,
            handler=get_exports,
            needs=Permission.ACCOUNT_CLOSE,
            summary="What you asked for, the newest first.",
            answers={200: ExportList},
            problems=(),
        ),
        Route(
            method="GET",
            path=f"{_EXPORTS}/{{export}}",
            handler=get_export,
            needs=Permission.ACCOUNT_CLOSE,
            summary="An export, with a link to its file once that is there.",
            answers={200: ExportDocument},
        ),
        Route(
            method="GET",
            path="/api/v1/exports/{export}/{until:[0-9]{1,12}}/{seal:[A-Za-z0-9_-]{43}}",
            handler=get_export_file,
            needs=Permission.OWN_DATA_FETCH,
            summary="The file of an export, by a link that was given for it.",
            answers={200: "application/zip"},
            problems=(403, 404, 409, 410),
        ),
    ]


def _erasing() -> list[Route]:
    return [
        Route(
            method="DELETE",
            path="/api/v1/account",
            handler=delete_account,
            needs=Permission.ACCOUNT_CLOSE,
            summary="Be forgotten, after some days; what you heard and paid stays, by a number.",
            answers={202: ErasureDocument},
            problems=(403, 409),
        ),
        Route(
            method="GET",
            path=_ERASURE,
            handler=get_erasure,
            needs=Permission.ACCOUNT_CLOSE,
            summary="When you will be forgotten.",
            answers={200: ErasureDocument},
        ),
        Route(
            method="DELETE",
            path=_ERASURE,
            handler=delete_erasure,
            needs=Permission.ACCOUNT_CLOSE,
            summary="Stay after all.",
            answers={204: "text/plain"},
        ),
    ]


async def post_export(request: web.Request) -> web.Response:
    """Ask for all that is known of the caller."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        made = await ask(session, who.id, now=tools.clock())
    return answered(request, _document(request, made), status=202, cache=NEVER_KEPT)


async def get_exports(request: web.Request) -> web.Response:
    """Answer what the caller asked for."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await exports_of(session, who.id)
    return answered(
        request, ExportList(items=[_document(request, one) for one in found]), cache=NEVER_KEPT
    )


async def get_export(request: web.Request) -> web.Response:
    """Answer one of them."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await export_of(session, _export_id(request), who.id)
    return answered(request, _document(request, found), cache=NEVER_KEPT)


async def get_export_file(request: web.Request) -> web.StreamResponse:
    """Answer the file of an export to who has its address."""
    tools, export_id = request.app[TOOLS], _export_id(request)
    require_good(
        export_id,
        until=int(request.match_info["until"]),
        seal=request.match_info["seal"],
        now=tools.clock(),
        secrets=request.app[SECRETS],
    )
    async with tools.database.read() as session:
        found = await export_to_fetch(session, export_id, now=tools.clock())
    response = web.StreamResponse(headers={"Cache-Control": NEVER_KEPT})
    response.content_type, response.content_length = "application/zip", found.size_bytes
    named = f'attachment; filename="refrain-{found.made_at:%Y-%m-%d}.zip"'
    response.headers["Content-Disposition"] = named
    response.headers["X-Content-Type-Options"] = "nosniff"
    await response.prepare(request)
    if request.method != "HEAD":
        async for part in tools.storage.read(Key(found.storage_key or "")):
            await response.write(part)
    await response.write_eof()
    return response


async def delete_account(request: web.Request) -> web.Response:
    """Note that the caller wants to be forgotten."""
    who, tools = await caller(request), request.app[TOOLS]
    require_just_signed_in(who, now=tools.clock())
    grace = timedelta(days=tools.settings.erasure_days)
    async with tools.database.begin() as session:
        found = await ask_erasure(session, who.id, now=tools.clock(), grace=grace)
        await tell_of_erasure(request, session, found)
    return answered(request, _erasure(found), status=202, cache=NEVER_KEPT)


async def get_erasure(request: web.Request) -> web.Response:
    """Answer when the caller is forgotten."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return answered(request, _erasure(await erasure_of(session, who.id)), cache=NEVER_KEPT)


async def delete_erasure(request: web.Request) -> web.Response:
    """Let the caller stay."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await stay(session, who.id)
    return no_content()


async def tell_of_erasure(request: web.Request, session: Session, asked: Erasure) -> None:
    """Write to whom an account belongs that it will be forgotten; it may be somebody else."""
    day = f"{asked.due_at:%Y-%m-%d}"
    await tell_owner(request, session, MailKind.FORGETTING, asked.account_id, day=day)


def link_to(request: web.Request, export: PersonalExport) -> str | None:
    """Answer the address of a file, where it is there."""
    now = request.app[TOOLS].clock()
    if export.storage_key is None or export.expires_at is None or export.expires_at <= now:
        return None
    return link_of(export.id, now=now, secret=request.app[SECRETS][0])


def _document(request: web.Request, export: PersonalExport) -> ExportDocument:
    return ExportDocument(
        id=export.id,
        asked_at=export.asked_at,
        made_at=export.made_at,
        expires_at=export.expires_at,
        size_bytes=export.size_bytes,
        link=link_to(request, export),
    )


def _erasure(row: Erasure) -> ErasureDocument:
    return ErasureDocument(asked_at=row.asked_at, due_at=row.due_at)


def _export_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["export"])
    except ValueError:
        raise unknown_export() from None
