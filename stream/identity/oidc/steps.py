"""What is next for somebody whom an application sent: sign in, be asked, or go back to it.

OpenID Connect Core, 3.1.2.1 (`prompt`, `max_age`, `id_token_hint`) and 3.1.2.3. `since` is ours:
when somebody was sent to sign in again, they have done so once they did it after that. Who changes
it in their own address, changes only whether they are asked again within the half hour.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_MOST_S = 10**10
#: Who is sent to sign in does so within this.
_SIGNS_IN_WITHIN = timedelta(minutes=30)


class Step(StrEnum):
    """What is next; the last two are told to the application as its errors."""

    SIGN_IN = "sign_in"
    ASK = "ask"
    GRANT = "grant"
    LOGIN_REQUIRED = "login_required"
    CONSENT_REQUIRED = "consent_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How an application wants somebody to be asked."""

    prompts: frozenset[str] = frozenset()
    max_age_s: int | None = None
    since: datetime | None = None
    #: Of whom the application shows an ID token: nobody else will do.
    subject: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nobody may be asked anything."""
        return "none" in self.prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of who was sent, and of what they let the application do before.

    When they signed in is not known of all who did.
    """

    subject: str
    authenticated_at: datetime | None
    agreed: AbstractSet[str]
    is_trusted: bool
    #: Only the application itself can hear the answer.
    is_assured: bool


def wish_of(prompt: str, max_age: str, since: str, *, subject: str | None = None) -> Wish:
    """Read what was asked for.

    Raises:
        ValueError: it contradicts itself, or is nothing that may be asked for; it says so.

    """
    prompts = frozenset(prompt.split())
    if not prompts <= _PROMPTS:
        raise ValueError("prompt is none, login, consent or select_account")
    if "none" in prompts and len(prompts) > 1:
        raise ValueError("prompt=none stands alone")
    begun = _seconds(since, "since")
    return Wish(
        prompts=prompts,
        max_age_s=_seconds(max_age, "max_age"),
        since=None if begun is None else datetime.fromtimestamp(begun, UTC),
        subject=subject,
    )


def next_step(
    wish: Wish, standing: Standing | None, wanted: AbstractSet[str], *, now: datetime
) -> Step:
    """Decide what is next; without a `standing` nobody signed in."""
    if standing is None or not _is_fresh(wish, standing.authenticated_at, now):
        return Step.LOGIN_REQUIRED if wish.is_silent else Step.SIGN_IN
    if wish.subject not in {None, standing.subject}:
        # Who was sent to sign in, and did so as somebody else, is not sent again.
        has_tried = _has_signed_in_since(wish, standing.authenticated_at, now)
        return Step.LOGIN_REQUIRED if wish.is_silent or has_tried else Step.SIGN_IN
    if not wish.is_silent and wish.prompts & {"consent", "select_account"}:
        return Step.ASK
    is_agreed = standing.is_trusted or (wanted <= standing.agreed)
    if is_agreed and standing.is_assured:
        return Step.GRANT
    return Step.CONSENT_REQUIRED if wish.is_silent else Step.ASK


def _is_fresh(wish: Wish, at: datetime | None, now: datetime) -> bool:
    if "login" not in wish.prompts and wish.max_age_s is None:
        return True
    if at is None:
        return False
    if _has_signed_in_since(wish, at, now):
        return True
    is_asked = "login" in wish.prompts or wish.max_age_s is None
    return not is_asked and now - at <= timedelta(seconds=wish.max_age_s or 0)


def _has_signed_in_since(wish: Wish, at: datetime | None, now: datetime) -> bool:
    began = wish.since
    return began is not None and at is not None and now - _SIGNS_IN_WITHIN <= began <= at


def _seconds(text: str, name: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,12}", text) or int(text) > _MOST_S:
        raise ValueError(f"{name} is a number of seconds")
    return int(text)
