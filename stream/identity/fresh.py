"""That whoever asks has just proved who they are: for what cannot be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from base.errors import Refused
from catalog.callers import Caller

#: How long a proof counts as just given.
FRESH = timedelta(minutes=10)


def require_just_signed_in(who: Caller, *, now: datetime) -> None:
    """See that somebody signed in a moment ago, which tokens cannot.

    Raises:
        Refused: `sign-in-again`, 403.

    """
    proved = None if who.credential is None else who.credential.authenticated_at
    if proved is None or now > proved + FRESH:
        raise Refused(
            "sign-in-again",
            "Please sign in again, with your password: this wants to be sure that it is you.",
            status=403,
        )
