"""What one address and one account may ask of this process, so that there is enough for all.

Who asks for more is told when to come again. Plays that are heard at once are counted for all
processes together, see stream.presence.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Hashable
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from base.errors import Refused
from base.settings import Settings
from stream.allowance import Allowance, Usage
from stream.clients import Clients


class Limits:
    """What is allowed, and what was used of it."""

    def __init__(self, settings: Settings) -> None:
        """Nobody has used anything yet."""
        self.clients = Clients(settings.trusted_proxies)
        self.addresses = Allowance(
            requests=settings.address_requests_per_minute,
            size_bytes=settings.address_bytes_per_minute,
        )
        self.accounts = Allowance(
            requests=settings.account_requests_per_minute,
            size_bytes=settings.account_bytes_per_minute,
        )

    def forget(self, now_s: float) -> None:
        """Forget who used nothing lately."""
        self.addresses.forget(now_s)
        self.accounts.forget(now_s)


LIMITS = web.AppKey("limits", Limits)
_ADDRESS = web.RequestKey("address_usage", Usage)
_ACCOUNT = web.RequestKey("account_usage", Usage)


@web.middleware
async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request in if its address has not asked for too much; count what was streamed to it."""
    limits, now_s = request.app[LIMITS], asyncio.get_running_loop().time()
    request[_ADDRESS] = _admitted(limits.addresses, address_of(request), now_s)
    response = await handler(request)
    sent = response.body_length if response.prepared else 0
    limits.addresses.spend(request[_ADDRESS], now_s, sent)
    if _ACCOUNT in request:
        limits.accounts.spend(request[_ACCOUNT], now_s, sent)
    return response


def require_allowed(request: web.Request, account_id: UUID) -> None:
    """Let an account go on if it has not asked for too much.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    now_s = asyncio.get_running_loop().time()
    request[_ACCOUNT] = _admitted(request.app[LIMITS].accounts, account_id, now_s)


def address_of(request: web.Request) -> str:
    """Answer who asks, as far as addresses tell."""
    said = request.headers
    return request.app[LIMITS].clients.of(
        request.remote or "",
        x_forwarded_for=", ".join(said.getall("X-Forwarded-For", [])),
        forwarded=", ".join(said.getall("Forwarded", [])),
    )


def _admitted(allowance: Allowance, who: Hashable, now_s: float) -> Usage:
    usage = allowance.admit(who, now_s)
    if usage is None:
        raise too_many(allowance.wait_s(who, now_s))
    return usage


def too_many(wait_s: float) -> Refused:
    """Say that it is too much for now."""
    again_s = max(1, math.ceil(wait_s))
    return Refused(
        "too-many-requests",
        f"This is more than one may ask for at a time; please try again in {again_s} s.",
        status=429,
        retry_after_s=again_s,
    )
