"""What partners delivered, from the command line: listed, shown, compared, and taken once more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from rich.table import Table
from rich.text import Text

from base.errors import Refused
from base.log import escaped
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.delivery_list import Wanted, deliveries_like, message_called, message_of, taken_before
from catalog.ern_retrying import all_messages, retry_message
from catalog.models.ddex import ErnMessage, Partner
from catalog.partners import partner_by_dpid
from ingest.ddex.archived import House, compared, content_of, judged, raw_of, severities_of
from ingest.ddex.differing import Difference
from ingest.ddex.documents import finding_told
from ingest.ddex.reading import MOST_BYTES
from ingest.ddex.rules import FIXED, RULES
from stream.api.deliveries import document_of
from stream.api.delivery_documents import delivery_document

log = structlog.get_logger()

#: What is found by reading a message alone; what the catalogue and files tell is found elsewhere.
_READ = RULES | FIXED | {"unreadable"}
_SHOWN = 8


async def list_deliveries(
    settings: Settings, *, partner: str | None, state: str | None, limit: int
) -> list[dict[str, Any]]:
    """Answer deliveries, the newest first.

    Raises:
        Refused: `partner-unknown`, 404.

    """
    async with open_tools(settings) as tools, tools.database.read() as session:
        partner_id = (await partner_by_dpid(session, partner)).id if partner else None
        wanted = Wanted(partner_id=partner_id, state=state)
        found = await deliveries_like(session, wanted, limit=limit)
        return [delivery_document(*one).model_dump(mode="json") for one in found]


async def show_message(settings: Settings, text: str) -> dict[str, Any]:
    """Answer all that is known of a message.

    Raises:
        Refused: as `message_called` does.

    """
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await message_called(session, text)
        return (await document_of(session, *found)).model_dump(mode="json")


async def raw_message(settings: Settings, text: str) -> bytes:
    """Answer a message as it came.

    Raises:
        Refused: as `message_called` does; `object-missing`, 404.

    """
    async with open_tools(settings) as tools:
        async with tools.database.read() as session:
            row, _ = await message_called(session, text)
        return await raw_of(tools.storage, row.storage_key)


async def compare(settings: Settings, new: str, old: str | None) -> Difference:
    """Compare messages, each a file or what one is called; without `old`, with the one before it.

    Raises:
        Refused: as `message_called` does; `nothing-before`, 404; Unreadable: one is no message.

    """
    files = [await asyncio.to_thread(_file, one) if one else None for one in (old, new)]
    if files[0] is not None and files[1] is not None:
        return await compared(files[0], files[1])
    async with open_tools(settings) as tools:
        rows = [
            None if file is not None or one is None else await _row(tools, one)
            for one, file in zip((old, new), files, strict=True)
        ]
        if old is None and rows[1] is not None:
            async with tools.database.read() as session:
                rows[0] = await taken_before(session, rows[1])
        contents = [
            await content_of(tools.storage, row.storage_key) if row else file
            for row, file in zip(rows, files, strict=True)
        ]
    if contents[0] is None or contents[1] is None:
        sentence = "No message on this release was taken before: name the one to compare with."
        raise Refused("nothing-before", sentence, status=404)
    return await compared(contents[0], contents[1])


async def looked_at_again(
    settings: Settings, texts: Sequence[str] | None
) -> AsyncIterator[dict[str, Any]]:
    """Judge messages as they are kept, and tell what is found otherwise than then; nothing changes.

    Raises:
        Refused: as `message_called` does.

    """
    house = House(us=settings.ddex_party_id or None, schemas=settings.ddex_xsd_dir)
    async with open_tools(settings) as tools:
        for message_id in await _ids(tools, texts):
            async with tools.database.read() as session:
                row, partner = await message_of(session, message_id)
            yield await _judged_anew(tools, house, row, partner)


async def taken_again(
    settings: Settings, texts: Sequence[str] | None
) -> AsyncIterator[dict[str, Any]]:
    """Let messages be taken once more as they are kept: each is a job, in the order they came.

    Raises:
        Refused: as `message_called` does.

    """
    async with open_tools(settings) as tools:
        for message_id in await _ids(tools, texts):
            now = tools.clock()
            async with tools.database.begin() as session:
                row = await retry_message(session, message_id, request_id="replay", now=now)
                await note_act(session, None, Act.MESSAGE_RETRIED, message_id, now=now)
            log.info("message retried", message=str(message_id))
            yield {"id": str(message_id), "title": row.title, "state": row.state}


def table_of(deliveries: Iterable[Mapping[str, Any]]) -> Table:
    """Draw deliveries, a line each."""
    table = Table("id", "partner", "name", "way", "state", "seen", "odd", box=None)
    for one in deliveries:
        table.add_row(
            *(one["id"][:_SHOWN], one["partner"], Text(escaped(one["name"])), one["way"]),
            *(one["state"], one["seen_at"][:19], str(len(one["findings"]) or "")),
        )
    return table


def text_of(message: Mapping[str, Any]) -> str:
    """Write all that is known of a message, for people."""
    lines = [
        f"{name}: {value}"
        for name, value in message.items()
        if name != "findings" and value not in {None, ""}
    ]
    for one in message["findings"]:
        where = f"line {one['line']}: " if one["line"] else ""
        lines.append(f"{one['severity']:7}  {where}{one['text']} ({one['status']}: {one['rule']})")
    return escaped("\n".join(lines), but="\n")


def text_of_replay(told: Mapping[str, Any]) -> str:
    """Write what is found otherwise of a message, in lines."""
    head = f"{told['id'][:_SHOWN]} {told['title'] or 'no release'}: {told['state']}"
    if "acceptable" not in told:
        return escaped(head)
    verdict = "could be taken" if told["acceptable"] else "could not be taken"
    marks = [*(("+", one) for one in told["found"]), *(("-", one) for one in told["gone"])]
    lines = [f"  {mark} {one['severity']}: {one['text']} ({one['rule']})" for mark, one in marks]
    return escaped("\n".join([f"{head}; {verdict}", *lines]), but="\n")


async def _judged_anew(
    tools: Tools, house: House, row: ErnMessage, partner: Partner
) -> dict[str, Any]:
    content = await content_of(tools.storage, row.storage_key)
    own = severities_of(partner.severities)
    judgement = await judged(content, house, own, came_at=row.received_at)
    now = [finding_told(one) for one in judgement.findings]
    then = [one for one in row.findings if one["rule"] in _READ]
    return {
        "id": str(row.id),
        "title": row.title,
        "state": row.state,
        "acceptable": judgement.is_acceptable,
        "found": _beyond(now, then),
        "gone": _beyond(then, now),
    }


def _beyond(
    some: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Answer what is in one list of findings, and not in another as often."""
    left, found = Counter(map(_told, others)), []
    for one in some:
        left[_told(one)] -= 1
        if left[_told(one)] < 0:
            found.append(one)
    return found


def _told(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["rule"], one["severity"], one["text"]


async def _ids(tools: Tools, texts: Sequence[str] | None) -> Sequence[UUID]:
    async with tools.database.read() as session:
        if texts is None:
            return await all_messages(session)
        return [(await message_called(session, one))[0].id for one in texts]


async def _row(tools: Tools, text: str) -> ErnMessage:
    async with tools.database.read() as session:
        return (await message_called(session, text))[0]


def _file(name: str) -> bytes | None:
    """Answer what is in a file, and as much too much as shows that it is; None: it is not there."""
    path = Path(name)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
