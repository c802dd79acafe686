"""The page of one message: what became of it, what is wrong with it, and what it changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from base.database import Session
from base.errors import Refused, Unavailable
from catalog.delivery_list import delivery_of, message_of, taken_before
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.ddex import ErnMessage
from stream.api.archived import changes_of
from stream.api.deliveries import acknowledged_again, document_of, message_id, retried_message
from stream.api.delivery_documents import ChangesDocument
from stream.identity.callers import caller
from stream.keys import REQUEST_ID, TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.deliveries import MESSAGES
from stream.pages.office.delivery_words import ABOUT, FIELDS, MEANINGS, MESSAGE_STATES, SEVERITIES
from stream.pages.office.showing import office_page
from stream.pages.office.words import STATES

_CHANGES = 100
_NOTICES = {
    "retried": N_("It is looked at again in a moment, as if it had just come."),
    "acknowledged": N_("Its answer goes out once more in a moment."),
}


async def get_message_page(request: web.Request) -> web.Response:
    """Show a message."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_retry_page(request: web.Request) -> web.Response:
    """Let it be looked at again."""
    who, tools, wanted = await caller(request), request.app[TOOLS], message_id(request)

    async def work(session: Session) -> None:
        await retried_message(session, tools, who, wanted, request_id=request[REQUEST_ID])

    return await _done(request, work, "retried")


async def post_acknowledge_page(request: web.Request) -> web.Response:
    """Let its answer go out once more."""
    who, tools, wanted = await caller(request), request.app[TOOLS], message_id(request)

    async def work(session: Session) -> None:
        await acknowledged_again(session, tools, who, wanted)

    return await _done(request, work, "acknowledged")


async def _done(
    request: web.Request, work: Callable[[Session], Awaitable[None]], notice: str
) -> web.Response:
    await form_of(request)
    try:
        async with request.app[TOOLS].database.begin() as session:
            await work(session)
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{MESSAGES}/{message_id(request)}?notice={notice}")


async def _show(
    request: web.Request, *, notice: str | None = None, refused: Refused | None = None
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        row, partner = await message_of(session, message_id(request))
        delivery, _ = await delivery_of(session, row.delivery_id)
        before = await taken_before(session, row)
        document = await document_of(session, row, partner)
        job = await job_of(session, Kind.INGEST, str(row.id))
    changes, why_not = await _changes(request.app, before, row)
    context: dict[str, Any] = {
        "message": document,
        "delivery": delivery,
        "partner": partner,
        "before": before,
        "job": job,
        "changes": changes,
        "shown": _CHANGES,
        "why_not": why_not,
        "states": MESSAGE_STATES,
        "meanings": MEANINGS,
        "severities": SEVERITIES,
        "about": ABOUT,
        "fields": FIELDS,
        "job_states": STATES,
        "notice": notice,
    }
    return await office_page(request, "office/delivery_message.html", context, refused=refused)


async def _changes(
    app: web.Application, before: ErnMessage | None, row: ErnMessage
) -> tuple[ChangesDocument | None, str | None]:
    """Answer what a message changes, or why that cannot be said now."""
    if before is None:
        return None, None
    try:
        return await changes_of(app, before, row), None
    except (Refused, Unavailable) as error:
        return None, error.sentence
