"""Deliver an event to a webhook: signed, and again later where it was not taken.

Messages are those of Standard Webhooks. An address on a private network is not spoken to unless
the settings allow it: an artist could otherwise ask our machines questions through us.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from uuid import UUID

from base.errors import Refused, Unavailable
from base.outward import Asking, ask
from base.settings import Settings
from base.signatures import signature
from catalog.kinds import ATTEMPTS, Kind
from catalog.webhooks import Delivery, Due, due, note_delivery
from workers.holding import Holding
from workers.leases import Leased, finish, put_off


async def deliver_event(holding: Holding, leased: Leased) -> None:
    """Tell a webhook of an event, or learn that it cannot be told.

    While a webhook takes nothing, one delivery now and then finds out whether it does again; the
    others are put off.

    Raises:
        Unavailable: it did not take it, and will be asked again.

    """
    tools = holding.tools
    webhook_id, number = leased.subject.split("/")
    async with tools.database.read() as session:
        found = await due(session, UUID(webhook_id), int(number))
    if found is None:
        async with tools.database.begin() as session:
            await finish(session, leased, now=tools.clock())
    elif (held_until := found.webhook.held_until) and tools.clock() < held_until:
        async with tools.database.begin() as session:
            await put_off(session, leased, until=held_until)
    else:
        await _deliver(holding, leased, found)


async def _deliver(holding: Holding, leased: Leased, found: Due) -> None:
    tools, webhook = holding.tools, found.webhook
    trouble, is_gone = await _sent(tools.settings, found, timestamp=tools.clock().timestamp())
    most = ATTEMPTS[Kind.DELIVER]
    is_final = is_gone or leased.attempt >= most or webhook.failures + 1 >= most
    async with tools.database.begin() as session:
        now = tools.clock()
        if trouble is None or is_final:
            await finish(session, leased, now=now, reason=trouble)
        delivery = Delivery(trouble=trouble, is_final=is_final, failures_before=webhook.failures)
        await note_delivery(session, webhook.id, delivery, now=now)
    if trouble is not None and not is_final:
        raise Unavailable("webhook-not-taken", trouble)


async def _sent(settings: Settings, found: Due, *, timestamp: float) -> tuple[str | None, bool]:
    """Send it; answer what went wrong, and whether the receiver wants no more for ever."""
    body = _body(found)
    message_id = f"evt_{found.event.owner_id.hex}_{found.event.number}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Refrain-Webhooks",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(timestamp)),
        "webhook-signature": signature(
            found.webhook.secret, message_id=message_id, timestamp=int(timestamp), body=body
        ),
    }
    asking = Asking(method="POST", url=found.webhook.url, headers=headers, body=body, most_bytes=0)
    try:
        answer = await ask(asking, to_private=settings.webhooks_to_private)
    except (Refused, Unavailable) as error:
        return error.sentence, False
    return _verdict(answer.status)


def _verdict(status: int) -> tuple[str | None, bool]:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None, False
    return f"The receiver answered with status {status}.", status == HTTPStatus.GONE


def _body(found: Due) -> bytes:
    event = found.event
    data = {**event.data, "number": event.number}
    if event.track_id is not None:
        data["track"] = str(event.track_id)
    document = {"type": event.kind, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(document).encode()
