"""That whoever asks has just proved who they are: for what cannot be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from base.errors import Refused
from catalog.callers import Caller, CredentialKind

#: How long a proof counts as just given.
FRESH = timedelta(minutes=15)


def require_just_signed_in(who: Caller, *, now: datetime) -> None:
    """See that somebody signed in a moment ago, which tokens cannot.

    Raises:
        Refused: `sign-in-again`, 403.

    """
    proved = None if who.credential is None else who.credential.authenticated_at
    if proved is None or now > proved + FRESH:
        raise sign_in_again()


def require_fresh(who: Caller, *, now: datetime) -> None:
    """See that who signed in did so a moment ago; programs, by tokens of their own, go on.

    Raises:
        Refused: `sign-in-again`, 403.

    """
    if who.credential is not None and who.credential.kind is not CredentialKind.TOKEN:
        require_just_signed_in(who, now=now)


def is_fresh(who: Caller, *, now: datetime) -> bool:
    """Whether `require_fresh` lets them go on, so that nobody types in vain."""
    try:
        require_fresh(who, now=now)
    except Refused:
        return False
    return True


def sign_in_again() -> Refused:
    """Say that somebody has to show who they are."""
    return Refused(
        "sign-in-again",
        "Please sign in again, with your password and what else you are asked for: this wants to "
        f"be sure that it is you. A sign-in counts for that for {FRESH.seconds // 60} minutes.",
        status=403,
    )
