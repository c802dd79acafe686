"""How often somebody may try, counted so that nobody can use it against anybody else.

What is counted belongs to who tries: their network, their network at one account, or one device on
which that account signed in before. Nothing is counted for an account alone: whoever tries a
thousand wrong passwords shuts out themselves, and the owner signs in from home as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What is counted under a name: at most so many within so long, in seconds."""

    name: str
    most: int
    within_s: int


class AskedBy(StrEnum):
    """Who has a mail sent to an address."""

    FORGETFUL = "forgot"
    NEWCOMER = "join"
    SIGNED_IN = "own"
    INVITER = "invite"


_QUARTER_S, _HOUR_S = 900, 3_600
#: A household mistypes, and a school or a train is many of them.
_AT_ACCOUNT, _OF_BLOCK, _OF_DEVICE = 10, 60, 20
_CODES_OF_ACCOUNT = 50
_JOINS, _MAILS_OF_BLOCK, _MAILS_TO_ADDRESS = 30, 30, 5
#: Some take a few passwords until one is good enough.
_READINGS = 120


def sign_in_counters(*, folded: str, block: str, device: str | None) -> Sequence[Counter]:
    """Answer what a wrong password counts against: a device that is known counts for itself."""
    if device is not None:
        return [Counter(name=f"device:{_short(device)}", most=_OF_DEVICE, within_s=_QUARTER_S)]
    at_account = f"sign-in:{_short(folded)}:{block}"
    return [
        Counter(name=at_account, most=_AT_ACCOUNT, within_s=_QUARTER_S),
        Counter(name=f"sign-ins:{block}", most=_OF_BLOCK, within_s=_QUARTER_S),
    ]


def code_counters(*, account: str, block: str, device: str | None) -> Sequence[Counter]:
    """Answer what a wrong code counts against, which only who knew the password may try.

    Here an account counts as well, from anywhere: six digits are soon guessed by many. Where its
    owner signed in before, they sign in still.
    """
    if device is not None:
        return [Counter(name=f"codes:{_short(device)}", most=_AT_ACCOUNT, within_s=_QUARTER_S)]
    return [
        Counter(name=f"codes:{account}:{block}", most=_AT_ACCOUNT, within_s=_QUARTER_S),
        Counter(name=f"codes:{account}", most=_CODES_OF_ACCOUNT, within_s=_HOUR_S),
    ]


def join_counters(*, block: str) -> Sequence[Counter]:
    """Answer what joining counts against."""
    return [Counter(name=f"joins:{block}", most=_JOINS, within_s=_HOUR_S)]


def reading_counters(*, block: str) -> Sequence[Counter]:
    """Answer what a form counts against that may be refused."""
    return [Counter(name=f"readings:{block}", most=_READINGS, within_s=_HOUR_S)]


def asking_counters(*, block: str) -> Sequence[Counter]:
    """Answer what asking for a mail counts against."""
    return [Counter(name=f"asked:{block}", most=_MAILS_OF_BLOCK, within_s=_HOUR_S)]


def mail_counters(*, folded: str, asked_by: AskedBy) -> Sequence[Counter]:
    """Answer what a mail counts against: nobody's letter box is filled through us.

    Who asks for one reason leaves room for those who ask for another.
    """
    name = f"mails:{asked_by}:{_short(folded)}"
    return [Counter(name=name, most=_MAILS_TO_ADDRESS, within_s=_HOUR_S)]


def waiting(wait_s: float) -> str:
    """Say how long to wait, as people say it."""
    minutes = max(1, round(wait_s / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _short(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:24]
