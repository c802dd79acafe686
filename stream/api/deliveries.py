"""What partners delivered, over HTTP: looked at, tried again, answered again, and as it came."""

from __future__ import annotations

from uuid import UUID

import structlog
from aiohttp import web
from pydantic import AwareDatetime

from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.delivery_list import (
    Wanted,
    counted,
    deliveries_like,
    delivery_of,
    files_like,
    message_of,
    messages_like,
    taken_before,
    unknown_delivery,
    unknown_message,
)
from catalog.ern_retrying import answer_again, retry_message, undone_of
from catalog.models.ddex import ErnMessage, Partner, SuppliedRelease
from catalog.partners import partner_by_dpid
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking
from stream.api.delivery_documents import (
    DeliveriesQuery,
    DeliveryList,
    FileList,
    FilesQuery,
    MessageDocument,
    MessageList,
    MessagesQuery,
    counts_document,
    delivery_document,
    file_document,
    message_document,
    message_facts,
)
from stream.api.paging import Keyset
from stream.api.partners import whose
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS

log = structlog.get_logger()

DELIVERY_PLACES = Keyset("ddex-deliveries", tuple[AwareDatetime, UUID])
MESSAGE_PLACES = Keyset("ddex-messages", tuple[AwareDatetime, UUID])
FILE_PLACES = Keyset("ddex-files", tuple[str, UUID])


async def get_deliveries(request: web.Request) -> web.Response:
    """Answer deliveries, the newest first."""
    who, asked = await caller(request), asking(request, DeliveriesQuery)
    after = DELIVERY_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        wanted = await wanted_of(session, who, partner=asked.partner, state=asked.state)
        found = await deliveries_like(session, wanted, limit=asked.limit + 1, after=after)
    page = DELIVERY_PLACES.page(
        found, limit=asked.limit, place=lambda one: (one[0].seen_at, one[0].id)
    )
    body = DeliveryList(deliveries=[delivery_document(*one) for one in page.items], next=page.next)
    return answered(request, body)


async def get_delivery(request: web.Request) -> web.Response:
    """Answer a delivery."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await delivery_of(session, delivery_id(request), account_id=whose(who))
    return answered(request, delivery_document(*found))


async def get_files(request: web.Request) -> web.Response:
    """Answer the files of a delivery."""
    who, asked = await caller(request), asking(request, FilesQuery)
    after = FILE_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        delivery, _ = await delivery_of(session, delivery_id(request), account_id=whose(who))
        found = await files_like(session, delivery.id, limit=asked.limit + 1, after=after)
    page = FILE_PLACES.page(found, limit=asked.limit, place=lambda one: (one.path, one.id))
    body = FileList(files=[file_document(one) for one in page.items], next=page.next)
    return answered(request, body)


async def get_messages(request: web.Request) -> web.Response:
    """Answer messages, the newest first."""
    who, asked = await caller(request), asking(request, MessagesQuery)
    after = MESSAGE_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        wanted = await wanted_of(
            session, who, partner=asked.partner, delivery=asked.delivery, state=asked.state
        )
        found = await messages_like(session, wanted, limit=asked.limit + 1, after=after)
    page = MESSAGE_PLACES.page(
        found, limit=asked.limit, place=lambda one: (one[0].received_at, one[0].id)
    )
    body = MessageList(messages=[message_facts(*one) for one in page.items], next=page.next)
    return answered(request, body)


async def get_message(request: web.Request) -> web.Response:
    """Answer a message with all that was found in it."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await message_of(session, message_id(request), account_id=whose(who))
        return answered(request, await document_of(session, *found))


async def get_counts(request: web.Request) -> web.Response:
    """Answer how much there is of each partner."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await counted(session, account_id=whose(who))
    return answered(request, counts_document(found))


async def retry_delivery(request: web.Request) -> web.Response:
    """Let all be looked at again of a delivery of which something was left undone."""
    who, tools, wanted = await caller(request), request.app[TOOLS], delivery_id(request)

    async def work(session: Session) -> bool:
        await retried_delivery(session, tools, who, wanted, request_id=request[REQUEST_ID])
        return True

    await at_most_once(request, who, work)
    async with tools.database.read() as session:
        body = delivery_document(*await delivery_of(session, wanted))
    return answered(request, body, cache=NEVER_KEPT)


async def retry_of_message(request: web.Request) -> web.Response:
    """Let a message be looked at again."""
    who, tools, wanted = await caller(request), request.app[TOOLS], message_id(request)

    async def work(session: Session) -> bool:
        await retried_message(session, tools, who, wanted, request_id=request[REQUEST_ID])
        return True

    await at_most_once(request, who, work)
    return answered(request, await _told(tools, wanted), cache=NEVER_KEPT)


async def acknowledge_message(request: web.Request) -> web.Response:
    """Let the answer to a message go out once more."""
    who, tools, wanted = await caller(request), request.app[TOOLS], message_id(request)

    async def work(session: Session) -> bool:
        await acknowledged_again(session, tools, who, wanted)
        return True

    await at_most_once(request, who, work)
    return answered(request, await _told(tools, wanted), cache=NEVER_KEPT)


async def retried_delivery(
    session: Session, tools: Tools, who: Caller, wanted: UUID, *, request_id: str
) -> int:
    """Let what is undone of a delivery be looked at again, in somebody's name; answer how much.

    Raises:
        Refused: `delivery-unknown`, 404; `nothing-undone`, 409.

    """
    await delivery_of(session, wanted)
    undone = await undone_of(session, wanted)
    if not undone:
        raise Refused(
            "nothing-undone",
            "Nothing of this delivery was refused, and nothing waits: there is nothing to retry.",
            status=409,
        )
    now = tools.clock()
    for one in undone:
        await retry_message(session, one, request_id=request_id, now=now)
    await note_act(
        session, who, Act.DELIVERY_RETRIED, wanted, now=now, facts={"messages": len(undone)}
    )
    return len(undone)


async def retried_message(
    session: Session, tools: Tools, who: Caller, wanted: UUID, *, request_id: str
) -> None:
    """Let a message be looked at again, in somebody's name.

    Raises:
        Refused: `message-unknown`, 404.

    """
    now = tools.clock()
    await retry_message(session, wanted, request_id=request_id, now=now)
    await note_act(session, who, Act.MESSAGE_RETRIED, wanted, now=now)
    log.info("message retried", message=str(wanted), by=str(who.person_id))


async def acknowledged_again(session: Session, tools: Tools, who: Caller, wanted: UUID) -> None:
    """Let the answer to a message go out once more, in somebody's name.

    Raises:
        Refused: `message-unknown`, 404; `not-answered`, 409.

    """
    await answer_again(session, wanted)
    await note_act(session, who, Act.MESSAGE_ANSWERED, wanted, now=tools.clock())


async def wanted_of(
    session: Session,
    who: Caller,
    *,
    partner: str | None,
    delivery: UUID | None = None,
    state: str | None = None,
) -> Wanted:
    """Answer what is asked for, of what somebody may see.

    Raises:
        Refused: `partner-unknown`, 404.

    """
    partner_id = (await partner_by_dpid(session, partner)).id if partner else None
    return Wanted(account_id=whose(who), partner_id=partner_id, delivery_id=delivery, state=state)


async def document_of(session: Session, row: ErnMessage, partner: Partner) -> MessageDocument:
    """Print a message with what it became, and what was before it."""
    before = await taken_before(session, row)
    supplied = await session.get(SuppliedRelease, row.supplied_id) if row.supplied_id else None
    return message_document(
        row,
        partner,
        before=before.id if before else None,
        release=supplied.release_id if supplied else None,
    )


def delivery_id(request: web.Request) -> UUID:
    """Answer which delivery is asked for."""
    return id_in(request.match_info["delivery"], unknown_delivery())


def message_id(request: web.Request) -> UUID:
    """Answer which message is asked for."""
    return id_in(request.match_info["message"], unknown_message())


async def _told(tools: Tools, wanted: UUID) -> MessageDocument:
    async with tools.database.read() as session:
        return await document_of(session, *await message_of(session, wanted))
