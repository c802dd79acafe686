"""What happened, told in the transaction in which it happened.

Whoever shows progress, and every webhook, reads these rows; nothing that was committed goes untold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from base.database import Session
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.events import Event, Webhook
from catalog.models.music import Track
from catalog.models.people import Account


class EventKind(StrEnum):
    """What can happen; those of a track's states are named after the state."""

    TRACK_RECEIVED = "track.received"
    TRACK_EXAMINING = "track.examining"
    TRACK_PLAYABLE = "track.playable"
    TRACK_COMPLETE = "track.complete"
    TRACK_REJECTED = "track.rejected"
    TRACK_WITHDRAWN = "track.withdrawn"
    TRACK_REMOVED = "track.removed"
    #: Its measurements and findings are known.
    TRACK_MEASURED = "track.measured"
    #: Some of its renditions can be had.
    TRACK_RENDITIONS = "track.renditions"
    #: Another master took the place of the one that was heard.
    TRACK_REPLACED = "track.replaced"
    #: The files of an archive are tracks of a draft.
    RELEASE_UNPACKED = "release.unpacked"
    RELEASE_SUBMITTED = "release.submitted"
    #: It is not as it should be, or it was recalled: it is a draft again.
    RELEASE_RETURNED = "release.returned"
    RELEASE_SCHEDULED = "release.scheduled"
    RELEASE_PUBLISHED = "release.published"
    RELEASE_WITHDRAWN = "release.withdrawn"
    RELEASE_REINSTATED = "release.reinstated"
    #: Nothing comes of a file that was sent; or it became a track or a draft, and is odd.
    UPLOAD_REFUSED = "upload.refused"
    UPLOAD_EXPIRED = "upload.expired"
    UPLOAD_WARNED = "upload.warned"
    #: Somebody applied to be a member, was admitted or refused, lapsed, renewed, or left.
    MEMBERSHIP_CHANGED = "membership.changed"
    #: Dues run out, or ran out.
    MEMBERSHIP_DUE = "membership.due"
    #: What became of a report of an account's sales to who is told of them.
    REPORT_SENT = "report.sent"
    REPORT_ACKNOWLEDGED = "report.acknowledged"
    REPORT_REFUSED = "report.refused"
    REPORT_FAILED = "report.failed"
    #: Somebody tries out a webhook.
    PING = "ping"


#: What happens to a person, and is told to no member who acts for them.
PERSONAL = frozenset({EventKind.MEMBERSHIP_CHANGED, EventKind.MEMBERSHIP_DUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that happened, to one of `owner_id`'s tracks where it happened to one."""

    owner_id: UUID
    kind: EventKind
    request_id: str
    track_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


async def tell(session: Session, event: NewEvent, *, now: datetime) -> int:
    """Write an event down, and one delivery for each webhook that wants it; answer its number.

    The account's row is locked until the transaction ends, so that numbers become visible in
    their order: a reader who has seen 9 has seen 8.
    """
    numbered = (
        update(Account)
        .where(Account.id == event.owner_id)
        .values(events=Account.events + 1)
        .returning(Account.events)
        .execution_options(synchronize_session=False)
    )
    number = (await session.scalars(numbered)).one()
    session.add(
        Event(
            owner_id=event.owner_id,
            number=number,
            kind=event.kind,
            track_id=event.track_id,
            data=dict(event.data),
            at=now,
        )
    )
    await session.flush()
    for webhook in await _interested(session, event):
        job = NewJob(
            kind=Kind.DELIVER,
            subject=f"{webhook.id}/{number}",
            request_id=event.request_id,
            owner_id=event.owner_id,
        )
        await add(session, job, now=now)
    return number


async def tell_of_track(
    session: Session, track: Track, kind: EventKind, data: Mapping[str, Any], *, now: datetime
) -> None:
    """Write down what happened to a track."""
    event = NewEvent(
        owner_id=track.owner_id,
        kind=kind,
        request_id=track.request_id,
        track_id=track.id,
        data={"title": track.title, **data},
    )
    await tell(session, event, now=now)


async def tell_of_tracks(
    session: Session,
    tracks: Iterable[Track],
    kind: EventKind,
    data: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Write down what happened to each of several tracks."""
    for track in tracks:
        await tell_of_track(session, track, kind, data, now=now)


async def events_after(
    session: Session, owner_id: UUID, number: int, *, track_id: UUID | None = None, limit: int = 100
) -> Sequence[Event]:
    """Answer what happened after an event, the oldest first."""
    query = select(Event).where(Event.owner_id == owner_id, Event.number > number)
    if track_id is not None:
        query = query.where(Event.track_id == track_id)
    return (await session.scalars(query.order_by(Event.number).limit(limit))).all()


async def newest_numbers(session: Session, owner_ids: Collection[UUID]) -> dict[UUID, int]:
    """Answer the number of each owner's newest event."""
    query = select(Account.id, Account.events).where(Account.id.in_(owner_ids))
    return {row.id: row.events for row in await session.execute(query)}


async def forget_before(session: Session, before: datetime) -> int:
    """Remove events that are older; answer how many."""
    removed = await session.execute(delete(Event).where(Event.at < before).returning(Event.number))
    return len(removed.all())


async def _interested(session: Session, event: NewEvent) -> list[Webhook]:
    query = select(Webhook).where(Webhook.owner_id == event.owner_id, Webhook.disabled_at.is_(None))
    return [
        webhook
        for webhook in await session.scalars(query)
        if webhook.kinds is None or event.kind in webhook.kinds
    ]
