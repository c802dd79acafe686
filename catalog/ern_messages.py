"""Messages of partners: what was said in which, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from base.database import Session
from base.errors import Refused
from catalog.ern_states import MessageState
from catalog.jobs import NewJob, add_again
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile, SuppliedRelease
from catalog.models.ddex import SuppliedTrack as Track
from catalog.supplied_facts import Told

#: Of a message that waits, what it waits for may have come.
_OPEN = (MessageState.RECEIVED, MessageState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as it came, whose it is, and the delivery that it came in."""

    row: ErnMessage
    partner: Partner
    delivery: Delivery


async def arrived(session: Session, message_id: UUID, *, lock: bool = False) -> Arrived:
    """Answer a message that came.

    Raises:
        Refused: `message-unknown`, 404.

    """
    row = await session.get(ErnMessage, message_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise Refused("message-unknown", "There is no such message.", status=404)
    partner = await session.get_one(Partner, row.partner_id)
    delivery = await session.get_one(Delivery, row.delivery_id)
    return Arrived(row=row, partner=partner, delivery=delivery)


async def known_under(session: Session, row: ErnMessage, *, sender: str, number: str) -> ErnMessage:
    """Answer the message that has a number of a sender's: an earlier one, or else this one."""
    query = select(ErnMessage).where(
        ErnMessage.partner_id == row.partner_id,
        ErnMessage.sender == sender,
        ErnMessage.message_id == number,
    )
    return (await session.scalars(query)).first() or row


async def deliveries_of(session: Session, row: ErnMessage) -> list[tuple[UUID, str]]:
    """Answer in which deliveries a message came, and under which path; some send it again."""
    query = select(ErnMessage.delivery_id, ErnMessage.path).where(
        ErnMessage.partner_id == row.partner_id, ErnMessage.sha256 == row.sha256
    )
    rows = await session.execute(query.order_by(ErnMessage.received_at, ErnMessage.id))
    return [(delivery_id, path) for delivery_id, path in rows]


async def repeated(session: Session, row: ErnMessage) -> list[UUID]:
    """Answer what came of the same bytes, and waits for what becomes of a message."""
    query = select(ErnMessage.id).where(
        ErnMessage.partner_id == row.partner_id,
        ErnMessage.sha256 == row.sha256,
        ErnMessage.id != row.id,
        ErnMessage.state == MessageState.WAITING,
    )
    return list(await session.scalars(query))


async def outdated(
    session: Session, supplied_id: UUID, told: Told, *, purged_at: datetime | None
) -> list[UUID]:
    """Answer the messages of a release that wait, though they do not say any more what holds."""
    query = select(ErnMessage).where(
        ErnMessage.supplied_id == supplied_id,
        ErnMessage.state == MessageState.WAITING,
        ErnMessage.message_id.is_not(None),
    )
    return [
        one.id
        for one in await session.scalars(query)
        if purged_at is not None or _told_of(one) < told
    ]


def _told_of(row: ErnMessage) -> Told:
    return Told(at=row.told_at or row.received_at, message=row.message_id or "")


async def dpids_of_others(session: Session, partner_id: UUID) -> frozenset[str]:
    """Answer who all other partners are."""
    return frozenset(await session.scalars(select(Partner.dpid).where(Partner.id != partner_id)))


async def message_told(session: Session, partner_id: UUID, told: Told) -> UUID | None:
    """Answer the message in which something was said."""
    query = select(ErnMessage.id).where(
        ErnMessage.partner_id == partner_id,
        ErnMessage.message_id == told.message,
        ErnMessage.told_at == told.at,
    )
    return await session.scalar(query.order_by(ErnMessage.received_at).limit(1))


async def order(
    session: Session, message_ids: Collection[UUID], *, request_id: str, now: datetime
) -> None:
    """Ask that messages are looked at, again or for the first time.

    Who looks at one just now is told by its `asked`, and does it once more.
    """
    for message_id in sorted(set(message_ids)):
        owner = select(Partner.account_id).join(ErnMessage, ErnMessage.partner_id == Partner.id)
        job = NewJob(
            kind=Kind.INGEST,
            subject=str(message_id),
            request_id=request_id,
            owner_id=await session.scalar(owner.where(ErnMessage.id == message_id)),
        )
        # Its job is locked before it, as by who does the job.
        await add_again(session, job, now=now)
        asked = update(ErnMessage).where(ErnMessage.id == message_id)
        await session.execute(asked.values(asked=ErnMessage.asked + 1))


async def order_late(
    session: Session, delivery_id: UUID, *, request_id: str, now: datetime
) -> None:
    """Ask that all messages of a delivery are looked at again, as files came late for it."""
    query = select(ErnMessage.id).where(
        ErnMessage.delivery_id == delivery_id,
        ErnMessage.state.not_in([MessageState.REFUSED, MessageState.TESTED]),
    )
    await order(session, list(await session.scalars(query)), request_id=request_id, now=now)


async def order_examined(session: Session, sha256: str, *, request_id: str, now: datetime) -> None:
    """Ask that those messages are looked at again that wait for what was found of some bytes."""
    query = (
        select(ErnMessage.id)
        .join(SuppliedRelease, SuppliedRelease.id == ErnMessage.supplied_id)
        .outerjoin(Track, Track.supplied_id == SuppliedRelease.id)
        .join(
            SuppliedFile,
            or_(SuppliedFile.id == Track.file_id, SuppliedFile.id == SuppliedRelease.cover_id),
        )
        .where(SuppliedFile.sha256 == sha256, ErnMessage.state == MessageState.WAITING)
        .where(ErnMessage.message_id == SuppliedRelease.message_id)
        .distinct()
    )
    await order(session, list(await session.scalars(query)), request_id=request_id, now=now)


async def lacking(session: Session, partner_id: UUID, keys: Collection[str]) -> list[UUID]:
    """Answer the messages of a partner that wait, and list recordings for which no file came."""
    query = (
        select(ErnMessage.id)
        .join(SuppliedRelease, SuppliedRelease.id == ErnMessage.supplied_id)
        .join(Track, Track.supplied_id == SuppliedRelease.id)
        .where(SuppliedRelease.partner_id == partner_id, ErnMessage.state.in_(_OPEN))
        .where(Track.key.in_(keys), Track.file_id.is_(None))
        .where(ErnMessage.message_id == SuppliedRelease.message_id)
        .distinct()
    )
    return list(await session.scalars(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a message, and what was found."""

    state: MessageState
    findings: Sequence[dict[str, Any]]


def note_outcome(row: ErnMessage, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a message; answer whether that is other than what is known."""
    before = (row.state, row.findings)
    row.state, row.findings = str(outcome.state), list(outcome.findings)
    row.ended_at = None if outcome.state in _OPEN else row.ended_at or now
    return before != (row.state, row.findings)


def note_answer(row: ErnMessage, key: str) -> None:
    """Write down under which key the answer to a message lies, for whoever brings it out."""
    row.acknowledgement_key, row.acknowledged_at = key, None
