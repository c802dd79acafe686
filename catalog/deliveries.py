"""Rows of what partners deliver: folders, files, messages with their jobs, and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, select

from base.database import Session, insert_once
from base.storage.port import Key
from catalog.ern_messages import order, order_late
from catalog.ern_states import (
    DELIVERY_MOVES,
    DeliveryEvent,
    DeliveryState,
    MessageState,
)
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile
from catalog.states import next_state

#: The way of what came by a bucket; all else is in a folder.
BUCKET = "bucket"
#: Of a message these are not the last.
_UNDER_WAY = (MessageState.RECEIVED, MessageState.WAITING)
#: Jobs of one moment have no order: each message is a moment later than the one before it.
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of a delivery that is wholly and durably in storage; see `SuppliedFile`."""

    path: str
    mark: str
    size_bytes: int
    sha256: str
    digests: Mapping[str, str]
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A message whose answer is made, and did not go out yet."""

    message_id: UUID
    delivery: str
    path: str
    key: Key
    at: datetime


async def open_deliveries(
    session: Session, partner_id: UUID, *, since: datetime
) -> dict[str, Delivery]:
    """Answer by their names the deliveries of a partner that are not done, or not for long."""
    query = select(Delivery).where(Delivery.partner_id == partner_id, ~_is_settled(since))
    return {row.name: row for row in await session.scalars(query)}


async def settled_names(session: Session, partner_id: UUID, *, since: datetime) -> frozenset[str]:
    """Answer the names of the deliveries of a partner that were done before."""
    query = select(Delivery.name).where(Delivery.partner_id == partner_id, _is_settled(since))
    return frozenset(await session.scalars(query))


def _is_settled(since: datetime) -> ColumnElement[bool]:
    return and_(
        Delivery.state == DeliveryState.DONE, func.coalesce(Delivery.ended_at, since) < since
    )


async def see_delivery(  # noqa: PLR0913 - what is known of a folder
    session: Session, partner_id: UUID, name: str, *, way: str, layout: str, now: datetime
) -> Delivery:
    """Answer the row of a delivery, locked; it is begun by whoever sees it first."""
    row = Delivery(
        id=uuid4(),
        partner_id=partner_id,
        way=way,
        layout=layout,
        name=name,
        state=DeliveryState.RECEIVING,
        is_unlisted=False,
        is_test=False,
        findings=[],
        seen_at=now,
    )
    if await insert_once(session, row):
        return row
    query = select(Delivery).where(Delivery.partner_id == partner_id, Delivery.name == name)
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one()


async def note_found(
    session: Session, delivery_id: UUID, findings: Sequence[Mapping[str, Any]]
) -> None:
    """Write down what is odd about a delivery, as it is seen now."""
    row = await session.get_one(Delivery, delivery_id, with_for_update=True)
    row.findings = [dict(one) for one in findings]


async def files_of(session: Session, delivery_id: UUID) -> list[SuppliedFile]:
    """Answer the files that are stored of a delivery, the oldest first."""
    query = select(SuppliedFile).where(SuppliedFile.delivery_id == delivery_id)
    return list(await session.scalars(query.order_by(SuppliedFile.received_at, SuppliedFile.id)))


async def add_file(
    session: Session, delivery_id: UUID, partner_id: UUID, stored: StoredFile, *, now: datetime
) -> bool:
    """Write down a stored file; answer whether these bytes came just now under its path.

    Of the same bytes the inbox tells another mark when they were sent again: they are what came
    last from then on, though others came under the path between.
    """
    row = SuppliedFile(
        id=uuid4(),
        delivery_id=delivery_id,
        partner_id=partner_id,
        path=stored.path,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        digests=dict(stored.digests),
        storage_key=stored.key,
        mark=stored.mark,
        received_at=now,
    )
    if await insert_once(session, row):
        return True
    query = select(SuppliedFile).where(
        SuppliedFile.delivery_id == delivery_id,
        SuppliedFile.path == stored.path,
        SuppliedFile.sha256 == stored.sha256,
    )
    known = (await session.scalars(query.with_for_update())).one()
    if known.mark == stored.mark:
        return False  # it was written down by who looked at the same time
    known.mark, known.received_at = stored.mark, now
    return True


async def complete_delivery(  # noqa: PLR0913 - what a delivery comes to
    session: Session,
    partner: Partner,
    delivery_id: UUID,
    messages: Mapping[str, str],
    *,
    is_unlisted: bool,
    is_urgent: bool,
    is_test: bool,
    findings: Sequence[Mapping[str, Any]],
    now: datetime,
) -> list[UUID]:
    """Let a delivery whose files are stored be complete: each new message becomes a job, in order.

    `messages` are the marks of its messages by their paths. Answer the messages that are new; where
    none is, and it was complete before, nothing changes but what was found.
    """
    row = await session.get_one(Delivery, delivery_id, with_for_update=True)
    new = await _add_messages(session, row, messages, now=now)
    row.findings = [dict(one) for one in findings]
    is_first = row.completed_at is None
    if is_first:
        row.completed_at, row.is_unlisted, row.is_test = now, is_unlisted, is_test
    if new or is_first:
        _move(row, DeliveryEvent.COMPLETE, now=None)
    for number, message_id in enumerate(new):
        job = NewJob(
            kind=Kind.INGEST,
            subject=str(message_id),
            request_id=f"ddex-{row.id}",
            owner_id=partner.account_id,
            priority=1 if is_urgent else 0,
        )
        await add(session, job, now=now + number * _MOMENT)
    return new


async def fail_delivery(
    session: Session, delivery_id: UUID, findings: Sequence[Mapping[str, Any]], *, now: datetime
) -> None:
    """Say that a delivery that was never complete cannot be taken as it is."""
    row = await session.get_one(Delivery, delivery_id, with_for_update=True)
    _move(row, DeliveryEvent.FAIL, now=now)
    row.findings = [dict(one) for one in findings]


async def wake_waiting(
    session: Session, partner_id: UUID, delivery_id: UUID, *, is_late: bool, now: datetime
) -> int:
    """Let messages of a partner that wait for files be looked at again; answer how many wait.

    So are all of a delivery that had been complete and has more now.
    """
    request_id = f"ddex-{delivery_id}"
    query = select(ErnMessage.id).where(
        ErnMessage.partner_id == partner_id, ErnMessage.state == MessageState.WAITING
    )
    waiting = list(await session.scalars(query))
    await order(session, waiting, request_id=request_id, now=now)
    if is_late:
        await order_late(session, delivery_id, request_id=request_id, now=now)
    return len(waiting)


async def unanswered(
    session: Session, partner_id: UUID, *, by_bucket: bool, limit: int
) -> list[Unanswered]:
    """Answer messages of a partner whose answers are made and did not go out.

    What came by a bucket is answered there, all else in the folder.
    """
    query = (
        select(
            ErnMessage.id,
            Delivery.name,
            ErnMessage.path,
            ErnMessage.acknowledgement_key,
            func.coalesce(ErnMessage.ended_at, ErnMessage.received_at),
        )
        .join(Delivery, Delivery.id == ErnMessage.delivery_id)
        .where(ErnMessage.partner_id == partner_id, ErnMessage.acknowledged_at.is_(None))
        .where(ErnMessage.acknowledgement_key.is_not(None))
        .where((Delivery.way == BUCKET) if by_bucket else (Delivery.way != BUCKET))
        .order_by(ErnMessage.received_at, ErnMessage.id)
        .limit(limit)
    )
    return [
        Unanswered(message_id=message_id, delivery=name, path=path, key=Key(key or ""), at=at)
        for message_id, name, path, key, at in await session.execute(query)
    ]


async def note_answered(session: Session, message: Unanswered, *, now: datetime) -> None:
    """Write down that an answer went out, unless another was made meanwhile."""
    row = await session.get_one(ErnMessage, message.message_id, with_for_update=True)
    if row.acknowledgement_key == message.key:
        row.acknowledged_at = now


async def have_ended(session: Session, partner_id: UUID) -> list[UUID]:
    """Answer the deliveries of a partner of which every message has ended and was answered."""
    is_open = exists().where(
        ErnMessage.delivery_id == Delivery.id,
        ErnMessage.state.in_(_UNDER_WAY)
        | (ErnMessage.acknowledgement_key.is_not(None) & ErnMessage.acknowledged_at.is_(None)),
    )
    query = select(Delivery.id).where(
        Delivery.partner_id == partner_id, Delivery.state == DeliveryState.COMPLETE, ~is_open
    )
    return list(await session.scalars(query.order_by(Delivery.id)))


async def end_delivery(session: Session, delivery_id: UUID, *, now: datetime) -> None:
    """Let a delivery be done, unless a message came meanwhile."""
    row = await session.get_one(Delivery, delivery_id, with_for_update=True)
    if row.state == DeliveryState.COMPLETE and row.id in await have_ended(session, row.partner_id):
        _move(row, DeliveryEvent.END, now=now)


async def counts_by_partner(session: Session) -> list[tuple[str, str, int]]:
    """Answer how many deliveries there are of each partner (by DPID) in each state."""
    query = (
        select(Partner.dpid, Delivery.state, func.count())
        .join(Partner, Partner.id == Delivery.partner_id)
        .group_by(Partner.dpid, Delivery.state)
        .order_by(Partner.dpid, Delivery.state)
    )
    return [(dpid, state, number) for dpid, state, number in await session.execute(query)]


async def _add_messages(
    session: Session, row: Delivery, messages: Mapping[str, str], *, now: datetime
) -> list[UUID]:
    files = {(one.path, one.mark): one for one in await files_of(session, row.id)}
    query = select(ErnMessage.path, ErnMessage.sha256).where(ErnMessage.delivery_id == row.id)
    known = {(path, sha256) for path, sha256 in await session.execute(query)}
    new = list[UUID]()
    for place in messages.items():
        file = files.get(place)
        if file is None or (file.path, file.sha256) in known:
            continue
        message = ErnMessage(
            id=uuid4(),
            partner_id=row.partner_id,
            delivery_id=row.id,
            path=file.path,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            storage_key=file.storage_key,
            is_test=False,
            state=MessageState.RECEIVED,
            findings=[],
            received_at=now + len(new) * _MOMENT,
        )
        session.add(message)
        new.append(message.id)
    await session.flush()
    return new


def _move(row: Delivery, event: DeliveryEvent, *, now: datetime | None) -> None:
    row.state = next_state(DELIVERY_MOVES, DeliveryState(row.state), event)
    row.ended_at = now
