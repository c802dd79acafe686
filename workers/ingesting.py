"""The job of a message: judge it in a thread, take it in one transaction, and answer it.

Done twice it comes to the same: what it says is compared with what is there. Whoever asks for it
while it is done is not missed, see `catalog.ern_messages.order`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

import structlog

from base.database import Session
from base.storage.port import Key, Storage, key_of
from base.threads import to_the_end
from catalog.ern_messages import Arrived, arrived, dpids_of_others, note_answer
from catalog.findings import Severity
from catalog.models.ddex import ErnMessage
from catalog.people import caller_with
from catalog.supplied_facts import Told
from ingest.ddex.acknowledging import acknowledgement
from ingest.ddex.reading import MOST_BYTES
from ingest.ddex.taking.answering import answer_of
from ingest.ddex.taking.judged import Partnership, Ready, make_ready, too_long
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.taking import Ending, take
from workers.holding import Holding
from workers.leases import Leased, finish, held

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A message of which all that can be done is done, and what it is to be answered.

    `asked` is how often it had been asked for when it was looked at.
    """

    asked: int
    ending: Ending
    answer: bytes | None


async def ingest_message(holding: Holding, leased: Leased) -> None:
    """Let the catalogue say what a message says, as far as it goes, and answer it.

    Raises:
        Refused: `lease-lost`; `object-missing`: its bytes are lost.

    """
    tools, message_id = holding.tools, UUID(leased.subject)
    async with tools.database.read() as session:
        came = await arrived(session, message_id)
        with_whom = await _partnership(session, holding, came)
    ready = await _ready(tools.storage, came.row, with_whom)
    while True:
        taken = await _take(holding, leased, ready)
        if taken.answer is None or await _answer(holding, leased, taken.answer, taken.asked):
            break
    log.info("message taken", message=str(message_id), state=taken.ending.state)


async def _ready(storage: Storage, row: ErnMessage, with_whom: Partnership) -> Ready:
    if row.size_bytes > MOST_BYTES:
        return too_long(row.size_bytes)  # it is not read: whoever sends it says how long it is
    content = b"".join([part async for part in storage.read(Key(row.storage_key))])
    return await to_the_end(make_ready, content, with_whom, row.received_at)


async def _partnership(session: Session, holding: Holding, came: Arrived) -> Partnership:
    settings, partner = holding.tools.settings, came.partner
    return Partnership(
        dpid=partner.dpid,
        own={rule: Severity(one) for rule, one in partner.severities.items()},
        others=await dpids_of_others(session, partner.id),
        us=settings.ddex_party_id or None,
        schemas=settings.ddex_xsd_dir,
    )


async def _take(holding: Holding, leased: Leased, ready: Ready) -> _Taken:
    """Take a message; where it need not be answered, its job ends with that."""
    tools = holding.tools
    async with tools.database.begin() as session:
        await held(session, leased)
        came = await arrived(session, UUID(leased.subject), lock=True)
        occasion = await _occasion(session, holding, leased, came, ready)
        ending = await take(session, ready, occasion)
        if not (ending.is_told and ending.is_new):
            await finish(session, leased, now=tools.clock())
            return _Taken(asked=came.row.asked, ending=ending, answer=None)
        came.row.acknowledgement_key = None  # so it is not forgotten if we end here
        answer = acknowledgement(answer_of(ready, ending, occasion))
        return _Taken(asked=came.row.asked, ending=ending, answer=answer)


async def _occasion(
    session: Session, holding: Holding, leased: Leased, came: Arrived, ready: Ready
) -> Occasion:
    settings, message = holding.tools.settings, ready.message
    return Occasion(
        arrived=came,
        caller=await caller_with(session, came.partner.account_id),
        told=Told(
            at=message.header.created_at if message else came.row.received_at,
            message=message.header.message_id if message else "",
        ),
        request_id=leased.request_id,
        now=holding.tools.clock(),
        reviews=settings.reviews,
        party_id=settings.ddex_party_id,
    )


async def _answer(holding: Holding, leased: Leased, answer: bytes, asked: int) -> bool:
    """Keep an answer for whoever brings it out, and end the job; unless it was asked for since."""
    tools = holding.tools
    key = key_of("ddex", hashlib.sha256(answer).hexdigest(), ".xml")
    await holding.claims.store(key, answer)
    async with tools.database.begin() as session:
        await held(session, leased)
        came = await arrived(session, UUID(leased.subject), lock=True)
        note_answer(came.row, key)
        if came.row.asked != asked:
            return False
        await finish(session, leased, now=tools.clock())
    return True
