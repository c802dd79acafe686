"""A password that somebody chooses is judged, and hashed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from stream.identity.breached import has_leaked
from stream.identity.faults import Unfit
from stream.identity.keys import HASHING
from stream.identity.password_rules import fault_in, normalised
from stream.keys import TOOLS


async def fault_of(request: web.Request, password: str, *, known: Sequence[str]) -> str | None:
    """Say what is wrong with a password that somebody chose, if anything."""
    chosen = normalised(password)
    found = await asyncio.to_thread(partial(fault_in, chosen, known=known))
    if found is None and await has_leaked(chosen, request.app[TOOLS].settings.breached_passwords):
        return (
            "This password is in a list of those that leaked elsewhere, which thieves try first. "
            "Take another; and change it wherever else you use it."
        )
    return found


async def hashed(request: web.Request, password: str, *, known: Sequence[str]) -> str:
    """Answer what is kept of a password that somebody chose.

    Raises:
        Unfit: it is not good enough, 422.

    """
    if fault := await fault_of(request, password, known=known):
        raise Unfit({"password": fault}, code="password-unfit")
    return await request.app[HASHING].hash(normalised(password))
