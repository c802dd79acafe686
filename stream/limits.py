"""What one address and one account may ask of this process, so that there is enough for all.

Who asks for more is told when to come again. Plays that are heard at once are counted for all
processes together, see stream.presence.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Hashable, Mapping
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from base.errors import Refused
from base.settings import Settings
from stream.allowance import Allowance, Left
from stream.clients import Clients


class Limits:
    """What is allowed, and what was used of it."""

    def __init__(self, settings: Settings) -> None:
        """Nobody has used anything yet."""
        self.clients = Clients(settings.trusted_proxies)
        self.connections = settings.address_connections
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
_ADDRESS = web.RequestKey("address", str)
_ACCOUNT = web.RequestKey("account", UUID)
_SPENT = web.RequestKey("spent", int)
_API = "/api/"
_FETCHES = frozenset({"GET", "HEAD"})


@web.middleware
async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request in if its address has not asked for too much; count what was streamed to it."""
    request[_ADDRESS] = address_of(request)
    _require_admitted(request, request.app[LIMITS].addresses, request[_ADDRESS])
    response = await handler(request)
    if response.prepared:
        spend(request, response.body_length - request.get(_SPENT, 0))
    return response


async def tell_limits(request: web.Request, response: web.StreamResponse) -> None:
    """Say what may be asked and what is left of it (draft-ietf-httpapi-ratelimit-headers)."""
    if not request.path.startswith(_API) or _ADDRESS not in request:
        return
    limits, now_s = request.app[LIMITS], asyncio.get_running_loop().time()
    left = {"address": limits.addresses.left(request[_ADDRESS], now_s)}
    if _ACCOUNT in request:
        left["account"] = limits.accounts.left(request[_ACCOUNT], now_s)
    told = {name: one for name, one in left.items() if one is not None}
    if told:
        response.headers["RateLimit-Policy"] = policies(told)
        response.headers["RateLimit"] = remainders(told)


def policies(told: Mapping[str, Left]) -> str:
    """Print how much may be asked for within a minute."""
    return ", ".join(f'"{name}";q={one.most};w=60' for name, one in told.items())


def remainders(told: Mapping[str, Left]) -> str:
    """Print what is left of that, and in how many seconds all of it is there again."""
    return ", ".join(f'"{name}";r={one.requests};t={one.whole_in_s}' for name, one in told.items())


def require_allowed(request: web.Request, account_id: UUID) -> None:
    """Let an account go on if it has not asked for too much.

    Raises:
        Refused: `too-many-requests`, 429.

    """
    request[_ACCOUNT] = account_id
    _require_admitted(request, request.app[LIMITS].accounts, account_id)


def spend(request: web.Request, size_bytes: int) -> None:
    """Count bytes of an answer as they go out, which may take minutes."""
    limits, now_s = request.app[LIMITS], asyncio.get_running_loop().time()
    limits.addresses.spend(request[_ADDRESS], now_s, size_bytes)
    if _ACCOUNT in request:
        limits.accounts.spend(request[_ACCOUNT], now_s, size_bytes)
    request[_SPENT] = request.get(_SPENT, 0) + size_bytes


def address_of(request: web.Request) -> str:
    """Answer who asks, as far as addresses tell."""
    said = request.headers
    return request.app[LIMITS].clients.of(
        request.remote or "",
        x_forwarded_for=", ".join(said.getall("X-Forwarded-For", [])),
        forwarded=", ".join(said.getall("Forwarded", [])),
    )


def _require_admitted(request: web.Request, allowance: Allowance, who: Hashable) -> None:
    now_s = asyncio.get_running_loop().time()
    # Who fetched too much may still say what of it was heard, and pay for it.
    admit = allowance.admit if request.method in _FETCHES else allowance.admit_report
    if not admit(who, now_s):
        raise too_many(allowance.wait_s(who, now_s))


def too_many(wait_s: float) -> Refused:
    """Say that it is too much for now."""
    again_s = max(1, math.ceil(wait_s))
    return Refused(
        "too-many-requests",
        f"This is more than one may ask for at a time; please try again in {again_s} s.",
        status=429,
        retry_after_s=again_s,
    )
