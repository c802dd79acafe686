"""Counts the tries of a request, and says what to do where there were too many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from base.errors import Refused
from catalog.folding import Email
from stream.identity.devices import block_of
from stream.identity.keys import TRIES
from stream.identity.throttle import (
    AskedBy,
    Counter,
    asking_counters,
    join_counters,
    mail_counters,
    reading_counters,
    sign_in_counters,
    waiting,
)
from stream.limits import address_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """By what a password was counted: by what there was no room for, nothing may be tried."""

    of_network: Sequence[Counter] = ()
    of_device: Sequence[Counter] = ()


def block_in(request: web.Request) -> str:
    """Answer the network that is asked from."""
    return block_of(address_of(request))


async def count_password(request: web.Request, counters: Sequence[Counter]) -> None:
    """Count a password that is about to be tried.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    if wait_s := await request.app[TRIES].wait_s(counters):
        raise _wrong_passwords(wait_s)


async def count_passwords(request: web.Request, email: Email, device: str | None) -> Counted:
    """Count a password that is about to be tried at an address, by network and by known device.

    Raises:
        Refused: `too-many-tries`, 429: there is room by neither.

    """
    tries, block = request.app[TRIES], block_in(request)
    of_network = sign_in_counters(folded=email.folded, block=block, device=None)
    wait_s = await tries.wait_s(of_network)
    counted = Counted(of_network=() if wait_s else of_network)
    if device is not None:
        of_device = sign_in_counters(folded=email.folded, block=block, device=device)
        if not await tries.wait_s(of_device):
            return replace(counted, of_device=of_device)
    if wait_s:
        raise _wrong_passwords(wait_s)
    return counted


async def count_reading(request: web.Request) -> None:
    """Count a form of somebody who joins, before it is read: to judge a password takes time.

    Raises:
        Refused: `too-many-tries`, 429.

    """
    await _count_newcomer(request, reading_counters(block=block_in(request)))


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
    await _count_newcomer(request, join_counters(block=block_in(request)))


async def _count_newcomer(request: web.Request, counters: Sequence[Counter]) -> None:
    if wait_s := await request.app[TRIES].wait_s(counters):
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


async def may_mail(request: web.Request, email: Email, asked_by: AskedBy) -> bool:
    """Whether one more mail goes to an address; where not, those before it are good still."""
    counters = mail_counters(folded=email.folded, asked_by=asked_by)
    return not await request.app[TRIES].wait_s(counters)


async def count_mail(request: web.Request, email: Email, asked_by: AskedBy) -> None:
    """Count a mail to an address, whoever has it.

    Raises:
        Refused: `mails-enough`, 429: no more go there for now.

    """
    counters = mail_counters(folded=email.folded, asked_by=asked_by)
    if wait_s := await request.app[TRIES].wait_s(counters):
        raise Refused(
            "mails-enough",
            f"No mail was sent: enough went to {email.address} within an hour. Look for those, "
            f"also among the spam, or try again in {waiting(wait_s)}.",
            status=429,
            retry_after_s=math.ceil(wait_s),
        )


def _wrong_passwords(wait_s: float) -> Refused:
    return _too_many(
        f"Too many wrong passwords came from your network. Try again in {waiting(wait_s)}, or "
        "choose a new password now: “Forgot your password?” is open to you.",
        wait_s,
    )


def _too_many(sentence: str, wait_s: float) -> Refused:
    return Refused("too-many-tries", sentence, status=429, retry_after_s=math.ceil(wait_s))
