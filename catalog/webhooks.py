"""Addresses that are told of an owner's events."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from base.database import Session
from base.errors import Refused
from catalog.events import EventKind
from catalog.models.events import Event, Webhook
from catalog.retrying import wait_after

#: What a secret begins with, as Standard Webhooks writes them.
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with is none
_MOST = 10


async def add_webhook(
    session: Session,
    owner_id: UUID,
    *,
    url: str,
    kinds: Sequence[EventKind] | None,
    now: datetime,
) -> Webhook:
    """Make a webhook with a secret of its own.

    Raises:
        Refused: the owner has very many already.

    """
    query = select(func.count()).select_from(Webhook).where(Webhook.owner_id == owner_id)
    if (await session.scalars(query)).one() >= _MOST:
        raise Refused(
            "too-many-webhooks", f"There may be {_MOST} webhooks; remove one first.", status=409
        )
    webhook = Webhook(
        id=uuid4(),
        owner_id=owner_id,
        url=url,
        secret=_SECRET_PREFIX + b64encode(secrets.token_bytes(32)).decode(),
        kinds=None if kinds is None else list(kinds),
        failures=0,
        created_at=now,
    )
    session.add(webhook)
    await session.flush()
    return webhook


async def webhooks_of(session: Session, owner_id: UUID) -> Sequence[Webhook]:
    """Answer an owner's webhooks, the oldest first."""
    query = select(Webhook).where(Webhook.owner_id == owner_id).order_by(Webhook.created_at)
    return (await session.scalars(query)).all()


async def webhook_of(session: Session, owner_id: UUID, webhook_id: UUID) -> Webhook:
    """Answer one of them.

    Raises:
        Refused: `webhook-unknown`, 404, also when it is another's.

    """
    webhook = await session.get(Webhook, webhook_id)
    if webhook is None or webhook.owner_id != owner_id:
        raise Refused("webhook-unknown", "There is no such webhook.", status=404)
    return webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An event that a webhook is to be told of."""

    webhook: Webhook
    event: Event


async def due(session: Session, webhook_id: UUID, number: int) -> Due | None:
    """Answer what is to be delivered; nothing when the webhook or the event is no more."""
    webhook = await session.get(Webhook, webhook_id)
    if webhook is None or webhook.disabled_at is not None:
        return None
    event = await session.get(Event, (webhook.owner_id, number))
    return None if event is None else Due(webhook=webhook, event=event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a delivery went; `failures_before` are those in a row when it began."""

    trouble: str | None
    is_final: bool
    failures_before: int


async def note_delivery(
    session: Session, webhook_id: UUID, delivery: Delivery, *, now: datetime
) -> None:
    """Write beside a webhook how a delivery went; after the last that failed, it gets no more.

    Of those that were under way together one counts: what ailed them was the same.
    """
    webhook = await session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)
    if webhook is None:
        return
    webhook.trouble = delivery.trouble and delivery.trouble[:1000]
    if delivery.trouble is None:
        webhook.delivered_at = now
        take_up(webhook)
    elif webhook.failures == delivery.failures_before:
        webhook.failures += 1
        webhook.held_until = now + wait_after(webhook.failures)
    if delivery.is_final:
        webhook.disabled_at = now


def take_up(webhook: Webhook) -> None:
    """Deliver to a webhook without delay."""
    webhook.disabled_at, webhook.held_until, webhook.failures = None, None, 0
