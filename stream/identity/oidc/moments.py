"""What a request of the protocol is answered with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import web

from stream.identity.oidc.keys import OPENID_KEYS
from stream.identity.oidc.provider import Moment
from stream.keys import ORIGIN, TOOLS


def issuer_of(request: web.Request) -> str:
    """Answer who we are to applications: the address that people use."""
    return request.app[ORIGIN]


@asynccontextmanager
async def moment_of(request: web.Request) -> AsyncIterator[Moment]:
    """Open a transaction in which a request is answered; also what is refused may be written."""
    tools = request.app[TOOLS]
    key = await request.app[OPENID_KEYS].signing()
    async with tools.database.begin() as session:
        yield Moment(
            session=session,
            now=tools.clock(),
            issuer=issuer_of(request),
            key=key,
            access_lasts=timedelta(seconds=tools.settings.access_token_s),
            refresh_lasts=timedelta(days=tools.settings.refresh_token_days),
        )
