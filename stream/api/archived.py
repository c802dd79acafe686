"""Messages as they came, over HTTP: their bytes, what answered them, and what they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from aiohttp import web

from base.errors import Refused, Unavailable
from base.storage.port import Key
from base.tools import Tools
from catalog.delivery_list import message_of, taken_before
from catalog.models.ddex import ErnMessage
from catalog.partners import partner_by_dpid
from ingest.ddex.archived import House, compared, content_of, judged, severities_of
from ingest.ddex.differing import difference_told
from ingest.ddex.documents import judgement_told
from ingest.ddex.reading import MOST_BYTES
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import Query, Sparse, asking
from stream.api.deliveries import message_id
from stream.api.delivery_documents import ChangesDocument, Dpid, JudgementDocument
from stream.api.partners import whose
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.keys import TOOLS

T = TypeVar("T")

#: What somebody else wrote is never shown as a page of ours.
_RAW = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_READ_BYTES = 1 << 18
#: So many messages are held at once, and so many of them read; each may have 32 MiB.
_MOST_HELD, _READ_AT_ONCE = 6, 2
#: A message of the largest kind comes by then on a slow line.
_PATIENCE_S = 120.0


class Readers:
    """Where long messages are read: few at a time, so that others are answered meanwhile."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._held = 0
        self._turns = asyncio.Semaphore(_READ_AT_ONCE)

    async def hold(self, fetch: Callable[[], Awaitable[T]]) -> T:
        """Do what needs a message or two to be held.

        Raises:
            Unavailable: `too-busy`: others do so.

        """
        if self._held >= _MOST_HELD:
            raise Unavailable(
                "too-busy", "Other messages are read at this moment; please try again in a moment."
            )
        self._held += 1
        try:
            return await fetch()
        finally:
            self._held -= 1

    async def read(self, work: Awaitable[T]) -> T:
        """Let a message be read in its turn."""
        async with self._turns:
            return await work


READING = web.AppKey("reading", Readers)


class ChangesQuery(Sparse):
    """With which message it is compared; unless told, the one that was taken before it."""

    against: UUID | None = None


class ValidateQuery(Query):
    """By whose severities it is judged; unless told, by those of the house."""

    partner: Dpid | None = None


async def get_content(request: web.Request) -> web.StreamResponse:
    """Answer a message as it came."""
    row = await _asked_for(request)
    return await _raw(request, row.storage_key, f"message {row.message_id or row.id}")


async def get_acknowledgement(request: web.Request) -> web.StreamResponse:
    """Answer what a message was answered."""
    row = await _asked_for(request)
    if row.acknowledgement_key is None:
        raise Refused("not-answered", "No answer to this message was written yet.", status=404)
    return await _raw(request, row.acknowledgement_key, f"ACK {row.message_id or row.id}")


async def get_changes(request: web.Request) -> web.Response:
    """Answer what a message says otherwise than the one before it."""
    who, asked, tools = await caller(request), asking(request, ChangesQuery), request.app[TOOLS]
    async with tools.database.read() as session:
        new, _ = await message_of(session, message_id(request), account_id=whose(who))
        if asked.against is None:
            old = await taken_before(session, new)
        else:
            old, _ = await message_of(session, asked.against, account_id=whose(who))
    if old is None:
        raise Refused("nothing-before", "No message on this release was taken before.", status=404)
    return answered(request, await changes_of(request.app, old, new), cache=NEVER_KEPT)


async def changes_of(app: web.Application, old: ErnMessage, new: ErnMessage) -> ChangesDocument:
    """Compare two messages that are kept.

    Raises:
        Unavailable: `too-busy`; Unreadable: one is no message.

    """
    readers, storage = app[READING], app[TOOLS].storage

    async def both() -> ChangesDocument:
        before, after = (
            await content_of(storage, old.storage_key),
            await content_of(storage, new.storage_key),
        )
        found = await readers.read(compared(before, after))
        return ChangesDocument(**difference_told(found))

    return await readers.hold(both)


async def validate_message(request: web.Request) -> web.Response:
    """Judge a message as if it had been delivered; nothing is written."""
    who, asked, tools = await caller(request), asking(request, ValidateQuery), request.app[TOOLS]
    own = {}
    if asked.partner:
        async with tools.database.read() as session:
            partner = await partner_by_dpid(session, asked.partner)
        if whose(who) not in {None, partner.account_id}:
            raise Refused("partner-unknown", "There is no such partner.", status=404)
        own = severities_of(partner.severities)
    readers = request.app[READING]

    async def judge() -> JudgementDocument:
        content = await _content(request)
        found = await readers.read(judged(content, _house(tools), own, came_at=tools.clock()))
        return JudgementDocument(**judgement_told(found))

    return answered(request, await readers.hold(judge), cache=NEVER_KEPT)


async def _content(request: web.Request) -> bytes:
    """Answer a body, or as much of it as shows that it is too long."""
    content = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            async for part in request.content.iter_chunked(_READ_BYTES):
                content += part
                if len(content) > MOST_BYTES:
                    break
    except TimeoutError:
        raise Refused("too-slow", "The message did not come in time.", status=408) from None
    return bytes(content)


def _house(tools: Tools) -> House:
    return House(us=tools.settings.ddex_party_id or None, schemas=tools.settings.ddex_xsd_dir)


async def _asked_for(request: web.Request) -> ErnMessage:
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        row, _ = await message_of(session, message_id(request), account_id=whose(who))
    return row


async def _raw(request: web.Request, key: str, name: str) -> web.StreamResponse:
    """Answer bytes as they come from storage, however many they are."""
    parts = request.app[TOOLS].storage.read(Key(key))
    first = await anext(aiter(parts), b"")  # what is lost is so before anything is answered
    headers = {**_RAW, "Content-Disposition": attachment(name, ".xml")}
    response = web.StreamResponse(headers=headers)
    response.content_type = "application/xml"
    await response.prepare(request)
    if request.method != "HEAD":
        await response.write(first)
        async for part in parts:
            await response.write(part)
    await response.write_eof()
    return response
