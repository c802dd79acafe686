"""Deliver an event to a webhook: signed, and again later where it was not taken.

Messages are those of Standard Webhooks. An address on a private network is not spoken to unless
the settings allow it: an artist could otherwise ask our machines questions through us.
"""

from __future__ import annotations

import asyncio
import json
import socket
from http import HTTPStatus
from uuid import UUID

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from base.addresses import require_public, require_public_host, server_of
from base.errors import Refused, Unavailable
from base.settings import Settings
from base.signatures import signature
from catalog.kinds import ATTEMPTS, Kind
from catalog.webhooks import Delivery, Due, due, note_delivery
from workers.holding import Holding
from workers.leases import Leased, finish, put_off

_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)


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
    server = server_of(found.webhook.url)
    try:
        async with (
            asyncio.timeout(_TIMEOUT.total),
            aiohttp.ClientSession(connector=_connector(settings), timeout=_TIMEOUT) as client,
            client.post(
                _allowed(settings, found.webhook.url),
                data=body,
                headers=headers,
                allow_redirects=False,  # where it was sent is where it was asked for
            ) as answer,
        ):
            return _verdict(answer.status)
    except TimeoutError:
        return f"{server} did not answer in time.", False
    except Refused as refused:
        return refused.sentence, False
    except aiohttp.InvalidURL:  # whose words are the whole address
        return f"The address of {server} cannot be read.", False
    except (aiohttp.ClientError, OSError) as error:
        return f"{server} cannot be reached: {error}", False


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


def _connector(settings: Settings) -> aiohttp.TCPConnector:
    if settings.webhooks_to_private:
        return aiohttp.TCPConnector()
    return aiohttp.TCPConnector(resolver=_PublicResolver())


def _allowed(settings: Settings, url: str) -> str:
    if not settings.webhooks_to_private:
        require_public_host(url)
    return url


class _PublicResolver(AbstractResolver):
    """Resolves names to public addresses only, each time they are used."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for one in found:
            require_public(one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()
