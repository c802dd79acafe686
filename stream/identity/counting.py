"""Counts the tries of a request, and says what to do where there were too many."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aiohttp import web

from base.errors import Refused
from catalog.folding import Email
from stream.identity.devices import block_of
from stream.identity.keys import TRIES
from stream.identity.throttle import (
    Counter,
    asking_counters,
    join_counters,
    mail_counters,
    waiting,
)
from stream.limits import address_of


def block_in(request: web.Request) -> str:
    """Answer the network that is asked from."""
    return block_of(address_of(request))


async def count_password(request: web.Request, counters: Sequence[Counter]) -> None:
    """Count a password that is about to be tried.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    if wait_s := await request.app[TRIES].wait_s(counters):
        raise _too_many(
            f"Too many wrong passwords came from your network. Try again in {waiting(wait_s)}, or "
            "choose a new password now: “Forgot your password?” is open to you.",
            wait_s,
        )


async def count_code(request: web.Request, counters: Sequence[Counter]) -> None:
    """Count a code that is about to be tried.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    if wait_s := await request.app[TRIES].wait_s(counters):
        raise _too_many(
            f"Too many wrong codes were typed in. Try again in {waiting(wait_s)}, or sign in with "
            "a passkey, or on a device where you signed in before.",
            wait_s,
        )


async def count_join(request: web.Request) -> None:
    """Count somebody who joins.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    if wait_s := await request.app[TRIES].wait_s(join_counters(block=block_in(request))):
        raise _too_many(
            f"Many joined from your network within an hour. Try again in {waiting(wait_s)}, or "
            "from another network, such as your phone's.",
            wait_s,
        )


async def count_asking(request: web.Request) -> None:
    """Count somebody who asks for a mail.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    if wait_s := await request.app[TRIES].wait_s(asking_counters(block=block_in(request))):
        raise _too_many(
            f"Many mails were asked for from your network. Try again in {waiting(wait_s)}; what "
            "was asked for before is on its way.",
            wait_s,
        )


async def may_mail(request: web.Request, email: Email) -> bool:
    """Whether one more mail goes to an address; where not, those before it are good still."""
    return not await request.app[TRIES].wait_s(mail_counters(folded=email.folded))


def _too_many(sentence: str, wait_s: float) -> Refused:
    return Refused("too-many-tries", sentence, status=429, retry_after_s=math.ceil(wait_s))
