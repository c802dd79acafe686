"""What becomes of a refresh token that is shown: exchanged, answered again, or found out.

Each is exchanged once (RFC 9700, section 4.14.2). An answer may be lost on its way, and two windows
may ask at once: within a moment the same token is answered again, by another sibling. Of siblings
the first that is used is the one that arrived; who shows another after that, or a token that was
used long ago, holds a copy, and all tokens of the family end.

           exchange                 exchange
    fresh ----------> used (grace) ----------> another sibling, as long as none was used
      |                 | later, or one that came of it was used
      | a sibling was used
      +---------------> stolen: the family ends
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: An answer that was lost is asked for again within this.
GRACE = timedelta(seconds=30)
#: No player loses more answers than so many in a row.
MOST_SIBLINGS = 5


class Verdict(StrEnum):
    """What a token that was shown deserves."""

    EXCHANGE = "exchange"
    OVER = "over"
    STOLEN = "stolen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A token that is known, and what became of it and of those beside it."""

    expires_at: datetime
    used_at: datetime | None
    family_ended: bool
    #: Another that was given for the same token was used.
    sibling_used: bool
    #: Tokens that were given for this one, and whether one of them was used.
    children: int
    child_used: bool


def verdict(shown: Shown, now: datetime) -> Verdict:
    """Judge a token that is shown."""
    if shown.family_ended:
        return Verdict.OVER
    if shown.sibling_used or _is_used_up(shown, now):
        return Verdict.STOLEN
    # Of many windows that ask at once, those that come last go on with what the others were given.
    is_over = shown.expires_at <= now or shown.children >= MOST_SIBLINGS
    return Verdict.OVER if is_over else Verdict.EXCHANGE


def _is_used_up(shown: Shown, now: datetime) -> bool:
    if shown.used_at is None:
        return False
    return shown.child_used or now - shown.used_at > GRACE
